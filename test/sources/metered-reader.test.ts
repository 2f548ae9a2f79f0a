import { beforeEach, describe, expect, test } from '@jest/globals';
import { chargeCalls, DEFAULT_CALL_LIMITS, EMPTY_BUDGET } from '../../shared/domain/reading/call-budget.ts';
import { AppError } from '../../shared/errors.ts';
import type { Ticks } from '../../shared/domain/values/ticks.ts';
import { ticksOf } from '../helpers/seed.ts';
import { startReadingWorld, type ReadingWorld } from '../helpers/worlds/reading-world.ts';

const QUERY = { updatedFrom: ticksOf('2025-12-01T00:00:00Z'), top: 5 };

let world: ReadingWorld;
beforeEach(async () => {
  world = await startReadingWorld();
});

/** The first `times` requests fail. */
const failFirst = (times: number, error: () => Error): void => {
  world.failWith((_, request) => (request <= times ? error() : undefined));
};

const throttled = (retryAfterMs?: number): AppError =>
  new AppError('throttled', 'Too many calls', retryAfterMs === undefined ? {} : { retryAfterMs });

describe('meterReader()', () => {
  test('waits after a 429 exactly as long as the source asks, then repeats the call', async () => {
    failFirst(2, () => throttled(7_000));
    const { reader } = await world.openReader();
    expect(await reader.list(QUERY)).toMatchObject({ count: 0 });
    expect(world.waits).toEqual([7_000, 7_000]);
    expect([reader.callsMade(), reader.callsThrottled()]).toEqual([3, 2]);
  });

  test('repeats a 429 three times at most', async () => {
    failFirst(99, () => throttled(1_000));
    const { reader } = await world.openReader();
    await expect(reader.list(QUERY)).rejects.toMatchObject({ code: 'throttled' });
    expect(reader.callsMade()).toBe(4);
  });

  test('leaves a wait of more than 90 seconds to the next turn', async () => {
    failFirst(1, () => throttled(90_001));
    const { reader } = await world.openReader();
    await expect(reader.list(QUERY)).rejects.toMatchObject({ code: 'throttled', retryAfterMs: 90_001 });
    expect(world.waits).toEqual([]);
  });

  test('leaves a wait that would end after its deadline to the next turn', async () => {
    failFirst(1, () => throttled(20_000));
    const { reader } = await world.openReader({ deadlineMs: 15_000 });
    await expect(reader.list(QUERY)).rejects.toMatchObject({ code: 'throttled' });
    expect(world.waits).toEqual([]);
  });

  test('asks for a new token once when the source refuses one', async () => {
    failFirst(1, () => new AppError('unauthorized', 'Refused'));
    const first = await world.openReader();
    await first.reader.list(QUERY);
    expect(first.droppedTokens()).toBe(1);

    world.failWith(() => new AppError('unauthorized', 'Refused'));
    const second = await world.openReader();
    await expect(second.reader.list(QUERY)).rejects.toMatchObject({ code: 'unauthorized' });
    expect([second.droppedTokens(), second.reader.callsMade()]).toEqual([1, 2]);
  });

  test('repeats no other failure: a probe tells what passes from what lasts', async () => {
    failFirst(1, () => new AppError('source-unavailable', 'Down'));
    const { reader } = await world.openReader();
    await expect(reader.list(QUERY)).rejects.toMatchObject({ code: 'source-unavailable' });
    expect([reader.callsMade(), reader.hasAnswered()]).toEqual([1, false]);
    await reader.probe(1);
    expect(reader.hasAnswered()).toBe(true);
  });

  test('pays for calls before they are made, ten at a time, and first those that its claim has paid for', async () => {
    const before = world.table.applied.length;
    const { reader } = await world.openReader({ prepaidCalls: 2 });
    for (let call = 0; call < 12; call += 1) await reader.list(QUERY);
    expect(world.table.applied.length - before).toBe(1);
    await reader.list(QUERY);
    expect(world.table.applied.length - before).toBe(2);
  });

  test('counts the calls to a source that the tenant is not read from yet by themselves', async () => {
    const spent = (now: Ticks) => chargeCalls(EMPTY_BUDGET, now, DEFAULT_CALL_LIMITS.graph.perMinute);
    const budget = spent(world.table.serviceTime());
    world = await startReadingWorld({ readFrom: 'graph', budget });
    const { reader, session } = await world.openReader();

    for (let call = 0; call < DEFAULT_CALL_LIMITS.defender.perMinute; call += 1) await reader.list(QUERY);

    expect(world.waits).toEqual([]);
    expect(session.state().budget).toEqual(budget);
    await reader.list(QUERY);
    expect(world.waits).toHaveLength(1);
  });

  test('waits for the end of the minute when its calls are spent, and says so when the turn ends before', async () => {
    const limits = { ...DEFAULT_CALL_LIMITS, defender: { perMinute: 3, perHour: 100 } };
    const { reader } = await world.openReader({ limits });
    for (let call = 0; call < 4; call += 1) await reader.list(QUERY);
    expect(world.waits).toHaveLength(1);
    expect(world.waits[0]).toBeGreaterThan(30_000);

    const late = await world.openReader({ limits, deadlineMs: (world.waits[0] ?? 0) + 20_000 });
    const spend = async (): Promise<void> => {
      for (let call = 0; call < 9; call += 1) await late.reader.list(QUERY);
    };
    await expect(spend()).rejects.toMatchObject({ code: 'budget-spent' });
    expect(world.waits).toHaveLength(1);
  });

  test('claims no more than was there when a call was made, whatever the date of its answer', async () => {
    const { reader } = await world.openReader({ prepaidCalls: 1 });
    const askedAt = world.table.serviceTime();
    expect((await reader.list(QUERY)).visibleUntil).toBeLessThanOrEqual(askedAt);
  });
});
