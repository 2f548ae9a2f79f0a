import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSliceMessage, toSliceMessage, toSlices } from '../../../shared/domain/collection/slice.ts';
import { MAX_TICKS } from '../../../shared/domain/values/ticks.ts';
import { AppError } from '../../../shared/errors.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const tick = fc.bigInt({ min: 0n, max: MAX_TICKS });
const tenantIds = fc.uniqueArray(fc.nat(99).map(tenantNumber), { minLength: 1, maxLength: 60 });

describe('toSlices()', () => {
  test('puts every tenant into one slice, those that crashed alone and the others in as few as fit', () => {
    fc.assert(
      fc.property(tenantIds, fc.infiniteStream(fc.boolean()), fc.integer({ min: 1, max: 25 }), (ids, crashes, size) => {
        const tenants = ids.map((tenantId) => ({
          tenantId,
          hasCrashed: crashes.next().value === true,
          waitsSince: 0n,
        }));
        const slices = toSlices(7n, tenants, size);
        const crashed = tenants.filter(({ hasCrashed }) => hasCrashed).map(({ tenantId }) => tenantId);

        expect(slices.flatMap((slice) => slice.tenantIds).sort()).toEqual(ids.toSorted());
        expect(slices.every((slice) => slice.tick === 7n && slice.tenantIds.length <= size)).toBe(true);
        for (const { tenantIds: together } of slices)
          expect(together.length === 1 || together.every((id) => !crashed.includes(id))).toBe(true);
        expect(slices).toHaveLength(crashed.length + Math.ceil((ids.length - crashed.length) / size));
      }),
    );
  });

  test('lets those that have waited longest go first, whatever their shard, and those that crashed last', () => {
    const waits = [30n, 10n, 0n, 40n, 20n];
    const tenants = waits.map((waitsSince, place) => ({
      tenantId: tenantNumber(place),
      hasCrashed: waitsSince === 10n,
      waitsSince,
    }));

    const order = toSlices(7n, tenants, 2).map(({ tenantIds: ids }) => ids);

    expect(order).toEqual([[tenantNumber(2), tenantNumber(4)], [tenantNumber(0), tenantNumber(3)], [tenantNumber(1)]]);
  });

  test('makes no message for nobody', () => {
    expect(toSlices(7n, [], 25)).toEqual([]);
  });
});

describe('readSliceMessage()', () => {
  test('reads what toSliceMessage() wrote, after a way through JSON', () => {
    fc.assert(
      fc.property(tick, tenantIds, (at, ids) => {
        const slice = { tick: at, tenantIds: ids };
        expect(readSliceMessage(JSON.parse(JSON.stringify(toSliceMessage(slice))))).toEqual(slice);
      }),
    );
  });

  test('knows a further turn from a claim of a tick, and a message of the version before as one of a tick', () => {
    const slice = { tick: 7n, tenantIds: [tenantNumber(1)] };
    const further = { ...slice, isNextTurn: true };
    const before = { v: 1, tick: '0001-01-01T00:00:00.0000007Z', tenants: [tenantNumber(1)] };

    expect(readSliceMessage(JSON.parse(JSON.stringify(toSliceMessage(further))))).toEqual(further);
    expect(toSliceMessage(slice)).not.toHaveProperty('isNextTurn');
    expect(readSliceMessage(before)).not.toHaveProperty('isNextTurn');
  });

  test('keeps the place in a trace, and takes what is none for none', () => {
    const slice = { tick: 7n, tenantIds: [tenantNumber(1)] };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(readSliceMessage(toSliceMessage({ ...slice, traceparent }))).toEqual({ ...slice, traceparent });
    for (const odd of ['', 'contoso', 7, null, '00-00000000000000000000000000000000-b7ad6b7169203331-01'])
      expect(readSliceMessage({ ...toSliceMessage(slice), traceparent: odd })).toEqual(slice);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['no tenants', { v: 1, tick: '2026-01-01T00:00:00Z', tenants: [] }],
    ['one bad tenant', { v: 1, tick: '2026-01-01T00:00:00Z', tenants: [tenantNumber(1), 'contoso'] }],
    ['no tick', { v: 1, tenants: [tenantNumber(1)] }],
    ['a number as tick', { v: 1, tick: 638_000_000_000_000, tenants: [tenantNumber(1)] }],
  ])('refuses %s by name', (_name, message) => {
    expect(() => readSliceMessage(message)).toThrow(expect.objectContaining({ code: 'bad-slice' }));
  });

  test('throws nothing but bad-slice, whatever the queue holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (message) => {
        try {
          expect(readSliceMessage(message).tenantIds).not.toHaveLength(0);
        } catch (error) {
          expect(error instanceof AppError && error.code).toBe('bad-slice');
        }
      }),
      { numRuns: 300 },
    );
  });
});
