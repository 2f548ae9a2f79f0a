import { boundsBetween, cutBefore, startCycle, type ReadCycle } from '../domain/reading/read-cycle.ts';
import { tenantListRange } from '../domain/rows/row-keys.ts';
import { pollInterval } from '../domain/tenants/poll-interval.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import {
  MAX_TICKS,
  maxTicks,
  minTicks,
  readTicks,
  TICKS_PER_DAY,
  TICKS_PER_MINUTE,
  ticksFromMs,
  type Ticks,
} from '../domain/values/ticks.ts';
import { runCycle, type CycleEnd } from '../reading/run-cycle.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import type { CollectSettings } from './collect-settings.ts';
import type { PartRead, Poll } from './tenant-poll.ts';
import { isWatched, nextWitness, witnessOf } from './witness.ts';

/** A head that continues a search has been split already, or could not be. */
const isToBeParted = ({ isFarBehind, cycle }: FrontStart): boolean => isFarBehind && cycle.search === undefined;

interface FrontStart {
  cycle: ReadCycle;
  isFirst: boolean;
  isResumed: boolean;
  isFarBehind: boolean;
}

async function planFront(poll: Poll): Promise<FrontStart> {
  const { session, deps } = poll;
  const { settings, table, clock } = deps;
  const state = session.state();
  const now = table.serviceTime();
  const { live, frontThrough } = state;
  const isFirst = frontThrough === undefined;
  const lookback = BigInt(settings.initialLookbackDays) * TICKS_PER_DAY;
  const overlap = BigInt(settings.overlapMinutes) * TICKS_PER_MINUTE;
  const witness = witnessOf(state) ?? MAX_TICKS;
  // The overlap is subtracted once per cycle and not when a cycle is resumed, as a resumed cycle would never end then.
  const from =
    frontThrough === undefined
      ? cutBefore(ticksFromMs(clock.nowMs()) - lookback)
      : maxTicks(
          cutBefore(minTicks(witness, minTicks(frontThrough, state.frontCurrentAt ?? frontThrough) - overlap)),
          state.completeFrom ?? 0n,
        );
  const reachedTo = live?.cursor ?? frontThrough ?? from;
  return {
    cycle: live ?? { ...startCycle(from, undefined, now), bounds: await learntBounds(poll, from) },
    isFirst,
    isResumed: live !== undefined,
    isFarBehind: isFirst || now - reachedTo > farBehind(state, settings),
  };
}

const farBehind = (state: TenantState, settings: CollectSettings): Ticks => 2n * pollInterval(state, settings);

/** The split points of a dense overlap come from the stored list: otherwise each poll would have to find them by bisection. */
async function learntBounds({ session, deps: { table }, reader: { maxTop } }: Poll, from: Ticks): Promise<Ticks[]> {
  const state = session.state();
  const top = Math.min(state.learntTop?.top ?? maxTop, maxTop);
  if (state.fingerprints.size < CROWDED * top) return [];
  const rows = await listAllRows(table, shardOf(state.tenantId), tenantListRange(state.tenantId, from, MAX_TICKS), [
    'lastUpdateTime',
  ]);
  return boundsBetween(
    rows.map(({ properties }) => readTicks(properties['lastUpdateTime'])).filter((at) => at !== undefined),
    top,
  );
}

/** The share of a page from which on it counts as nearly full. */
const CROWDED = 0.9;

export async function readFront(poll: Poll): Promise<PartRead & { fingerprints(state: TenantState): Set<string> }> {
  const { session, deps, cycles } = poll;
  const start = await planFront(poll);
  const share = session.state().backfill === undefined && !start.isFarBehind ? 1 : 2;
  const run = {
    slot: 'live',
    isBackfill: start.isFirst,
    proveCap: start.isFirst,
    maxCalls: Math.ceil(deps.settings.callsPerRun / share),
  } as const;
  let end = await runCycle(cycles, { ...run, cycle: start.cycle, stopAtFullPage: isToBeParted(start) });
  if (end.kind === 'full-page') {
    const live = await partFront(poll, start, end);
    end = await runCycle(cycles, { ...run, cycle: live });
  }
  const isWhole = end.kind === 'complete' && !start.isResumed && end.cycle.from === start.cycle.from;
  const overlap = BigInt(deps.settings.overlapMinutes) * TICKS_PER_MINUTE;
  return {
    isComplete: end.kind === 'complete',
    apply: (state) => withSighting(poll, end.kind === 'complete' ? end.apply(state) : state),
    fingerprints: (state) =>
      keepFingerprints(poll, isWhole, minTicks(state.witness ?? MAX_TICKS, (state.frontThrough ?? 0n) - overlap)),
  };
}

/** What the poll has learnt about its source, for the next poll and for the conclusion from all tenants. */
function withSighting({ deps, source, cycles }: Poll, state: TenantState): TenantState {
  const before = source.hasLostWitness() ? undefined : state.witness;
  return {
    ...state,
    witness: isWatched(state) ? nextWitness(cycles.known.values(), before) : undefined,
    seenAt: source.hasShown() ? deps.table.serviceTime() : state.seenAt,
    standby: source.standby,
  };
}

/** The versions that the next poll will see again: those at or after its start, and older ones that this poll has not passed. */
function keepFingerprints({ cycles, knownBefore }: Poll, isWhole: boolean, nextFrom: Ticks): Set<string> {
  const seen = [...cycles.known].filter(([, at]) => at >= nextFrom).map(([fingerprint]) => fingerprint);
  return isWhole ? new Set(seen) : new Set([...knownBefore, ...seen]);
}

/**
 * Splits a head that is far behind: each tick reads the newest range first, and the older one with the calls that are left. A
 * backfill that exists already grows up to the new head; the range between is read again, which stores nothing twice.
 */
async function partFront(
  poll: Poll,
  start: FrontStart,
  { cycle: read, visibleUntil, pageCap }: Extract<CycleEnd, { kind: 'full-page' }>,
): Promise<ReadCycle> {
  const { session, deps } = poll;
  const overlap = BigInt(deps.settings.overlapMinutes) * TICKS_PER_MINUTE;
  const parting = cutBefore(visibleUntil - overlap);
  // A head that was split a moment ago continues: a split at every turn would leave no call to read with.
  if (parting - read.cursor <= farBehind(session.state(), deps.settings)) return { ...read };
  const now = deps.table.serviceTime();
  // An interrupted head may have read its beginning too early for incidents that become visible late.
  const older = maxTicks(read.from, minTicks(read.cursor, (read.currentAt ?? read.cursor) - overlap));
  const live = startCycle(parting, undefined, now);
  await session.commit({
    change: (state) => ({
      ...state,
      completeFrom: state.completeFrom ?? start.cycle.from,
      pageCap,
      live,
      backfill: {
        ...(state.backfill ?? startCycle(older, parting, now)),
        to: parting,
        calls: (state.backfill?.calls ?? 0) + read.calls,
      },
    }),
  });
  return live;
}
