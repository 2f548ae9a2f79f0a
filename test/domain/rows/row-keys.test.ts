import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  alertKey,
  alertRange,
  allStates,
  changeLogKey,
  changeLogRange,
  encodeId,
  feedKey,
  historyKey,
  historyRange,
  incidentKey,
  invertTicks,
  listRange,
  openKey,
  stateKey,
  tenantListKey,
  tenantListRange,
  tenantRange,
} from '../../../shared/domain/rows/row-keys.ts';
import { compareText } from '../../../shared/domain/values/compare-text.ts';
import type { RowRange } from '../../../shared/domain/values/table-row.ts';
import { MAX_TICKS } from '../../../shared/domain/values/ticks.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const tenants = [tenantNumber(1), tenantNumber(2), tenantNumber(10)] as const;
const tenant = fc.constantFrom(...tenants);
const smallTicks = fc.bigInt({ min: 100n, max: 130n });
const anyTicks = fc.oneof(smallTicks, fc.bigInt({ min: 0n, max: MAX_TICKS }));
const digits = fc.bigInt({ min: 0n, max: 10n ** 19n - 1n }).map(String);
const nastyUnit = fc.constantFrom('/', '\\', '#', '?', '!', '"', '~', '=', '=2F', 'n', 'x', '0', 'É', '\0', '🙂', '\n');
const wellFormed = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
const nasty = fc.oneof(
  digits,
  digits.map((id) => `0${id}`),
  fc.array(nastyUnit, { maxLength: 8 }).map((units) => units.join('')),
  fc.array(nastyUnit, { minLength: 40, maxLength: 300 }).map((units) => units.join('')),
  fc.string({ minLength: 90, maxLength: 700 }),
  wellFormed,
  fc.constantFrom('', '0', '00', '-1', '1e3', '9999999999999999999', '10000000000000000000', ' 7', '7 ', 'n1', 'x1'),
);
const generation = fc.nat(999_999);
const sequence = fc.bigInt({ min: 0n, max: 999_999_999_999n });

interface Row {
  key: string;
  tenantId: string;
  at: bigint;
}
const holds = (range: RowRange, key: string): boolean => key >= range.from && key < range.to;

describe('encodeId()', () => {
  test('gives different ids different keys', () => {
    fc.assert(
      fc.property(nasty, nasty, (a, b) => {
        expect(encodeId(a) === encodeId(b)).toBe(a === b);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['7', '07'],
    ['7', ' 7'],
    ['/', '=2F'],
    ['a=', 'a=3D'],
    [`${'a'.repeat(100)}/`, `${'a'.repeat(100)}?`],
    ['9007199254740992', '9007199254740993'],
  ])('keeps %j and %j apart', (a, b) => {
    expect(encodeId(a)).not.toBe(encodeId(b));
  });

  test('puts the higher of two numbers first', () => {
    fc.assert(
      fc.property(digits, digits, (a, b) => {
        expect(compareText(encodeId(a), encodeId(b))).toBe(
          BigInt(a) === BigInt(b) ? 0 : BigInt(a) > BigInt(b) ? -1 : 1,
        );
      }),
    );
  });

  test('is one part of a key: no separator, nothing that a key may not hold', () => {
    fc.assert(
      fc.property(nasty, (id) => {
        expect(encodeId(id)).toMatch(/^(n\d{19}|x[A-Za-z0-9._=-]{0,100}|x[A-Za-z0-9._=-]{50}~[0-9a-f]{64})$/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('alertKey()', () => {
  test('and every other key is allowed and fits, whatever the ids', () => {
    fc.assert(
      fc.property(tenant, nasty, nasty, anyTicks, generation, sequence, (id, incident, alert, at, number, count) => {
        const keys = [
          stateKey(id),
          incidentKey(id, incident),
          alertKey(id, incident, number, alert),
          historyKey(id, incident, at, count),
          feedKey(id, incident, at),
          openKey(id, incident, at),
          tenantListKey(id, incident, at),
          changeLogKey(at, id, incident),
        ];
        expect(keys.join('\n')).toMatch(/^[!-.0->@-[\]-~\n]*$/);
        expect(keys.every((key) => key.length <= 512 && !key.includes('#'))).toBe(true);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('invertTicks()', () => {
  test('puts the newer moment first', () => {
    fc.assert(
      fc.property(anyTicks, anyTicks, (a, b) => {
        expect(compareText(invertTicks(a), invertTicks(b))).toBe(a === b ? 0 : a > b ? -1 : 1);
        expect(invertTicks(a)).toHaveLength(19);
      }),
    );
  });
});

describe('historyKey()', () => {
  test('puts the later of two entries of one moment first', () => {
    fc.assert(
      fc.property(nasty, anyTicks, sequence, sequence, (id, at, a, b) => {
        const order = compareText(historyKey(tenants[0], id, at, a), historyKey(tenants[0], id, at, b));
        expect(order).toBe(a === b ? 0 : a > b ? -1 : 1);
      }),
    );
  });
});

describe('tenantListRange()', () => {
  test('and the other time ranges hold exactly the keys of their time, kind and tenant', () => {
    const rows = fc.array(fc.tuple(tenant, nasty, smallTicks), { maxLength: 12 });
    fc.assert(
      fc.property(rows, smallTicks, smallTicks, (all, a, b) => {
        const [from, before] = a < b ? [a, b] : [b, a];
        const build = (key: (tenantId: (typeof tenants)[number], id: string, at: bigint) => string): Row[] =>
          all.map(([tenantId, id, at]) => ({ key: key(tenantId, id, at), tenantId, at }));
        const inTime = ({ at }: Row): boolean => at >= from && at < before;
        const lists = [
          [listRange('F', from, before), build((id, incident, at) => feedKey(id, incident, at)), inTime],
          [listRange('O', from, before), build((id, incident, at) => openKey(id, incident, at)), inTime],
          [changeLogRange(from, before), build((id, incident, at) => changeLogKey(at, id, incident)), inTime],
          [
            tenantListRange(tenants[0], from, before),
            build((id, incident, at) => tenantListKey(id, incident, at)),
            (row: Row) => inTime(row) && row.tenantId === tenants[0],
          ],
        ] as const;
        for (const [range, own] of lists)
          for (const [, others, belongs] of lists)
            for (const row of others) expect(holds(range, row.key)).toBe(others === own && belongs(row));
      }),
    );
  });
});

describe('tenantRange()', () => {
  test('and the ranges of one incident hold exactly their keys', () => {
    const row = fc.tuple(tenant, nasty, fc.constantFrom(1, 2, 10, 11), nasty, smallTicks);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), row, (all, [tenantId, incident, number]) => {
        for (const [id, other, otherNumber, alert, at] of [...all, [tenantId, incident, number, '', 5n] as const]) {
          const isSameTenant = id === tenantId;
          const isSame = isSameTenant && other === incident;
          const key = alertKey(id, other, otherNumber, alert);
          expect(holds(alertRange(tenantId, incident, number), key)).toBe(isSame && otherNumber === number);
          expect(holds(historyRange(tenantId, incident), historyKey(id, other, at, 1n))).toBe(isSame);
          expect(holds(tenantRange('A', tenantId), key)).toBe(isSameTenant);
          expect(holds(tenantRange('I', tenantId), incidentKey(id, other))).toBe(isSameTenant);
          expect(holds(tenantRange('U', tenantId), incidentKey(id, other))).toBe(false);
          expect([stateKey(id), incidentKey(id, other)].map((any) => holds(allStates, any))).toEqual([true, false]);
        }
      }),
    );
  });
});
