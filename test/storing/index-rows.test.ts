import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Alert, Entity, ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import type { IncidentVersion } from '../../shared/domain/rows/draft-incident-rows.ts';
import { indexKeysOf, readMatches, unpackIndex } from '../../shared/domain/rows/stored-index.ts';
import { ALERT_KEY_COLUMNS, readAlertKey, readIncidentRow } from '../../shared/domain/rows/read-incident-rows.ts';
import { alertRange, incidentKey, stateKey } from '../../shared/domain/rows/row-keys.ts';
import { readStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import type { RowProperties } from '../../shared/domain/values/table-row.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { clearLooseIndexes } from '../../shared/storing/clear-loose-indexes.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { clearLooseGenerations, writeIncidents } from '../../shared/storing/write-incidents.ts';
import { anAlert, anIncident, seedState, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { createDyingProcess, Death } from '../helpers/tables/dying-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };
const TENANT = tenantNumber(1);
const SHARD = shardOf(TENANT);
const START = ticksOf('2026-01-01T00:00:00Z');

interface Told {
  /** Last parts of addresses in the evidence. */
  addresses: readonly number[];
  status?: string;
  verdict?: string;
  alertCount?: number;
  missesAlerts?: boolean;
}

function observe(
  { addresses, status = 'active', verdict = 'suspicious', ...told }: Told,
  version: number,
): ObservedIncident {
  const entities = addresses.map((at): Entity => ({ type: 'ip', verdict, ipAddress: `10.0.${at >> 8}.${at & 255}` }));
  const alerts = Array.from({ length: told.alertCount ?? 1 }, (_, at): Alert => ({
    ...anAlert('7', `a${at}`),
    title: 't',
    entities: entities.filter((_one, index) => index % (told.alertCount ?? 1) === at),
  }));
  const updatedAt = START + BigInt(version);
  const incident = anIncident('7', formatTicks(updatedAt), { name: 'x', status, createdTime: formatTicks(START) });
  const contentHash = `hash-${version}`;
  const missing = told.missesAlerts === true ? { missingAlerts: { link: undefined } } : {};
  return { incident, alerts, updatedAt, timeAssumed: false, contentHash, sourceJson: '{}', ...missing };
}

/** What a worker does with one version that it was shown; leftovers of one that died come first. */
async function store(table: Table, observed: ObservedIncident): Promise<void> {
  const session = await openSession(table, clock, TENANT);
  if (session === undefined) throw new Error('The tenant has a state row');
  const deps = { table, session, log: () => {} };
  if (session.state().looseGenerations.length > 0) await clearLooseGenerations(deps);
  if (session.state().looseIndexes.length > 0) await clearLooseIndexes(deps);
  const row = await table.get(SHARD, incidentKey(TENANT, '7'));
  const stored = row === undefined ? undefined : readIncidentRow(row.properties);
  if (stored?.contentHash === observed.contentHash) return;
  const range = alertRange(TENANT, '7', stored?.generation ?? 1);
  const storedAlerts = (await table.list(SHARD, range, { select: ALERT_KEY_COLUMNS })).rows.map(readAlertKey);
  const version: IncidentVersion = {
    tenantId: TENANT,
    observed,
    stored,
    storedAlerts,
    isBackfill: false,
    wentBack: false,
  };
  await writeIncidents(deps, [{ listedAt: observed.updatedAt, version }], (state) => state);
}

/** `kind value` of everything that a reader is led to the incident by. */
function foundBy(rows: ReadonlyMap<string, RowProperties>): string[] {
  const own = rows.get(incidentKey(TENANT, '7'));
  const index = own === undefined ? undefined : unpackIndex(readIncidentRow(own).index);
  const named = new Set(index === undefined ? [] : indexKeysOf(TENANT, '7', index));
  return [...rows]
    .filter(([key, row]) => key.startsWith('E!') && (row['isWide'] !== true || named.has(key)))
    .flatMap(([, row]) => readMatches(row).map(({ kind, value, verdict }) => `${kind} ${value} ${verdict ?? '-'}`))
    .sort();
}

const expectedOf = ({ addresses, verdict = 'suspicious' }: Told): string[] =>
  ['incident 7 -', ...addresses.map((at) => `ip 10.0.${at >> 8}.${at & 255} ${verdict}`)].sort();

const upTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, at) => from + at);

const LIVES: Record<string, Told[]> = {
  'small, evidence comes and goes': [{ addresses: [1, 2] }, { addresses: [2, 3] }, { addresses: [] }],
  'small, then wide, then small': [{ addresses: upTo(20) }, { addresses: upTo(150) }, { addresses: [3] }],
  'wide, all of it replaced': [{ addresses: upTo(200) }, { addresses: upTo(200, 500) }],
  'wide, every verdict changes': [{ addresses: upTo(290) }, { addresses: upTo(290), verdict: 'malicious' }],
  'wide, with many alerts': [
    { addresses: upTo(150), alertCount: 120 },
    { addresses: upTo(140, 20), alertCount: 110 },
  ],
  'replaced by more than one transaction holds': [{ addresses: upTo(80) }, { addresses: upTo(80, 500) }],
};

describe('writeIncidents()', () => {
  let table: MemoryTable;
  beforeEach(async () => {
    table = createMemoryTable();
    await seedState(table, TENANT, { status: 'active' });
  });

  test.each(Object.keys(LIVES))('lets an incident be found by exactly what it says: %s', async (life) => {
    for (const [version, told] of (LIVES[life] ?? []).entries()) {
      await store(table, observe(told, version));
      expect(foundBy(table.rows(SHARD))).toEqual(expectedOf(told));
    }
    const index = [...table.rows(SHARD).keys()].filter((key) => key.startsWith('E!') || key.startsWith('X!'));
    expect(index).toHaveLength(expectedOf(LIVES[life]?.at(-1) ?? { addresses: [] }).length);
  });

  test.each(Object.keys(LIVES))('never lets it be found otherwise, dying at any request: %s', async (life) => {
    const lives = LIVES[life] ?? [];
    const truth = new Map(lives.map((told, version) => [`hash-${version}`, expectedOf(told)]));
    for (let at = 0, isOver = false; !isOver; at += 1) {
      table = createMemoryTable();
      await seedState(table, TENANT, { status: 'active' });
      const dying = createDyingProcess(at, at % 2 === 0 ? 'before' : 'after');
      isOver = await survive(dying.open(table), lives);
      const own = table.rows(SHARD).get(incidentKey(TENANT, '7'));
      const hash = String(own?.['contentHash']);
      expect({ at, found: foundBy(table.rows(SHARD)) }).toEqual({
        at,
        found: own === undefined ? [] : truth.get(hash),
      });
      for (const [version, told] of lives.entries())
        if (own === undefined || `hash-${version}` >= hash) await store(table, observe(told, version));
      expect(foundBy(table.rows(SHARD))).toEqual(expectedOf(lives.at(-1) ?? { addresses: [] }));
      expect([...table.rows(SHARD).keys()].filter((key) => key.startsWith('E!'))).toHaveLength(
        foundBy(table.rows(SHARD)).length,
      );
    }
  });

  test('writes nothing of the index when nothing of it changed', async () => {
    await store(table, observe({ addresses: upTo(20) }, 0));
    const before = table.applied.length;

    await store(table, observe({ addresses: upTo(20) }, 1));

    const written = table.applied.slice(before).flat();
    expect(written.filter(({ rowKey }) => rowKey.startsWith('E!'))).toEqual([]);
  });

  test('shows the new status in each row that shows one', async () => {
    await store(table, observe({ addresses: [1] }, 0));
    await store(table, observe({ addresses: [1], status: 'resolved' }, 1));

    const shown = [...table.rows(SHARD)].filter(([key]) => key.startsWith('E!')).map(([, row]) => row['status']);
    expect(shown).toEqual(['resolved', 'resolved']);
  });

  test('keeps what an alert said that the source does not tell this time, with the new status', async () => {
    await store(table, observe({ addresses: upTo(5), alertCount: 5 }, 0));
    const partly = observe({ addresses: [0], status: 'resolved', missesAlerts: true }, 1);
    await store(table, partly);

    expect(foundBy(table.rows(SHARD))).toEqual(expectedOf({ addresses: upTo(5) }));
    const shown = [...table.rows(SHARD)].filter(([key]) => key.startsWith('E!')).map(([, row]) => row['status']);
    expect(new Set(shown)).toEqual(new Set(['resolved']));

    await store(table, observe({ addresses: [1, 2] }, 2));
    expect(foundBy(table.rows(SHARD))).toEqual(expectedOf({ addresses: [1, 2] }));
  });

  test('counts the incidents that hold more than they are found by, as long as they do', async () => {
    const leftOut = (): number => readStateRow(table.rows(SHARD).get(stateKey(TENANT)) ?? {}).leftOutIncidents;
    await store(table, observe({ addresses: upTo(301) }, 0));
    expect(leftOut()).toBe(1);
    await store(table, observe({ addresses: upTo(302) }, 1));
    expect(leftOut()).toBe(1);
    await store(table, observe({ addresses: upTo(300) }, 2));
    expect(leftOut()).toBe(0);
  });
});

/** True when the process came through. */
async function survive(table: Table, lives: readonly Told[]): Promise<boolean> {
  try {
    for (const [version, told] of lives.entries()) await store(table, observe(told, version));
    return true;
  } catch (error) {
    if (error instanceof Death) return false;
    throw error;
  }
}
