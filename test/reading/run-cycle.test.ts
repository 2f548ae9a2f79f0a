import { beforeEach, describe, expect, test } from '@jest/globals';
import { GAP_REASONS, newGap } from '../../shared/domain/reading/gaps.ts';
import { startCycle } from '../../shared/domain/reading/read-cycle.ts';
import { formatTicks, MAX_TICKS, TICKS_PER_SECOND, type Ticks } from '../../shared/domain/values/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import type { IncidentQuery } from '../../shared/ports/incident-source.ts';
import { ticksOf } from '../helpers/seed.ts';
import { startReadingWorld, type ReadingWorld } from '../helpers/worlds/reading-world.ts';

const FROM = '2025-12-01T00:00:00Z';
const at = (index: number): string =>
  formatTicks(ticksOf('2025-12-02T00:00:00Z') + BigInt(index) * 60n * TICKS_PER_SECOND);

let world: ReadingWorld;
beforeEach(async () => {
  world = await startReadingWorld();
});

function addMany(count: number): string[] {
  const ids = Array.from({ length: count }, (_, index) => String(100 + index));
  for (const [index, id] of ids.entries()) world.add(id, at(index));
  return ids;
}

/** From now on each list fails that reaches over this time; returns how many have. */
function failAround(bad: Ticks): () => number {
  let failures = 0;
  world.failWith(({ updatedFrom, updatedTo }) => {
    if (updatedFrom > bad || (updatedTo !== undefined && updatedTo <= bad)) return undefined;
    failures += 1;
    return new AppError('bad-page', 'Cannot read the page');
  });
  return () => failures;
}

describe('runCycle()', () => {
  test('reads what fits on one page with one call', async () => {
    const ids = addMany(3);
    const end = await world.read(FROM);
    expect(end).toMatchObject({ kind: 'complete', gaps: [] });
    expect(world.storedIds()).toEqual(ids);
    expect(world.queries).toEqual([{ updatedFrom: ticksOf(FROM), top: 5 }]);
  });

  test('cuts a window that one page cannot show until all is stored, oldest first', async () => {
    const ids = addMany(23);
    expect(await world.read(FROM)).toMatchObject({ kind: 'complete', gaps: [] });
    expect(world.storedIds()).toEqual(ids);
    expect(world.queries.length).toBeLessThan(23);
  });

  test('reads more incidents of one time than a page holds', async () => {
    for (let index = 0; index < 12; index += 1) world.add(String(index + 10), at(0));
    expect(await world.read(FROM)).toMatchObject({ kind: 'complete', gaps: [] });
    expect(world.storedIds()).toHaveLength(12);
  });

  test('stops when its calls are spent, claims no more than it has stored, and another worker goes on', async () => {
    const ids = addMany(40);
    const end = await world.read(FROM, 25);
    if (end.kind !== 'interrupted') throw new Error(`The run was to be interrupted, and is ${end.kind}`);
    const stored = world.storedIds();
    expect(stored.length).toBeGreaterThan(0);
    expect(stored).toEqual(ids.slice(0, stored.length));
    expect(world.state().live?.cursor).toBe(end.cycle.cursor);
    expect(end.cycle.cursor).toBeLessThanOrEqual(ticksOf(at(stored.length)));

    expect(await world.read(world.state().live ?? end.cycle, 100)).toMatchObject({ kind: 'complete' });
    expect(world.storedIds()).toEqual(ids);
  });

  test('goes round an incident that makes every page with it fail, and shows a gap there', async () => {
    const ids = addMany(8);
    const bad = ticksOf(at(4));
    world.failWith(({ updatedFrom, updatedTo }) =>
      updatedFrom <= bad && (updatedTo === undefined || updatedTo > bad)
        ? new AppError('page-too-large', 'Cannot read the page')
        : undefined,
    );
    const end = await world.read(FROM, 200);
    expect(end.kind).toBe('complete');
    const [gap, ...others] = world.state().gaps;
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ reason: 'page-too-large' });
    expect((gap?.from ?? 0n) <= bad && (gap?.to ?? 0n) > bad).toBe(true);
    expect(world.storedIds()).toEqual(ids.filter((_, index) => index !== 4));
  });

  test('learns the page size that fails from the first part that can be read in parts', async () => {
    const ids = addMany(60);
    let failures = 0;
    world.failWith(({ updatedFrom, updatedTo, top }) => {
      const held = ids.filter((_, index) => {
        const time = ticksOf(at(index));
        return updatedFrom <= time && (updatedTo === undefined || time < updatedTo);
      });
      if (Math.min(held.length, top) <= 3) return undefined;
      failures += 1;
      return new AppError('source-unavailable', 'Cannot list incidents');
    });

    expect(await world.read(FROM, 400)).toMatchObject({ kind: 'complete', gaps: [] });

    expect(world.storedIds()).toEqual(ids);
    expect(world.state().learntTop).toMatchObject({ top: 2 });
    expect(failures).toBeLessThan(15);
  });

  test('learns the page size that fails from a window in which nothing is', async () => {
    world.failWith(({ top }) => (top > 2 ? new AppError('source-unavailable', 'Cannot list incidents') : undefined));

    const end = await world.read(FROM, 20);
    if (end.kind !== 'complete') throw new Error(`The run was to be complete, and is ${end.kind}`);

    expect(end.gaps).toEqual([]);
    expect(end.apply(world.state()).learntTop).toMatchObject({ top: 2 });
  });

  test('takes a failure behind one that has passed for another, which has all its calls', async () => {
    const ids = addMany(30);
    const [passing, lasting] = [ticksOf(at(5)), ticksOf(at(20))];
    const holds = ({ updatedFrom, updatedTo }: IncidentQuery, time: Ticks): boolean =>
      updatedFrom <= time && (updatedTo === undefined || time < updatedTo);
    let searched = 0;
    world.failWith((query) => {
      const isPassing = holds(query, passing) && searched < 30;
      if (isPassing) searched += 1;
      const isFailing = isPassing || holds(query, lasting);
      return isFailing ? new AppError('source-unavailable', 'Cannot list incidents') : undefined;
    });

    expect(await world.read(FROM, 400)).toMatchObject({ kind: 'complete' });

    expect(world.storedIds()).toEqual(ids.filter((_, index) => index !== 20));
    expect(world.state().gaps).toHaveLength(1);
  });

  test('stores all that a window has shown, though only its older part could be compared with what is stored', async () => {
    const ids = addMany(3);
    const again = startCycle(ticksOf(FROM), ticksOf(at(60)), world.table.serviceTime());
    const end = await world.read(again, 1, { compareStored: async () => ticksOf(at(1)) });
    expect(world.storedIds()).toEqual(ids);
    expect(end).toMatchObject({ kind: 'interrupted', cycle: { cursor: ticksOf(at(1)) } });
  });

  test('leaves what has a gap of its own and cannot be cut to that gap, when it reads another one again', async () => {
    const bad = ticksOf(at(4));
    const part = { from: bad, to: bad + 1n, isNarrow: true };
    world = await startReadingWorld({
      gaps: [{ ...newGap(bad, bad + TICKS_PER_SECOND, 'bad-page', MAX_TICKS / 2n), part }],
    });
    const ids = addMany(8);
    const failures = failAround(bad);

    const gap = newGap(ticksOf(at(2)), ticksOf(at(7)), GAP_REASONS.alerts, 0n);
    const again = startCycle(gap.from, gap.to, world.table.serviceTime());
    expect(await world.read(again, 25, { slot: 'gap', gap })).toMatchObject({ kind: 'complete', gaps: [] });

    expect(world.storedIds()).toEqual(ids.filter((_, index) => index >= 2 && index < 7 && index !== 4));
    expect(failures()).toBeLessThanOrEqual(1);
  });

  test('does not search again for what fails in a gap that is narrower than the times that its cycle asks for', async () => {
    const bad = ticksOf(at(4)) + 3_333n;
    const part = { from: bad, to: bad + 1n, isNarrow: true };
    world = await startReadingWorld({
      gaps: [{ ...newGap(bad - 3_333n, bad - 3_333n + TICKS_PER_SECOND, 'bad-page', MAX_TICKS / 2n), part }],
    });
    const ids = addMany(8);
    const failures = failAround(bad);

    const coarse = { ...startCycle(ticksOf(FROM), undefined, world.table.serviceTime()), unit: 'ms' as const };
    expect(await world.read(coarse, 60)).toMatchObject({ kind: 'complete', gaps: [] });

    expect(world.storedIds()).toEqual(ids);
    expect(failures()).toBe(0);
  });

  test('keeps what it has stored when the customer withdraws its consent in the middle', async () => {
    addMany(40);
    world.failWith((_, request) => (request > 8 ? new AppError('missing-role', 'Cannot list incidents') : undefined));
    await expect(world.read(FROM)).rejects.toMatchObject({ code: 'missing-role' });
    expect(world.state().live?.bounds.length).toBeGreaterThan(0);
    expect(world.state().gaps).toEqual([]);

    world.failWith(() => undefined);
    expect(await world.read(world.state().live ?? FROM, 100)).toMatchObject({ kind: 'complete' });
    expect(world.storedIds()).toHaveLength(40);
  });
});
