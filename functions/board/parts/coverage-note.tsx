import type { JSX } from 'preact';
import type { BlindTenant, Coverage } from '../../../shared/domain/views/coverage.ts';
import { useBoard } from '../data/board-context.ts';
import { countToLookAt } from '../data/coverage-of.ts';
import { formatAgo, formatDuration, formatLocal } from '../model/format-time.ts';
import { writeRoute } from '../model/route.ts';
import { countOf } from '../model/words.ts';
import { blindSentence, remedyOf } from './freshness.ts';
import { OutsideText } from './outside-text.tsx';
import { useMedia } from './use-media.ts';

const SHOWN = 3;
const SHOWN_NARROW = 1;

interface Props {
  coverage: Coverage;
  /** The customers that the list selects. */
  whom?: string | undefined;
  /** What the list lacks besides, as a sentence. */
  hole?: string | undefined;
  /** Another one on the page says the same of everybody: what is wholly good is not said twice. */
  isSaid?: boolean;
}

/** How complete a list is. Every list shows it, especially an empty one. */
export function CoverageNote({ coverage, whom = 'all customers', hole, isSaid = false }: Props): JSX.Element | null {
  const { nowMs } = useBoard();
  const { blindCount, readingCount, stoppedCount, gapCount, completeThrough, completeThroughExceptBlind } = coverage;
  const point = blindCount === 0 ? completeThrough : completeThroughExceptBlind;
  const toLookAt = countToLookAt(coverage);
  const blind = ofKind(coverage, 'blind');
  const reading = ofKind(coverage, 'reading').filter(({ until }) => until === null);
  // A list that reaches back also names those that see again; the others come first, as the worst.
  const areBlind = blind.some(({ until }) => until === null);
  const firstReads = countFirstReads(coverage);
  const look = lookOf(coverage, areBlind, hole !== undefined);
  if (isSaid && look === 'good') return null;
  return (
    <div class={`note coverage ${look}`} role="status">
      {toLookAt > 0 && (
        <BlindOnes
          title={`${countOf(toLookAt, 'customer')} ${areBlind ? 'blind' : 'blind meanwhile'}`}
          what={areBlind ? 'new incidents there are missing here' : 'what came then was stored later'}
          tenants={blind}
          count={toLookAt}
        />
      )}
      {readingCount > firstReads && (
        <BlindOnes
          title={`${countOf(readingCount - firstReads, 'customer')} being read`}
          what="more incidents are on their way"
          tenants={reading}
          count={readingCount - firstReads}
        />
      )}
      {firstReads > 0 && <p>{countOf(firstReads, 'customer')} read for the first time meanwhile.</p>}
      {stoppedCount > 0 && (
        <BlindOnes
          title={`${countOf(stoppedCount, 'customer')} not collected, on purpose`}
          what="nothing new comes from there"
          tenants={ofKind(coverage, 'stopped')}
          count={stoppedCount}
        />
      )}
      <SilentOnes coverage={coverage} />
      {hole !== undefined && <p>{hole}</p>}
      <p>
        {point !== null && (
          <>
            Complete up to {formatLocal(point, nowMs)} ({formatAgo(point, nowMs)}) for{' '}
            {blindCount === 0 ? <OutsideText text={whom} /> : 'all others'}.{' '}
          </>
        )}
        {point === null && blindCount === 0 && 'No customer is read yet. '}
        {gapCount > 0 &&
          `${gapCount === 1 ? '1 stretch' : `${gapCount} stretches`} of time could not be read and will be tried again.`}
      </p>
    </div>
  );
}

const ofKind = ({ blind }: Coverage, kind: BlindTenant['kind']): BlindTenant[] =>
  blind.filter((one) => one.kind === kind);

/** First reads that are over. The API names 20, those under way before them: where one that is over is named, all those are. */
function countFirstReads(coverage: Coverage): number {
  const named = ofKind(coverage, 'reading');
  const underWay = named.filter(({ until }) => until === null).length;
  return underWay === named.length ? 0 : coverage.readingCount - underWay;
}

function lookOf(coverage: Coverage, areBlind: boolean, hasHole: boolean): string {
  if (countToLookAt(coverage) > 0) return areBlind ? 'bad' : 'warn';
  if (coverage.gapCount > 0 || hasHole) return 'warn';
  return coverage.readingCount > countFirstReads(coverage) ? 'busy' : 'good';
}

interface OnesProps {
  title: string;
  what: string;
  tenants: readonly BlindTenant[];
  /** Those that are not named included. */
  count: number;
}

function BlindOnes({ title, what, tenants, count }: OnesProps): JSX.Element {
  const isNarrow = useMedia('(max-width: 47.99rem)');
  // On a phone the customers that need no action are one line, which opens.
  const isFolded = isNarrow && tenants.every(({ kind }) => kind !== 'blind');
  const shown = isFolded ? 0 : isNarrow ? SHOWN_NARROW : SHOWN;
  const rest = tenants.slice(shown);
  const unnamed = count - tenants.length;
  const others = (
    <>
      {rest.map((tenant) => (
        <BlindItem key={tenant.tenantId} tenant={tenant} />
      ))}
      {unnamed > 0 && <p>and {unnamed} that are less late</p>}
    </>
  );
  if (isFolded)
    return (
      <details>
        <summary>{title}</summary>
        {others}
      </details>
    );
  return (
    <>
      <p>
        <strong>{title}</strong>, {what}:{' '}
        {tenants.slice(0, shown).map((tenant) => (
          <BlindItem key={tenant.tenantId} tenant={tenant} />
        ))}
      </p>
      {rest.length + unnamed > 0 && (
        <details>
          <summary>and {rest.length + unnamed} more</summary>
          {others}
        </details>
      )}
    </>
  );
}

/** Nothing is missing there; that nothing comes is what to know. */
function SilentOnes({ coverage: { silent, silentCount } }: { coverage: Coverage }): JSX.Element | null {
  const { nowMs } = useBoard();
  if (silentCount === 0) return null;
  const named = silent.slice(0, SHOWN);
  return (
    <p>
      <strong>{countOf(silentCount, 'customer')} silent</strong>, read well, but unusually quiet:{' '}
      {named.map(({ tenantId, tenantName, since, usualPauseSeconds }) => (
        <span key={tenantId} class="blind-item">
          <a href={writeRoute({ view: 'customer', tenantId })}>
            <OutsideText text={tenantName ?? tenantId} />
          </a>{' '}
          nothing new for {formatDuration(nowMs - Date.parse(since))}, usually quiet for{' '}
          {formatDuration(usualPauseSeconds * 1_000)} at most
        </span>
      ))}
      {silentCount > named.length && (
        <>
          {' · '}
          <a href={writeRoute({ view: 'customers', q: '', status: 'silent', sort: 'last' })}>
            and {silentCount - named.length} more
          </a>
        </>
      )}
    </p>
  );
}

function BlindItem({ tenant }: { tenant: BlindTenant }): JSX.Element {
  const { nowMs } = useBoard();
  const route = { view: 'customer', tenantId: tenant.tenantId } as const;
  const remedy = tenant.until === null ? remedyOf(tenant.code) : undefined;
  return (
    <span class="blind-item">
      <a href={writeRoute(route)}>
        <OutsideText text={tenant.tenantName ?? tenant.tenantId} />
      </a>
      {tenant.kind === 'blind' ? ' ' : ': '}
      {blindSentence(tenant, nowMs)}
      {remedy !== undefined && `. ${remedy}`}
    </span>
  );
}
