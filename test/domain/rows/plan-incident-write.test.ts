import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contentHash } from '../../../shared/domain/incidents/content-hash.ts';
import { isOpen, type Alert, type ObservedIncident } from '../../../shared/domain/incidents/incident.ts';
import { planIncidentWrite } from '../../../shared/domain/rows/plan-incident-write.ts';
import {
  readAlertKey,
  readAlertRow,
  readIncidentRow,
  readListIncident,
} from '../../../shared/domain/rows/read-incident-rows.ts';
import {
  alertKey,
  alertRange,
  encodeId,
  feedKey,
  incidentKey,
  openKey,
  tenantListKey,
} from '../../../shared/domain/rows/row-keys.ts';
import { compareText } from '../../../shared/domain/values/compare-text.ts';
import type { RowOperation, RowProperties } from '../../../shared/domain/values/table-row.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_SECOND } from '../../../shared/domain/values/ticks.ts';
import { anAlert, anIncident, tenantNumber, ticksOf } from '../../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../../helpers/tables/memory-table.ts';

const TENANT = tenantNumber(1);
const SHARD = shardOf(TENANT);
const START = ticksOf('2025-12-01T00:00:00Z');

const version = fc.record({
  incidentId: fc.constantFrom('7', '07', 'a/b?'),
  second: fc.bigInt(0n, 4n),
  status: fc.constantFrom('active', 'inProgress', 'resolved', 'redirected'),
  alerts: fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.tuple(fc.nat(6), fc.nat(1)), { maxLength: 6 }) },
    fc
      .tuple(fc.nat(60), fc.integer({ min: 85, max: 230 }), fc.nat(1))
      .map(([first, count, variant]) =>
        Array.from({ length: count }, (_, index): [number, number] => [first + index, variant]),
      ),
  ),
});
type Version = typeof version extends fc.Arbitrary<infer T> ? T : never;

function observe({ incidentId, second, status, alerts }: Version): ObservedIncident {
  const updatedAt = START + second * TICKS_PER_SECOND;
  const unique = new Map(alerts.map(([number, variant]) => [number, variant]));
  const own = [...unique].map(([number, variant]): Alert => ({
    ...anAlert(incidentId, `da${number}/#`),
    status: variant === 0 ? 'new' : 'resolved',
  }));
  const incident = anIncident(incidentId, formatTicks(updatedAt), { status, alertsCount: own.length });
  const hash = contentHash(incident, own, false);
  return { incident, alerts: own, updatedAt, timeAssumed: false, contentHash: hash, sourceJson: '{}' };
}

function alertsShown(table: MemoryTable, incidentId: string): Alert[] {
  const rows = table.rows(SHARD);
  const { from, to } = alertRange(TENANT, incidentId, shown(rows, incidentId)?.generation ?? 1);
  return [...rows].filter(([key]) => key >= from && key < to).map(([, properties]) => readAlertRow(properties));
}

function shown(rows: ReadonlyMap<string, RowProperties>, incidentId: string) {
  const row = rows.get(incidentKey(TENANT, incidentId));
  return row === undefined ? undefined : readIncidentRow(row);
}

/** Writes one version as the collector does, the fence row included; says what a reader saw before the switch. */
async function write(table: MemoryTable, observed: ObservedIncident, sequence: bigint): Promise<Alert[]> {
  const { incidentId } = observed.incident;
  const stored = shown(table.rows(SHARD), incidentId);
  const list = async (generation: number) => (await table.list(SHARD, alertRange(TENANT, incidentId, generation))).rows;
  const storedAlerts = stored === undefined ? [] : (await list(stored.generation)).map(readAlertKey);
  const wentBack = stored !== undefined && observed.updatedAt < stored.updatedAt;
  const plan = planIncidentWrite(
    { tenantId: TENANT, observed, stored, storedAlerts, isBackfill: false, wentBack },
    { storedAt: table.serviceTime(), sequence },
  );
  const send = async (rows: readonly RowOperation[]): Promise<void> => {
    await table.transact(SHARD, [{ kind: 'upsert', rowKey: 'S!', properties: {} }, ...rows]);
  };
  for (let at = 0; at < plan.newGeneration.length; at += 99) await send(plan.newGeneration.slice(at, at + 99));
  const before = alertsShown(table, incidentId);
  await send(plan.rows);
  if (plan.staleGeneration === undefined) return before;
  const stale = await list(plan.staleGeneration);
  for (let at = 0; at < stale.length; at += 99)
    await send(stale.slice(at, at + 99).map(({ rowKey }) => ({ kind: 'delete', rowKey })));
  return before;
}

const byId = (alerts: readonly Alert[]): Alert[] => alerts.toSorted((a, b) => compareText(a.alertId, b.alertId));

function expectShown(table: MemoryTable, observed: ObservedIncident, versions: number): void {
  const { incident, updatedAt } = observed;
  const { incidentId } = incident;
  const rows = table.rows(SHARD);
  const own = [...rows].filter(([key]) => key.split('!').includes(encodeId(incidentId)));
  const keysOf = (kind: string): string[] => own.map(([key]) => key).filter((key) => key.startsWith(`${kind}!`));
  expect(keysOf('F')).toEqual([feedKey(TENANT, incidentId, updatedAt)]);
  expect(keysOf('U')).toEqual([tenantListKey(TENANT, incidentId, updatedAt)]);
  expect(keysOf('O')).toEqual(isOpen(incident.status) ? [openKey(TENANT, incidentId, updatedAt)] : []);
  expect(keysOf('H')).toHaveLength(versions);
  expect(keysOf('C')).toHaveLength(versions);
  expect(keysOf('A')).toHaveLength(observed.alerts.length);
  expect(shown(rows, incidentId)).toMatchObject({ incident, updatedAt, contentHash: observed.contentHash });
  expect(byId(alertsShown(table, incidentId))).toEqual(byId(observed.alerts));
  for (const [key, properties] of own)
    if (/^[FOU]!/.test(key)) expect(readListIncident(properties)).toEqual({ ...incident, comments: [] });
}

describe('planIncidentWrite()', () => {
  test('leaves exactly the newest version in every list, its alerts and one history row a version', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(version, { minLength: 1, maxLength: 8 }), async (versions) => {
        const table = createMemoryTable();
        const latest = new Map<string, { observed: ObservedIncident; count: number }>();
        for (const [index, next] of versions.entries()) {
          const observed = observe(next);
          const known = latest.get(next.incidentId);
          const before = await write(table, observed, BigInt(index + 1));
          expect(byId(before)).toEqual(byId(known?.observed.alerts ?? []));
          latest.set(next.incidentId, { observed, count: (known?.count ?? 0) + 1 });
          for (const shownNow of latest.values()) expectShown(table, shownNow.observed, shownNow.count);
        }
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    [71, 0, false],
    [72, 0, true],
    [34, 34, false],
    [60, 60, true],
  ])('replaces %i alerts by others, %i stored before, in place or by a generation', (count, before, isLarge) => {
    const alertOf = (number: number): Alert => anAlert('7', `da${number}`);
    const observed = observe({ incidentId: '7', second: 0n, status: 'active', alerts: [] });
    const storedAlerts = Array.from({ length: before }, (_, number) => ({
      rowKey: alertKey(TENANT, '7', 1, `old${number}`),
      alertId: `old${number}`,
      contentHash: '',
    }));
    const alerts = Array.from({ length: count }, (_, number) => alertOf(number));
    const plan = planIncidentWrite(
      {
        tenantId: TENANT,
        observed: { ...observed, alerts },
        stored: undefined,
        storedAlerts,
        isBackfill: false,
        wentBack: false,
      },
      { storedAt: START, sequence: 1n },
    );
    expect(plan.areAlertsAhead).toBe(isLarge);
    expect(plan.rows.length).toBeLessThanOrEqual(99);
    expect(plan.newGeneration).toHaveLength(isLarge ? count : 0);
  });

  test('keeps when the incident was first collected', async () => {
    const table = createMemoryTable();
    await write(table, observe({ incidentId: '7', second: 0n, status: 'active', alerts: [] }), 1n);
    const first = shown(table.rows(SHARD), '7');
    await write(table, observe({ incidentId: '7', second: 1n, status: 'active', alerts: [] }), 2n);
    const second = shown(table.rows(SHARD), '7');
    expect(second?.firstCollectedAt).toBe(first?.firstCollectedAt);
    expect(second?.collectedAt).not.toBe(first?.collectedAt);
  });
});

describe('planIncidentWrite() of an incident that another source tells', () => {
  const told = { incidentId: '7', second: 1n, status: 'active' } as const;
  const fieldsOf = (table: MemoryTable): unknown => {
    const rows = [...table.rows(SHARD)].filter(([key]) => key.startsWith('H!'));
    return rows.map(([, { changes }]) => JSON.parse(String(changes)) as unknown);
  };
  const retell = (observed: ObservedIncident): ObservedIncident => ({
    ...observed,
    incident: { ...observed.incident, source: 'graph' },
    contentHash: 'another',
  });
  const source = { field: 'source', from: 'defender', to: 'graph' };

  test('says so once, and nothing of alerts that are told otherwise', async () => {
    const table = createMemoryTable();
    const version = observe({
      ...told,
      alerts: [
        [1, 0],
        [2, 0],
      ],
    });
    await write(table, version, 1n);

    const alerts = version.alerts.map((alert) => ({ ...alert, description: 'In other words' }));
    await write(table, { ...retell(version), alerts }, 2n);

    expect(fieldsOf(table)).toContainEqual([source]);
    expect(alertsShown(table, '7')).toMatchObject([
      { description: 'In other words' },
      { description: 'In other words' },
    ]);
  });

  test('says which alerts came and went', async () => {
    const table = createMemoryTable();
    await write(
      table,
      observe({
        ...told,
        alerts: [
          [1, 0],
          [2, 0],
        ],
      }),
      1n,
    );

    await write(
      table,
      retell(
        observe({
          ...told,
          alerts: [
            [2, 1],
            [3, 0],
          ],
        }),
      ),
      2n,
    );

    const alerts = { field: 'alerts', added: ['da3/#'], removed: ['da1/#'], changed: [] };
    expect(fieldsOf(table)).toContainEqual([source, alerts]);
  });
});
