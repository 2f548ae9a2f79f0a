import type { ReadCycle } from '../../../shared/domain/reading/read-cycle.ts';
import { formatTicks, type Ticks } from '../../../shared/domain/values/ticks.ts';
import type { AppliedChange } from '../basics/sim-table.ts';
import type { Ledger } from './ledger.ts';
import { stateOf } from './state-of.ts';

/** What a state row says of a tenant from now on, for the story of a seed. */
export function describeClaims(author: string, { tenant }: Ledger, { after }: AppliedChange): string {
  const who = `${author} commits ${tenant.tenantId.slice(0, 8)}`;
  if (after === undefined) return `${who}: no state row`;
  const state = stateOf(after);
  const gaps = state.gaps.map(({ from, to, reason, part, entries, incidentId, retryAt }) => {
    const inner = part === undefined ? '' : ` part ${describePart(part)}${part.isNarrow ? ' narrow' : ''}`;
    const count = entries === undefined ? '' : ` of ${entries}`;
    const whose = incidentId === undefined ? '' : ` of ${incidentId}`;
    return `${describePart({ from, to })} ${reason}${whose}${count}${inner} again ${shortTime(retryAt)}`;
  });
  const cycles = (['live', 'backfill', 'reconcile'] as const).flatMap((name) => {
    const cycle = state[name];
    return cycle === undefined ? [] : [`${name} ${describeCycle(cycle)}`];
  });
  const points = [`complete ${shortTime(state.completeFrom)} to ${shortTime(state.completeThrough)}`, ...cycles];
  return `${who}: ${points.join(', ')}; gaps: ${gaps.join(', ') || 'none'}`;
}

const shortTime = (at: Ticks | undefined): string => (at === undefined ? '–' : formatTicks(at).slice(5));

const describePart = ({ from, to }: { from: Ticks; to: Ticks }): string => `[${shortTime(from)}, ${shortTime(to)})`;

function describeCycle({ cursor, from, to, search, instant }: ReadCycle): string {
  const searching = search === undefined ? '' : ` search ${search.step} to ${shortTime(search.failingTo)}`;
  const within = instant === undefined ? '' : ` instant from ${shortTime(instant.from)}`;
  return `[${shortTime(from)}, ${shortTime(to)}) at ${shortTime(cursor)}${searching}${within}`;
}
