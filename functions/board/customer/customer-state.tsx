import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { countOpen, NONE_OPEN } from '../customers/count-open.ts';
import { StateWord } from '../customers/state-word.tsx';
import type { BoardTenant } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { label } from '../model/describe-change.ts';
import { NO_FILTER } from '../model/incident-filter.ts';
import { writeRoute } from '../model/route.ts';
import { SEVERITY_ORDER } from '../model/select-incidents.ts';
import { countOf, toWords } from '../model/words.ts';
import { freshnessOf, readingSentence } from '../parts/freshness.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';

const MAX_PROBLEM = 1_000;

/** How far a customer's data can be believed, what is open there, and what is known about it. */
export function CustomerState({ tenant }: { tenant: BoardTenant }): JSX.Element {
  const { nowMs } = useBoard();
  const { displayName, hint } = tenant;
  const freshness = freshnessOf(tenant, nowMs);
  return (
    <div class={`customer-state ${freshness.kind}`}>
      <p class="sentence">
        <StateWord tenant={tenant} kind={freshness.kind} /> {freshness.sentence}.
      </p>
      {freshness.problem !== undefined && (
        <p class="problem">
          <OutsideText text={freshness.problem} most={MAX_PROBLEM} />.
        </p>
      )}
      {freshness.action !== undefined && <p class="next">Next: {freshness.action}.</p>}
      <Progress tenant={tenant} isShown={freshness.kind === 'reading'} />
      {hint !== null && (
        <p class="hint">
          <OutsideText text={hint} most={MAX_PROBLEM} />.
        </p>
      )}
      <Gaps tenant={tenant} name={displayName ?? tenant.tenantId} />
      <OpenNow tenantId={tenant.tenantId} />
      <Facts tenant={tenant} />
    </div>
  );
}

function OpenNow({ tenantId }: { tenantId: string }): JSX.Element {
  const { open } = useBoard();
  const counts = useMemo(() => countOpen(open.value?.items ?? []), [open.value]);
  const { all, by } = counts.get(tenantId) ?? NONE_OPEN;
  if (open.value === undefined) return <p class="hint">Reading the open incidents…</p>;
  const more = open.value.isWhole ? '' : 'at least ';
  const parts = SEVERITY_ORDER.filter((severity) => by[severity] > 0).map(
    (severity) => `${by[severity]} ${label(severity)}`,
  );
  return (
    <p>
      <a href={writeRoute({ view: 'incidents', filter: { ...NO_FILTER, tenant: tenantId } })}>
        {more}
        {countOf(all, 'open incident')}
      </a>
      {parts.length > 0 && `: ${parts.join(', ')}`}
    </p>
  );
}

function Facts({ tenant }: { tenant: BoardTenant }): JSX.Element {
  const { tenantId, customer, labels, storedIncidents, lastIncidentAt, source, readFrom } = tenant;
  return (
    <dl class="facts-list">
      <Fact name="Tenant">
        <code>{tenantId}</code>
      </Fact>
      {customer !== null && (
        <Fact name="Customer">
          <OutsideText text={customer} />
        </Fact>
      )}
      {labels.length > 0 && (
        <Fact name="Labels">
          <OutsideText text={labels.join(', ')} />
        </Fact>
      )}
      <Fact name="Last incident">
        {lastIncidentAt === null ? 'none known' : <Moment at={lastIncidentAt} withUtc />}
      </Fact>
      <Fact name="Stored">{countOf(storedIncidents, 'incident')}</Fact>
      <Fact name="Known since">
        {tenant.completeFrom === null ? 'not read yet' : <Moment at={tenant.completeFrom} withUtc />}
      </Fact>
      <Fact name="Reconciled to">
        {tenant.reconciledThrough === null ? 'not yet' : <Moment at={tenant.reconciledThrough} withUtc />}
        {tenant.foundLate > 0 && `, ${countOf(tenant.foundLate, 'version')} found late`}
      </Fact>
      <Fact name="Source">
        {source}
        {source !== readFrom && `, read from ${readFrom} now`}
      </Fact>
      <Fact name="Consented">
        {tenant.consentedAt === null ? 'not through a link' : <Moment at={tenant.consentedAt} withUtc />}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface ProgressProps {
  tenant: TenantView;
  /** The sentence next to it says the same. */
  isShown: boolean;
}

function Progress({ tenant: { backfill, displayName, tenantId }, isShown }: ProgressProps): JSX.Element | null {
  if (backfill === null) return null;
  return (
    <p class="progress">
      <progress value={backfill.percent} max={100} aria-label={`First read of ${displayName ?? tenantId}`} />{' '}
      {!isShown && `${readingSentence(backfill)}.`}
    </p>
  );
}

function Gaps({ tenant: { gaps }, name }: { tenant: TenantView; name: string }): JSX.Element | null {
  if (gaps.length === 0) return null;
  return (
    <details class="gaps">
      <summary>
        {gaps.length === 1 ? 'One gap' : `${gaps.length} gaps`} of <OutsideText text={name} most={100} />: not complete
        there, tried again
      </summary>
      <ul>
        {gaps.map(({ from, to, reason, incidentId }) => (
          <li key={`${from} ${incidentId ?? ''}`}>
            <Moment at={from} /> to <Moment at={to} />: {toWords(reason)}
            {incidentId !== null && ` (incident ${incidentId})`}
          </li>
        ))}
      </ul>
    </details>
  );
}
