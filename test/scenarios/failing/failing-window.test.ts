import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND } from '../../../shared/domain/values/ticks.ts';
import { createTimeLimits } from '../../helpers/time-limits.ts';
import { createCollector, INTERVAL_MS, type CollectorOptions } from '../cloud/collector.ts';
import { sharedCases } from '../cloud/default-source.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { LIST_FAILURES, poison } from '../troubles/poisoned-windows.ts';
import { expectIntact, listCalls } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

const HOUR_MS = 3_600_000;
const MOST_POLLS = 3;
const MOST_CALLS = 60;

interface Found {
  polls: number;
  calls: number;
  state: TenantState;
}

/** Polls until every bad incident is a gap and nothing else is left to read. */
async function pollUntilFound(world: World, bad: readonly string[], options: CollectorOptions): Promise<Found> {
  const collector = createCollector(world, options);
  const before = listCalls(world);
  for (let polls = 1; polls <= 2 * MOST_POLLS; polls += 1) {
    const state = await collector.poll();
    const isDone = state.gaps.length === bad.length && state.live === undefined && state.backfill === undefined;
    if (isDone || polls === 2 * MOST_POLLS) return { polls, calls: listCalls(world) - before, state };
  }
  throw new Error('Not reached');
}

async function expectFound(world: World, bad: readonly string[], options: CollectorOptions = {}): Promise<Found> {
  const found = await pollUntilFound(world, bad, options);
  console.log(`${expect.getState().currentTestName}: ${found.polls} polls, ${found.calls} calls`);
  expect(found.polls).toBeLessThanOrEqual(MOST_POLLS);
  await expectIntact(world, { except: bad, gaps: bad.length });
  return found;
}

/** A tenant that is read and up to date, then whatever `change` does to it. */
async function readFirst(world: World, incidents: number): Promise<void> {
  seedIncidents(world, incidents, spreadOver(world, 20, incidents));
  await createCollector(world).pollUntilComplete();
}

/** 300 incidents in one minute that ended a little ago. */
function seedCrowd(world: World): string[] {
  const start = world.control.now() - 3n * TICKS_PER_MINUTE;
  const step = TICKS_PER_MINUTE / 300n;
  return seedIncidents(world, 300, (number) => start + BigInt(number) * step + BigInt(number % 7));
}

interface Case {
  name: string;
  /** Calls that so many incidents would take without a bad one, where that is more than a few: 4 × N/100 + 10. */
  usualCalls: number;
  /** Returns the bad incidents. */
  seed(world: World): Promise<string[]>;
}

const CASES: readonly Case[] = [
  {
    name: 'in a first read of 30 days',
    usualCalls: 0,
    seed: async (world) => seedIncidents(world, 29, spreadOver(world, 29, 29)).slice(14, 15),
  },
  {
    name: 'among three new ones of a tenant that is up to date',
    usualCalls: 0,
    seed: async (world) => {
      await readFirst(world, 20);
      return seedIncidents(
        world,
        3,
        (number) => world.control.now() - BigInt(3 - number) * TICKS_PER_SECOND * 20n,
      ).slice(1, 2);
    },
  },
  {
    name: '12 hours behind',
    usualCalls: 0,
    seed: async (world) => {
      await readFirst(world, 20);
      world.time.advance(12 * HOUR_MS);
      world.lastTickMs = world.time.nowMs() - INTERVAL_MS;
      const start = world.control.now() - 12n * TICKS_PER_HOUR;
      return seedIncidents(world, 24, (number) => start + BigInt(number) * (TICKS_PER_HOUR / 2n) + 1_234n).slice(9, 10);
    },
  },
  {
    name: 'in a crowd of 300 in its minute',
    usualCalls: 22,
    seed: async (world) => {
      await readFirst(world, 20);
      return seedCrowd(world).slice(137, 138);
    },
  },
];

describe.each(sharedCases(Object.entries(LIST_FAILURES)))('one incident whose windows answer %s', (_name, fault) => {
  test.each(CASES)('$name costs only itself, within 3 polls and 60 calls', async ({ seed, usualCalls }) => {
    const world = await cloud.createWorld();
    const bad = await seed(world);
    const limits = createTimeLimits();
    for (const incidentId of bad) poison(world, incidentId, [fault], limits);

    const { calls } = await expectFound(world, bad, { startTimer: limits.startTimer });

    expect(calls).toBeLessThanOrEqual(MOST_CALLS + usualCalls);
  });
});

const MIXED = Object.values(LIST_FAILURES);

describe('failures that take turns', () => {
  test.each(CASES)('$name', async ({ seed, usualCalls }) => {
    const world = await cloud.createWorld();
    const bad = await seed(world);
    const limits = createTimeLimits();
    for (const incidentId of bad) poison(world, incidentId, MIXED, limits);

    const { calls } = await expectFound(world, bad, { startTimer: limits.startTimer });

    expect(calls).toBeLessThanOrEqual(MOST_CALLS + usualCalls);
  });

  test.each(sharedCases([40, 25, 100]))(
    'three incidents far apart, where a run may make %s calls',
    async (callsPerRun) => {
      const world = await cloud.createWorld();
      const ids = seedIncidents(world, 60, spreadOver(world, 28, 60));
      const bad = [ids[5] ?? '', ids[31] ?? '', ids[58] ?? ''];
      const limits = createTimeLimits();
      for (const incidentId of bad) poison(world, incidentId, MIXED, limits);

      const { calls } = await expectFound(world, bad, { callsPerRun, startTimer: limits.startTimer });

      expect(calls).toBeLessThanOrEqual(3 * MOST_CALLS);
    },
  );
});
