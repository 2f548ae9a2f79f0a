import { MAX_GAPS, type Gap } from '../../../shared/domain/reading/gaps.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { readStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { msFromTicks, ticksFromMs, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { closableGaps } from '../checks/readable.ts';
import { report, type World } from '../source/world.ts';
import { INTERVAL_MS } from '../basics/sim-settings.ts';
import type { Life } from './live.ts';
import { runTick } from './queue.ts';
import { cleanUp, orderErasure } from './sim-steward.ts';

/** Ticks of quiet time after which everything has to be stored: claims of the dead end, gaps are tried again after an hour. */
const MAX_QUIET_TICKS = 30;
/** Where pages have to be small for good, all takes more calls. */
const MAX_QUIET_TICKS_IN_TROUBLE = 90;

/** Quiet ticks until the state rows say that everything is read; that they ever do is an invariant too. */
export async function settle({ fleet, follower }: Life): Promise<number> {
  const { world } = fleet;
  const { time, erasedTenant } = world;
  const lastVisible = ticksFromMs(lastChangeMs(world));
  if (erasedTenant !== undefined) void orderErasure(world, erasedTenant);
  let steps = 0;
  let settledTicks = 0;
  const maxTicks = (isTroubled(world) ? MAX_QUIET_TICKS_IN_TROUBLE : MAX_QUIET_TICKS) + ticksOfReading(world);
  for (let tick = 0; settledTicks < 2; tick += 1) {
    if (tick === maxTicks) {
      report(world, `nothing settles within ${maxTicks} quiet ticks${whyUnsettled(world, lastVisible)}`);
      return steps;
    }
    const tickAt = ticksFromMs(time.now());
    void runTick(fleet);
    steps += await time.run(Math.max(time.now() + INTERVAL_MS, nextWorkMs(world, lastVisible)));
    const isQuiet = [...world.tenants.keys()].every((id) => isSettled(world, id, lastVisible, tickAt));
    // The first may have ended a read that began long before; the second has read the overlap again.
    settledTicks += isQuiet ? 1 : 0;
  }
  // As its schedule does, the clean-up comes between two ticks; what is about to be polled then is left to the next.
  for (let run = 1; run <= 2; run += 1) {
    steps += await time.run(time.now() + INTERVAL_MS / 2);
    void cleanUp(world);
  }
  steps += await time.run(time.now() + INTERVAL_MS);
  void follower?.follow();
  return steps + (await time.run(time.now() + INTERVAL_MS));
}

/** What the first reading has left and the second one read all incidents in parts, a tick each. */
function ticksOfReading({ tenants, traits, trouble, seen, graph }: World): number {
  const most = Math.max(...[...tenants.values()].map(({ ids }) => ids.length));
  const isSmall = trouble.links === 'endless' || [...seen.keys()].some((event) => event.startsWith('size that fails'));
  const page = isSmall ? SMALL_PAGE : Math.min(traits.maxTop, traits.pageCap);
  const inPages = Math.ceil((2 * CALLS_PER_PAGE * most) / page / CALLS_PER_TICK);
  // Where alerts came apart, each incident takes calls of its own, and more for each move; and what can be read by now waits in line
  // with as many gaps as there may be, of which each poll tries three.
  return graph === undefined || !seen.has('told without its alerts')
    ? inPages
    : Math.ceil((2 + graph.switches.length) * (inPages + most / CALLS_PER_TICK)) + MAX_GAPS;
}

const CALLS_PER_PAGE = 4;
/** Learnt while a size failed; and where no link can be believed, what is behind a page takes one more call. */
const SMALL_PAGE = 2;
/** At least so many of a poll's calls are left for what is older. */
const CALLS_PER_TICK = 20;

const isTroubled = ({ trouble, graph }: World): boolean =>
  trouble.size !== undefined || trouble.links !== 'honest' || trouble.everBad.size > 0 || graph !== undefined;

function whyUnsettled(world: World, lastVisible: Ticks): string {
  return [...world.tenants.keys()]
    .filter((id) => !isSettled(world, id, lastVisible, 0n))
    .map((id) => {
      const state = stateOf(world, id);
      if (state === undefined) return `; ${id} has no row`;
      const { status, lastError, gaps } = state;
      const reach = hasReached(state.completeThrough, lastVisible) ? '' : ', not complete';
      const work = isReading(state) ? ', reading' : '';
      return `; ${id} is ${status}${reach}${work}, shows ${lastError?.code ?? 'no error'}, has ${gaps.length} gaps`;
    })
    .join('');
}

function lastChangeMs(world: World): number {
  let last = 0;
  for (const { versions } of world.tenants.values())
    for (const list of versions.values())
      for (const { visibleAtMs, updatedAt } of list) last = Math.max(last, visibleAtMs, msFromTicks(updatedAt));
  return last;
}

function stateOf(world: World, tenantId: TenantId): TenantState | undefined {
  const row = world.table.get(shardOf(tenantId), stateKey(tenantId));
  return row === undefined ? undefined : readStateRow(row.properties);
}

/** Nothing happens before a gap or a second reading is due: that time passes at once. */
function nextWorkMs(world: World, lastVisible: Ticks): number {
  const moments = [...world.tenants.keys()].map((id) => waitingUntilMs(world, id, lastVisible));
  const next = Math.min(...moments);
  return Number.isFinite(next) ? next : 0;
}

function waitingUntilMs(world: World, tenantId: TenantId, lastVisible: Ticks): number {
  const state = stateOf(world, tenantId);
  if (state === undefined) return Infinity;
  const { gaps, nextReconcileAt } = state;
  if (tenantId === world.erasedTenant || isReading(state) || !hasReached(state.completeThrough, lastVisible)) return 0;
  const waits = openGaps(world, tenantId, gaps).map(({ retryAt }) => retryAt);
  if (!isReadAgain(world, state) && nextReconcileAt !== undefined) waits.push(nextReconcileAt);
  return waits.length === 0 ? Infinity : Math.min(...waits.map(msFromTicks));
}

/** Gaps that can close by now. */
function openGaps(world: World, tenantId: TenantId, gaps: readonly Gap[]): Gap[] {
  const tenant = world.tenants.get(tenantId);
  return tenant === undefined ? [] : closableGaps(world, tenant, gaps);
}

/** A move ends with its reading. Where somebody is on `auto`, the Defender API has ended by the quiet time. */
const isReading = ({ live, backfill, reconcile, ownSource, readFrom }: TenantState): boolean =>
  live !== undefined ||
  backfill !== undefined ||
  reconcile !== undefined ||
  (ownSource === 'auto' ? 'graph' : ownSource) !== readFrom;

const hasReached = (point: Ticks | undefined, at: Ticks): boolean => point !== undefined && point > at;

const isReadAgain = ({ hiddenThrough }: World, { reconciledThrough }: TenantState): boolean =>
  hiddenThrough === undefined || hasReached(reconciledThrough, hiddenThrough);

function isSettled(world: World, tenantId: TenantId, lastVisible: Ticks, tickAt: Ticks): boolean {
  const state = stateOf(world, tenantId);
  if (state === undefined || tenantId === world.erasedTenant) return state === undefined;
  const { gaps, completeThrough, lastError, lastPolledAt } = state;
  if (lastPolledAt === undefined || lastPolledAt < tickAt || lastError !== undefined) return false;
  const isRead =
    !isReading(state) && openGaps(world, tenantId, gaps).length === 0 && hasReached(completeThrough, lastVisible);
  return isRead && isReadAgain(world, state);
}
