import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Gap } from '../../../shared/domain/reading/gaps.ts';
import { MAX_BOUNDS, type ReadCycle, type WindowSearch } from '../../../shared/domain/reading/read-cycle.ts';
import { MAX_FINGERPRINTS } from '../../../shared/domain/rows/fingerprints.ts';
import { checkTransaction } from '../../../shared/domain/rows/row-limits.ts';
import { NOTHING_ERASED } from '../../../shared/domain/tenants/erasure.ts';
import {
  newTenantState,
  TENANT_STATUSES,
  type LastError,
  type TenantState,
} from '../../../shared/domain/tenants/tenant-state.ts';
import {
  CLAIM_COLUMNS,
  readStateRow,
  toClaimColumns,
  toControlColumns,
  toStateRow,
} from '../../../shared/domain/tenants/tenant-state-row.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import { MAX_TICKS } from '../../../shared/domain/values/ticks.ts';
import { tenantNumber } from '../../helpers/seed.ts';

const ticks = fc.bigInt({ min: 0n, max: MAX_TICKS });
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const text = fc.string({ maxLength: 30 }).map((end) => `Cannot ${end}`);
const charges = fc.array(fc.tuple(fc.nat(), fc.nat(45)), { maxLength: 80 });
const search: fc.Arbitrary<WindowSearch> = fc.record({
  from: ticks,
  until: ticks,
  failingTo: ticks,
  around: fc.array(fc.record({ to: ticks, calls: fc.nat(60) }), { maxLength: 40 }),
  isOpen: fc.boolean(),
  step: fc.constantFrom('confirm', 'smallest', 'sizes', 'halves', 'last'),
  isUnproven: fc.boolean(),
  top: fc.nat(100),
  partTop: fc.nat(100),
  hasWorked: fc.boolean(),
  fullTop: fc.nat(100),
  halvesRead: fc.nat(50),
  calls: fc.nat(60),
  reason: fc.constantFrom('bad-page', 'source-unavailable'),
  hasGap: fc.boolean(),
});
const cycle: fc.Arbitrary<ReadCycle> = fc.record({
  from: ticks,
  to: optional(ticks),
  cursor: ticks,
  bounds: fc.array(ticks, { maxLength: MAX_BOUNDS }),
  unit: fc.constantFrom('tick', 'ms', 's'),
  calls: fc.nat(),
  incidents: fc.nat(),
  startedAt: ticks,
  currentAt: optional(ticks),
  search: optional(search),
  instant: optional(
    fc.record({
      from: ticks,
      to: ticks,
      createdBefore: ticks,
      count: fc.nat(1_000),
      fruitlessRuns: fc.nat(3),
      visibleUntil: ticks,
    }),
  ),
});
const wholeGap: fc.Arbitrary<Gap> = fc.record({
  from: ticks,
  to: ticks,
  reason: fc.constantFrom('bad-page', 'incident-without-id'),
  incidentId: fc.constant(undefined),
  since: ticks,
  retryAt: ticks,
});
const gap: fc.Arbitrary<Gap> = fc.oneof(
  wholeGap,
  fc
    .tuple(wholeGap, fc.record({ from: ticks, to: ticks, isNarrow: fc.boolean() }))
    .map(([whole, part]) => ({ ...whole, part })),
);
const lastError: fc.Arbitrary<LastError> = fc.record({
  code: fc.constantFrom('throttled', 'missing-role'),
  message: text,
  blame: fc.constantFrom('tenant', 'microsoft', 'partner', 'collector'),
  action: text,
  since: ticks,
});
const fingerprint = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdef')),
  minLength: 24,
  maxLength: 24,
});
const state: fc.Arbitrary<TenantState> = fc.record({
  tenantId: fc.nat(99).map(tenantNumber),
  status: fc.constantFrom(...TENANT_STATUSES),
  isPaused: fc.boolean(),
  ownSource: fc.constantFrom('defender', 'graph', 'auto', undefined),
  nextDueAt: ticks,
  busyUntil: ticks,
  claimedTick: ticks,
  isClaimedAsSlow: fc.boolean(),
  budget: fc.record({ recent: charges, minutes: charges }),
  otherBudget: fc.record({ recent: charges, minutes: charges }),
  statusSince: ticks,
  failedProofs: fc.nat(),
  lastError: optional(lastError),
  consentId: optional(fc.uuid()),
  sequence: fc.bigInt({ min: 0n, max: 999_999_999_999n }),
  commitId: fc.uuid(),
  readFrom: fc.constantFrom('defender', 'graph'),
  move: fc.option(fc.oneof(fc.record({ since: ticks }), fc.record({ since: ticks, problem: lastError })), {
    nil: undefined,
  }),
  completeFrom: optional(ticks),
  completeThrough: optional(ticks),
  reconciledThrough: optional(ticks),
  frontThrough: optional(ticks),
  frontCurrentAt: optional(ticks),
  live: optional(cycle),
  backfill: optional(cycle),
  reconcile: optional(cycle),
  nextReconcileAt: optional(ticks),
  foundLate: fc.nat(),
  gaps: fc.array(gap, { maxLength: 32 }),
  fingerprints: fc.uniqueArray(fingerprint, { maxLength: 40 }).map((all) => new Set(all)),
  looseGenerations: fc.array(fc.record({ incidentId: fc.nat().map(String), generation: fc.nat(999_999) })),
  looseIndexes: fc.array(fc.nat().map(String), { maxLength: 3 }),
  leftOutIncidents: fc.nat(),
  index: optional(fc.record({ isWhole: fc.boolean(), after: text })),
  unconfirmedStamp: optional(ticks),
  expiring: fc.array(fc.nat().map(String), { maxLength: 20 }),
  pageCap: optional(fc.nat(100)),
  longestPage: fc.nat(100),
  learntTop: optional(fc.record({ top: fc.nat(100), triedAt: ticks })),
  alertsApart: optional(fc.record({ mostWith: fc.nat(50), since: ticks })),
  storedIncidents: fc.nat(),
  arrivals: optional(fc.record({ newestAt: ticks, hours: fc.bigInt({ min: 1n, max: (1n << 672n) - 1n }) })),
  created: optional(fc.uint8Array({ maxLength: 40 })),
  lastChangeAt: optional(ticks),
  lastPolledAt: optional(ticks),
  witness: optional(ticks),
  seenAt: optional(ticks),
  sign: optional(fc.record({ kind: fc.constantFrom('gone', 'silent'), since: ticks, message: text })),
  standby: fc.option(fc.oneof(fc.record({ checkedAt: ticks }), fc.record({ checkedAt: ticks, problem: lastError })), {
    nil: undefined,
  }),
  lastBlind: optional(fc.record({ since: ticks, until: ticks, code: fc.constant('stale') })),
  purge: optional(fc.record({ startedAt: ticks, erased: fc.constant(NOTHING_ERASED) })),
  failedPolls: fc.nat(),
});

const without = (row: RowProperties, dropped: readonly string[]): RowProperties =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !dropped.includes(name)));

describe('readStateRow()', () => {
  test('reads every state that toStateRow() wrote', () => {
    fc.assert(
      fc.property(state, (written) => {
        const row = toStateRow(written);
        expect(readStateRow(row)).toEqual(written);
        expect(Object.keys(readStateRow(row)).sort()).toEqual(Object.keys(written).sort());
      }),
      { numRuns: 100 },
    );
  });

  test('takes a missing column for what a new tenant has, but for index and counts, which a store of before has not', () => {
    fc.assert(
      fc.property(state, fc.infiniteStream(fc.boolean()), (written, drop) => {
        const row = toStateRow(written);
        const dropped = Object.keys(row).filter((name) => name !== 'tenantId' && drop.next().value);
        const blank: TenantState = {
          ...newTenantState(written.tenantId, 'defender', 0n),
          ownSource: undefined,
          index: undefined,
          created: undefined,
        };
        const kept = Object.keys(written).filter((name) => name in row && !dropped.includes(name));
        const expected = Object.entries({ ...blank }).map(([name, value]: [string, unknown]) => [
          name,
          kept.includes(name) ? written[name as keyof TenantState] : value,
        ]);
        expect(readStateRow(without(row, dropped))).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 100 },
    );
  });

  test('reads what a claim selects, and what it merges', () => {
    fc.assert(
      fc.property(state, state, (written, claim) => {
        const row = { ...toStateRow(written), ...toClaimColumns(claim) };
        const { busyUntil, claimedTick, isClaimedAsSlow, budget } = claim;
        expect(readStateRow(row)).toEqual({ ...written, busyUntil, claimedTick, isClaimedAsSlow, budget });

        const selected = Object.fromEntries(CLAIM_COLUMNS.map((name) => [name, toStateRow(written)[name]] as const));
        const read = readStateRow(without(selected as RowProperties, []));
        for (const name of CLAIM_COLUMNS) expect(read[name]).toEqual(written[name]);
      }),
      { numRuns: 50 },
    );
  });

  test('takes "graph" in a row from before there was a setting to follow for a choice, and "defender" for none', () => {
    const row = without(toStateRow(newTenantState(tenantNumber(1), 'graph', 0n)), ['ownSource']);

    expect(readStateRow({ ...row, source: 'graph' }).ownSource).toBe('graph');
    expect(readStateRow({ ...row, source: 'defender' }).ownSource).toBeUndefined();
    expect(readStateRow({ ...row, source: 'graph', ...toControlColumns({ ownSource: undefined }) }).ownSource).toBe(
      undefined,
    );
  });

  test('refuses a row that belongs to no tenant', () => {
    expect(() => readStateRow({})).toThrow('Cannot read a state row');
    expect(() => readStateRow({ tenantId: 'contoso' })).toThrow('"contoso"');
  });
});

describe('toStateRow()', () => {
  test('fits the service when everything in it is at its largest', () => {
    const [sample] = fc.sample(state, { seed: 1, numRuns: 1 });
    const bounds = Array.from({ length: MAX_BOUNDS }, () => MAX_TICKS);
    const full: ReadCycle = { ...fc.sample(cycle, { seed: 1, numRuns: 1 })[0], bounds } as ReadCycle;
    const many = Array.from({ length: 3_000 }, (_, index) => index.toString(16).padStart(24, '0'));
    const gaps = Array.from({ length: 32 }, () => fc.sample(gap, { seed: 1, numRuns: 1 })).flat();
    const row = toStateRow({
      ...(sample as TenantState),
      live: full,
      backfill: full,
      gaps,
      fingerprints: new Set(many),
    });

    expect(() => {
      checkTransaction([{ kind: 'upsert', rowKey: 'S!', properties: row }]);
    }).not.toThrow();
    // The newest knowledge is kept.
    expect([...readStateRow(row).fingerprints]).toEqual(many.slice(-MAX_FINGERPRINTS));
  });
});
