import { expect, test } from '@jest/globals';
import { startCycle } from '../../../shared/domain/reading/read-cycle.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { toStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { hasProgressed } from '../checks/check-state.ts';
import { buildTenant, HOUR_MS, START_MS, startPoll, startSmallWorld, type SmallWorld } from '../small-world.ts';

const INCIDENTS = 60;

/** Everything is stored; an older part and a second reading go through it once more and find nothing to write. */
async function startReadingAgain(): Promise<SmallWorld> {
  const small = startSmallWorld(buildTenant(INCIDENTS), 8);
  const { world } = small;
  for (let poll = 0; poll < 12; poll += 1) {
    startPoll(small, undefined);
    await world.time.run(world.time.now() + HOUR_MS);
  }
  const state = small.state();
  const { tenantId } = state;
  expect([state.backfill, state.live]).toEqual([undefined, undefined]);
  const now = ticksFromMs(world.time.now());
  const backfill = startCycle(ticksFromMs(START_MS - 100 * HOUR_MS), ticksFromMs(START_MS - 40 * HOUR_MS), now);
  const properties = toStateRow({ ...state, backfill, nextReconcileAt: now });
  world.table.apply(shardOf(tenantId), [{ kind: 'merge', rowKey: stateKey(tenantId), properties }], world.time.now());
  return small;
}

test('a poll commits what it has learnt after 20 calls, also where two of its parts made them together', async () => {
  const small = await startReadingAgain();
  const { world, checker } = small;
  const { tenantId } = small.state();
  const calls = checker.ledgers.get(tenantId)?.calls.defender ?? [];
  const commits: number[] = [calls.length];
  world.table.onApplied((_partition, changes) => {
    // A commit that only charges calls keeps nothing of what was read.
    if (
      changes.some(({ before, after }) => before !== undefined && after !== undefined && hasProgressed(before, after))
    )
      commits.push(calls.length);
  });

  startPoll(small, undefined);
  await world.time.run(world.time.now() + HOUR_MS);

  const made = commits.map((count, place) => count - (commits[place - 1] ?? count));
  expect((commits.at(-1) ?? 0) - (commits[0] ?? 0)).toBeGreaterThan(25);
  expect(Math.max(...made)).toBeLessThanOrEqual(25);
  expect(world.violations).toEqual([]);
});
