import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Alert } from '../../shared/domain/incidents/incident.ts';
import { incidentKey, stateKey } from '../../shared/domain/rows/row-keys.ts';
import { readStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import type { RowOperation, RowProperties } from '../../shared/domain/values/table-row.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import type { Table } from '../../shared/ports/table.ts';
import { indexOlder } from '../../shared/polling/index-older.ts';
import { clearLooseIndexes } from '../../shared/storing/clear-loose-indexes.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { anAlert, anIncident, seedIncidents, seedState, tenantNumber } from '../helpers/seed.ts';
import { createDyingProcess, Death } from '../helpers/tables/dying-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };
const TENANT = tenantNumber(1);
const SHARD = shardOf(TENANT);
const AT = '2026-01-01T00:00:00Z';

const alertWith = (addresses: number): Alert[] => [
  {
    ...anAlert('1', 'a'),
    entities: Array.from({ length: addresses }, (_, at) => ({ type: 'ip', verdict: null, ipAddress: `10.0.0.${at}` })),
  },
];

/** All rows of the index, and what the incidents say of it. */
function indexOf(table: MemoryTable): Map<string, unknown> {
  return new Map(
    [...table.rows(SHARD)].flatMap(([key, row]): [string, unknown][] =>
      key.startsWith('E!') || key.startsWith('X!') ? [[key, row]] : key.startsWith('I!') ? [[key, row['index']]] : [],
    ),
  );
}

/** As a version before the index has left it. */
async function forgetIndex(table: MemoryTable): Promise<void> {
  for (const [rowKey, row] of table.rows(SHARD)) {
    const { index: _index, ...before }: RowProperties = row;
    const operation: RowOperation = rowKey.startsWith('E!')
      ? { kind: 'delete', rowKey }
      : { kind: 'upsert', rowKey, properties: before };
    await table.transact(SHARD, [operation]);
  }
}

async function poll(table: Table): Promise<void> {
  const session = await openSession(table, clock, TENANT);
  if (session === undefined) throw new Error('The tenant has a state row');
  const deps = { table, session, log: () => {} };
  if (session.state().looseIndexes.length > 0) await clearLooseIndexes(deps);
  await indexOlder(deps);
}

const progressOf = (table: MemoryTable) => readStateRow(table.rows(SHARD).get(stateKey(TENANT)) ?? {}).index;

describe('indexOlder()', () => {
  let table: MemoryTable;
  let whole: Map<string, unknown>;
  beforeEach(async () => {
    table = createMemoryTable();
    await seedState(table, TENANT, { status: 'active' });
    for (let id = 1; id <= 60; id += 1)
      await seedIncidents(table, TENANT, [anIncident(String(id), AT)], alertWith(id === 30 ? 150 : id % 3));
    whole = indexOf(table);
    await forgetIndex(table);
  });

  test('brings a store of before into the index that it would have had, some incidents a poll', async () => {
    expect(progressOf(table)).toBeUndefined();
    await poll(table);
    expect(progressOf(table)).toMatchObject({ isWhole: false });
    await poll(table);

    expect(progressOf(table)).toMatchObject({ isWhole: true });
    expect(indexOf(table)).toEqual(whole);
  });

  test('leaves alone what came into the index by itself, and costs nothing when it is whole', async () => {
    await seedIncidents(table, TENANT, [anIncident('7', '2026-01-02T00:00:00Z')], alertWith(2));
    const own = table.rows(SHARD).get(incidentKey(TENANT, '7'));
    await poll(table);
    await poll(table);
    expect(table.rows(SHARD).get(incidentKey(TENANT, '7'))).toEqual(own);

    const before = table.applied.length;
    await poll(table);
    expect(table.applied).toHaveLength(before);
  });

  test('ends the same after a death at any tenth request', async () => {
    for (let at = 0, isOver = false; !isOver; at += 10) {
      if (at > 0) await forgetIndex(table);
      const dying = createDyingProcess(at, at % 20 === 0 ? 'before' : 'after');
      isOver = await poll(dying.open(table)).then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(Death);
          return false;
        },
      );
      await poll(table);
      await poll(table);
      await poll(table);
      expect({ at, index: indexOf(table) }).toEqual({ at, index: whole });
    }
  });
});
