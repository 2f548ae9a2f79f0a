import { INTERVAL_MS } from '../basics/sim-settings.ts';
import { scheduleGraphEdits } from './graph-churn.ts';
import { endGraphTrouble } from '../source/graph-world.ts';
import { endTrouble } from '../source/trouble.ts';
import { NO_FAULTS, type World } from '../source/world.ts';
import { editIncident, hideEdit, scheduleHotIncident } from './churn.ts';
import { runTick, type Fleet } from './queue.ts';
import { scheduleBadInPause, scheduleBadNews } from './seed-trouble.ts';
import type { Follower } from './sim-follower.ts';
import { readAtRandom } from './sim-operator.ts';
import { cleanUp, orderErasure } from './sim-steward.ts';

const HOUR_MS = 3_600_000;
/** From the first poll on, the second reading of a tenant is due within this time. */
const TWO_DAYS_MS = 48 * HOUR_MS;

export interface Life {
  fleet: Fleet;
  follower: Follower | undefined;
  /** Some days pass in the middle, and then a second reading is due. */
  isLong: boolean;
}

/** Ticks with everything that can go wrong, while the source changes all the time. */
export async function live({ fleet, follower, isLong }: Life): Promise<number> {
  const { world } = fleet;
  const { random, time, tenants } = world;
  let steps = await pass(fleet, follower, { ticks: 3 + random.below(4), edits: 25 + random.below(50) });
  if (world.trouble.pauseMs > 0) {
    steps += await pause(world);
    steps += await pass(fleet, follower, { ticks: 2 + world.trouble.random.below(2), edits: 10 });
  }
  if (isLong) {
    for (const tenant of tenants.values())
      for (let hidden = 1 + random.below(3); hidden > 0; hidden -= 1)
        hideEdit(world, tenant, time.now() + HOUR_MS + random.below(TWO_DAYS_MS - HOUR_MS));
    steps += await time.run(time.now() + TWO_DAYS_MS + random.below(6 * HOUR_MS));
    steps += await pass(fleet, follower, { ticks: 2 + random.below(2), edits: 15 });
  }
  world.faults = NO_FAULTS;
  world.isChanging = false;
  endTrouble(world.trouble);
  if (world.graph !== undefined) endGraphTrouble(world.graph);
  return steps;
}

/** Nobody polls for hours, while the source goes on. */
async function pause(world: World): Promise<number> {
  const { random, time, trouble, tenants } = world;
  const end = time.now() + trouble.pauseMs;
  for (let edit = 0; edit < EDITS_IN_PAUSE; edit += 1)
    time.at(time.now() + random.below(trouble.pauseMs), () => {
      editIncident(world, random.pick([...tenants.keys()]));
    });
  scheduleBadInPause(world, end);
  return time.run(end);
}

const EDITS_IN_PAUSE = 40;

async function pass(
  fleet: Fleet,
  follower: Follower | undefined,
  { ticks, edits }: { ticks: number; edits: number },
): Promise<number> {
  const { world } = fleet;
  const { random, time } = world;
  const start = time.now();
  const end = start + ticks * INTERVAL_MS;
  const tenantIds = [...world.tenants.keys()];
  for (let edit = 0; edit < edits; edit += 1)
    time.at(start + random.below(end - start), () => {
      editIncident(world, random.pick(tenantIds));
    });
  for (const tenant of world.tenants.values()) if (random.chance(0.6)) scheduleHotIncident(world, tenant);
  for (let tick = 0; tick < ticks; tick += 1) {
    const at = start + tick * INTERVAL_MS;
    time.at(at + random.below(2_000), () => void runTick(fleet));
    if (follower !== undefined) time.at(at + random.below(INTERVAL_MS), () => void follower.follow());
  }
  scheduleBadNews(world, end);
  if (world.graph !== undefined) scheduleGraphEdits(world, world.graph, end);
  scheduleStewards(world, start, ticks);
  readAtRandom(world, end);
  return time.run(end);
}

/** The clean-up and the order to erase come while workers are at it. */
function scheduleStewards(world: World, start: number, ticks: number): void {
  const { random, time, erasedTenant } = world;
  const duringTick = (): number => start + random.below(ticks) * INTERVAL_MS;
  // Whoever is due or polled is left to the next clean-up, so this one comes also when most polls have ended.
  if (world.retentionDays !== undefined) time.at(duringTick() + random.below(90_000), () => void cleanUp(world));
  if (erasedTenant !== undefined)
    time.at(duringTick() + random.below(15_000), () => void orderErasure(world, erasedTenant));
}
