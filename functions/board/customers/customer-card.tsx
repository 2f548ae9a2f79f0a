import type { JSX } from 'preact';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { BoardTenant } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { NO_FILTER } from '../model/incident-filter.ts';
import { writeRoute } from '../model/route.ts';
import { countOf, toWords } from '../model/words.ts';
import { freshnessOf, readingSentence } from '../parts/freshness.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { CustomerActions } from './customer-actions.tsx';

const MAX_PROBLEM = 300;

export function CustomerCard({ tenant }: { tenant: BoardTenant }): JSX.Element {
  const { nowMs, mayChange } = useBoard();
  const { tenantId, displayName, customer, labels, status, storedIncidents, hint } = tenant;
  const freshness = freshnessOf(tenant, nowMs);
  const filter = { ...NO_FILTER, tenant: tenantId };
  return (
    <li class={`customer-card ${freshness.kind}`}>
      <div class="customer-name">
        <h2>
          <a href={writeRoute({ view: 'incidents', filter })}>
            <OutsideText text={displayName ?? tenantId} />
          </a>
        </h2>
        <p class="hint">
          {customer !== null && customer !== displayName && (
            <>
              <OutsideText text={customer} /> ·{' '}
            </>
          )}
          {countOf(storedIncidents, 'incident')} stored
          {labels.map((one) => (
            <span key={one} class="tag">
              {one}
            </span>
          ))}
        </p>
        <p class="hint tenant-id">{tenantId}</p>
      </div>
      <div class="customer-state">
        <p class="sentence">
          <span class={`state ${freshness.kind}`}>{toWords(status)}</span> {freshness.sentence}.
        </p>
        {freshness.problem !== undefined && (
          <p class="problem">
            <OutsideText text={freshness.problem} most={MAX_PROBLEM} />.
          </p>
        )}
        {freshness.action !== undefined && <p class="next">Next: {freshness.action}.</p>}
        <Progress tenant={tenant} isShown={freshness.kind === 'reading'} />
        {hint !== null && <p class="hint">{hint}.</p>}
        <Gaps tenant={tenant} />
      </div>
      {mayChange && <CustomerActions tenant={tenant} />}
    </li>
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

function Gaps({ tenant: { gaps } }: { tenant: TenantView }): JSX.Element | null {
  if (gaps.length === 0) return null;
  return (
    <details class="gaps">
      <summary>{gaps.length === 1 ? 'One gap' : `${gaps.length} gaps`}: not complete there, tried again</summary>
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
