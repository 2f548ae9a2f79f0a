import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { FirstRead } from '../../../shared/domain/views/change-list.ts';
import type { Coverage } from '../../../shared/domain/views/coverage.ts';
import { useBoard } from '../data/board-context.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { formatLocal, formatUtc, toLocalInput } from '../model/format-time.ts';
import type { Route } from '../model/route.ts';
import { CoverageNote } from '../parts/coverage-note.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { buildReport } from './build-report.ts';
import { groupChanges } from './group-changes.ts';
import { FirstReads, HandoverCustomer } from './handover-customer.tsx';
import { loadChanges } from './load-changes.ts';
import { ReportView } from './report-view.tsx';

const NONE: readonly FirstRead[] = [];
const HOUR_MS = 3_600_000;
const SHIFTS = [8, 12, 24, 72];

/** What a shift leaves to the next: what was stored since a time, by customer. */
export function HandoverView({ route }: { route: Extract<Route, { view: 'handover' }> }): JSX.Element {
  const { api, nowMs, open } = useBoard();
  // Without a time the last 8 hours, from a full minute so that it does not move while the page is drawn.
  const since =
    route.since === '' ? new Date(Math.floor(nowMs / HOUR_MS) * HOUR_MS - 8 * HOUR_MS).toISOString() : route.since;
  const { value, error, isLoading, refresh } = useLoaded(() => loadChanges(api, since), [api, since]);
  const groups = useMemo(() => groupChanges(value?.items ?? []), [value]);
  const firstReads = value?.firstReads ?? NONE;
  const report = useMemo(
    () =>
      value === undefined || open.value === undefined || open.loadedAtMs === undefined
        ? undefined
        : buildReport({
            groups,
            firstReads: value.firstReads,
            open: open.value.items,
            isPart: !open.value.isWhole,
            coverage: value.coverage,
          }),
    [groups, open.value, open.loadedAtMs, value],
  );
  return (
    <section class="view" aria-labelledby="view-title" aria-busy={isLoading}>
      <h1 id="view-title">Hand-over</h1>
      <SinceFields since={since} />
      {error !== undefined && <ProblemNote error={error} what="The changes cannot be read" onRetry={refresh} />}
      {value !== undefined && <CoverageNote coverage={value.coverage} />}
      <p class="count" role="status">
        {isLoading && 'Reading…'}
        {value !== undefined && periodOf(since, value.through, nowMs)}
        {value?.isCut === true && ' There is more than this page can hold: choose a later time.'}
      </p>
      {value !== undefined && report !== undefined && groups.length > 0 && (
        <ReportView report={report} heading={{ title: 'Hand-over', period: periodOf(since, value.through, nowMs) }} />
      )}
      <FirstReads read={firstReads} />
      {groups.length > 0 && (
        <details class="by-customer" open>
          <summary>Everything, by customer</summary>
          <ul class="cards-list">
            {groups.map((group) => (
              <HandoverCustomer key={group.tenantId} group={group} />
            ))}
          </ul>
        </details>
      )}
      {value !== undefined && groups.length === 0 && (
        <p class="empty">
          {firstReads.length === 0 ? 'Nothing was stored' : 'Nothing else was stored'}
          {isAnybodyBlind(value.coverage) && '; the customers named above are blind, so nothing is known about them'}.
        </p>
      )}
    </section>
  );
}

function periodOf(since: string, through: string, nowMs: number): string {
  return `What was stored from ${formatLocal(since, nowMs)} to ${formatLocal(through, nowMs)} (${formatUtc(since)} to ${formatUtc(through)}).`;
}

/** Now: of those that see again everything is known. */
const isAnybodyBlind = ({ blind }: Coverage): boolean =>
  blind.some(({ kind, until }) => kind === 'blind' && until === null);

function SinceFields({ since }: { since: string }): JSX.Element {
  const { go, nowMs } = useBoard();
  const choose = (time: number): void => {
    if (!Number.isNaN(time)) go({ view: 'handover', since: new Date(time).toISOString() }, { isReplacing: true });
  };
  return (
    <div class="filter-row">
      <label class="field">
        Since
        <input
          type="datetime-local"
          value={toLocalInput(since)}
          onChange={(event) => {
            choose(new Date(event.currentTarget.value).getTime());
          }}
        />
      </label>
      {SHIFTS.map((hours) => (
        <button
          key={hours}
          type="button"
          onClick={() => {
            choose(nowMs - hours * HOUR_MS);
          }}
        >
          {hours} h
        </button>
      ))}
    </div>
  );
}
