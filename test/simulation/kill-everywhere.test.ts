import { describe, expect, test } from '@jest/globals';
import { buildTenant, HOUR_MS, startPoll, startSmallWorld } from './small-world.ts';

const TENANT = buildTenant(5);

/** Polls an hour apart, the first ones killed after the given waits, the last ones left alone; answers what is wrong then. */
async function runKilled(
  maxTop: number,
  kills: readonly number[],
): Promise<{ violations: string[]; wereKilled: boolean[] }> {
  const killing = startSmallWorld(TENANT, maxTop);
  const { world, checker } = killing;
  const wereKilled: boolean[] = [];
  for (const waits of [...kills, undefined, undefined]) {
    const machine = startPoll(killing, waits);
    await world.time.run(world.time.now() + HOUR_MS);
    if (waits !== undefined) wereKilled.push(machine.isDead);
  }
  checker.checkEnd();
  return { violations: world.violations, wereKilled };
}

async function countWaits(maxTop: number): Promise<number> {
  const killing = startSmallWorld(TENANT, maxTop);
  const machine = startPoll(killing, Number.MAX_SAFE_INTEGER);
  const { world } = killing;
  await world.time.run(world.time.now() + HOUR_MS);
  expect(world.violations).toEqual([]);
  return Number.MAX_SAFE_INTEGER - (machine.waitsLeft ?? 0);
}

/** Full pages: splits and a backfill. */
const SMALL_PAGES = 4;
/** All in one answer, stored in several transactions. */
const ONE_PAGE = 20;

/** All pairs take a minute and a half; each first wait is killed alone above. */
const FIRST_KILLS = 3;

describe('pollTenant() killed', () => {
  test.each([
    { shape: 'of full pages', maxTop: SMALL_PAGES },
    { shape: 'of one page that takes several transactions', maxTop: ONE_PAGE },
  ])(
    'at any of its waits leaves a read $shape in a state from which the next poll completes',
    async ({ maxTop }) => {
      const waits = await countWaits(maxTop);
      expect(waits).toBeGreaterThan(20);
      for (let at = 0; at < waits; at += 1) {
        const { violations, wereKilled } = await runKilled(maxTop, [at]);
        expect({ at, violations, wereKilled }).toEqual({ at, violations: [], wereKilled: [true] });
      }
    },
    120_000,
  );

  test('at every third of its waits, and the next poll at any of its own, does so too', async () => {
    const waits = await countWaits(SMALL_PAGES);
    let pairs = 0;
    for (let at = 0; at < waits; at += FIRST_KILLS) {
      let isSecondKilled = true;
      for (let next = 0; isSecondKilled; next += 1) {
        const { violations, wereKilled } = await runKilled(SMALL_PAGES, [at, next]);
        expect({ at, next, violations }).toEqual({ at, next, violations: [] });
        isSecondKilled = wereKilled[1] === true;
        pairs += isSecondKilled ? 1 : 0;
      }
    }
    expect(pairs).toBeGreaterThan((waits * waits) / 2 / FIRST_KILLS);
  }, 300_000);
});
