import { isReadingAnew } from '../domain/tenants/move-to-source.ts';
import { pollInterval } from '../domain/tenants/poll-interval.ts';
import { planReconcile, reconcileShare } from '../domain/tenants/reconcile-plan.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { runCycle } from '../reading/run-cycle.ts';
import { findVanished } from './find-vanished.ts';
import { unchanged, type PartRead, type Poll } from './tenant-poll.ts';

/** Reads the last days again, a few windows a poll, to find late and removed incidents. `state` includes what this poll has read. */
export async function reconcileTenant(poll: Poll, state: TenantState): Promise<PartRead> {
  const { deps, reader, cycles } = poll;
  const { settings, table } = deps;
  const cycle = planReconcile(state, table.serviceTime(), settings);
  const share = reconcileShare(pollInterval(state, settings), settings.callLimits[state.readFrom]);
  const maxCalls = Math.min(share, settings.callsPerRun - reader.callsMade());
  if (cycle === undefined || maxCalls <= 0) return { isComplete: cycle === undefined, apply: unchanged };
  // The page size is tested again: what was learnt of it may be out of date. Where pages have to be small that would take three
  // calls for nearly all of them, and is done once in all turns together.
  const longestPage = cycles.learntTop.current === undefined ? 0 : (cycle.longestPage ?? 0);
  const own = { ...cycles, pageSize: { ...cycles.pageSize, longestPage } };
  const end = await runCycle(own, {
    cycle,
    slot: 'reconcile',
    isBackfill: isReadingAnew(state),
    proveCap: true,
    maxCalls,
    compareStored: (known) => findVanished(own, known),
  });
  return end.kind === 'complete' ? { isComplete: true, apply: end.apply } : { isComplete: false, apply: unchanged };
}
