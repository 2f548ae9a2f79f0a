import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { pollTenant } from '../../../shared/polling/poll-tenant.ts';
import type { TenantOutcome } from '../../../shared/polling/tenant-outcome.ts';
import { createCollector } from '../cloud/collector.ts';
import { defaultSource, sharedCases } from '../cloud/default-source.ts';
import { readState } from '../cloud/poll-record.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents } from '../cloud/seed-incidents.ts';
import { expectIntact, listCalls } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

const CALLS_PER_RUN = 100;

/** Half of all in one hour, a quarter in the last day, the rest anywhere in 29 days. */
function unevenly(now: Ticks, count: number): (number: number) => Ticks {
  return (number) => {
    const [span, end] =
      number % 4 < 2
        ? [TICKS_PER_HOUR, now - 10n * TICKS_PER_DAY]
        : number % 4 === 2
          ? [TICKS_PER_DAY, now]
          : [29n * TICKS_PER_DAY, now];
    return end - TICKS_PER_MINUTE - (span * BigInt(number)) / BigInt(count);
  };
}

function evenly(now: Ticks, count: number): (number: number) => Ticks {
  return (number) => now - TICKS_PER_MINUTE - (29n * TICKS_PER_DAY * BigInt(count - number)) / BigInt(count);
}

const NO_LIMIT = { perMinute: 1e6, perHour: 1e6 };

/** Runs of one tenant until it is complete; answers how many there were. */
async function readInRuns(world: World): Promise<number> {
  const { deps, dispatch } = createCollector(world, {
    callsPerRun: CALLS_PER_RUN,
    callLimits: { defender: NO_LIMIT, graph: NO_LIMIT },
  });
  world.control.setRateLimits('off');
  await dispatch();
  let outcome: TenantOutcome;
  let runs = 0;
  do {
    const before = await readState(world);
    outcome = await pollTenant(deps, {
      tenantId: world.tenantId,
      tick: before.claimedTick,
      deadlineMs: Infinity,
      isContinuation: runs > 0,
      isPrepaid: !(runs > 0),
    });
    runs += 1;
    expect(outcome.kind).toMatch(/^(more|complete)$/);
    expect(outcome.calls).toBeLessThanOrEqual(CALLS_PER_RUN + 10);
    const after = await readState(world);
    expect([after.live?.cursor, after.live?.bounds, after.backfill?.cursor, after.backfill?.bounds]).not.toEqual([
      before.live?.cursor,
      before.live?.bounds,
      before.backfill?.cursor,
      before.backfill?.bounds,
    ]);
  } while (outcome.kind !== 'complete');
  return runs;
}

/** In pages of 50 the guesses end in the empty first day: what is left is plain bisection, of 4 calls a page. */
const EVEN_FACTOR = defaultSource() === 'graph' ? 4 : 2;
const PAGE = defaultSource() === 'graph' ? 50 : 100;

test.each(
  sharedCases([
    [5_000, 'evenly spread', evenly, EVEN_FACTOR],
    [4_000, 'in bursts', unevenly, 4],
  ] as const),
)('a first read of %i incidents %s, newest first, in runs of 100 calls', async (count, _name, timeOf, factor) => {
  const world = await cloud.createWorld();
  seedIncidents(world, count, timeOf(world.control.now(), count), (number, lastUpdateTime) => ({
    lastUpdateTime,
    incidentName: `Incident ${number}`,
    status: 'Resolved',
    alerts: [],
  }));

  const runs = await readInRuns(world);

  expect(listCalls(world)).toBeLessThanOrEqual((factor * count) / PAGE + 10 + runs);
  await expectIntact(world);
});
