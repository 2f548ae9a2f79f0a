import { describe, expect, test } from '@jest/globals';
import type { ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import { encodeId, incidentKey } from '../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Table } from '../../shared/ports/table.ts';
import { findNewIncidents } from '../../shared/storing/find-new-incidents.ts';
import { storeIncidents } from '../../shared/storing/store-incidents.ts';
import { openSession, type TenantSession } from '../../shared/storing/tenant-session.ts';
import { anIncident, seedState, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { cutBeforeEachPage } from '../helpers/tables/cutting-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const TENANT = tenantNumber(1);
const clock: Clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };
/** Numbers of several lengths, and ids that are none: their keys are in another order than they are here. */
const IDS = ['7', '10', '100', '9999', 'a', 'B-2', '0012', '12', '13', '9007199254740993'];

const observe = (incidentId: string, at = '2026-01-01T00:00:00.0000000Z'): ObservedIncident => ({
  incident: anIncident(incidentId, at),
  alerts: [],
  updatedAt: ticksOf(at),
  timeAssumed: false,
  contentHash: `${incidentId}-${at}`,
  sourceJson: '{}',
});

interface World {
  memory: MemoryTable;
  session: TenantSession;
  store(table: Table, incidents: readonly ObservedIncident[]): Promise<number>;
}

async function openWorld(): Promise<World> {
  const memory = createMemoryTable();
  await seedState(memory, TENANT, { status: 'active' });
  const session = await openSession(memory, clock, TENANT);
  if (session === undefined) throw new Error('The state row was just written');
  const unexpected = (): never => {
    throw new Error('Nothing is asked for by id here');
  };
  return {
    memory,
    session,
    store: (table, incidents) =>
      storeIncidents(
        { table, session, log: () => undefined, readById: unexpected, tryById: unexpected },
        {
          incidents,
          isBackfill: true,
          known: new Map(),
          advance: (state) => state,
          believesList: false,
          waiting: [],
          wholeSince: 0n,
          onUnreadable: unexpected,
        },
      ),
  };
}

/** The same table, which notes the keys of its point reads. */
function watchReads(table: Table): { table: Table; read: string[] } {
  const read: string[] = [];
  return {
    read,
    table: {
      ...table,
      get: (partitionKey, rowKey) => {
        read.push(rowKey);
        return table.get(partitionKey, rowKey);
      },
    },
  };
}

const keysOf = (ids: readonly string[]): string[] => ids.map((id) => incidentKey(TENANT, id)).sort();

describe('storeIncidents()', () => {
  test('reads no row of an incident that is not stored yet, and the row of each that is', async () => {
    const { memory, store } = await openWorld();
    await store(memory, [observe('10'), observe('a')]);
    const { table, read } = watchReads(memory);

    const later = '2026-01-02T00:00:00.0000000Z';
    expect(
      await store(
        table,
        IDS.map((id) => observe(id, later)),
      ),
    ).toBe(IDS.length);

    expect(read.sort()).toEqual(keysOf(['10', 'a']));
    for (const id of IDS) {
      const row = await memory.get(shardOf(TENANT), incidentKey(TENANT, id));
      expect(row?.properties['lastUpdateTime']).toBe(later);
    }
  });

  test('reads each row where the list of keys was cut before its first', async () => {
    const { memory, store } = await openWorld();
    await store(memory, [observe('10')]);
    const { table, read } = watchReads(cutBeforeEachPage(memory));

    expect(
      await store(
        table,
        IDS.map((id) => observe(id, '2026-01-02T00:00:00.0000000Z')),
      ),
    ).toBe(IDS.length);

    expect(read.sort()).toEqual(keysOf(IDS));
  });
});

describe('findNewIncidents()', () => {
  test('leaves open what lies behind the first page of keys', async () => {
    const { memory, session, store } = await openWorld();
    await store(memory, [observe('13')]);
    const [first] = keysOf(IDS);
    // The service may end a page anywhere: here behind the one that is stored.
    const cut: Table = {
      ...memory,
      list: async (...args) => ({ ...(await memory.list(...args)), next: 'more' }),
    };
    const stored = incidentKey(TENANT, '13');

    const news = await findNewIncidents(
      { table: cut, session },
      IDS.map((id) => observe(id)),
    );

    const before = IDS.filter((id) => incidentKey(TENANT, id) < stored);
    expect(before.map((id) => incidentKey(TENANT, id))).toContain(first);
    expect([...news].sort()).toEqual(before.map(encodeId).sort());
  });

  test('asks nothing about a few', async () => {
    const { memory, session } = await openWorld();
    const table: Table = {
      ...memory,
      list: () => {
        throw new Error('Nothing is listed for so few');
      },
    };

    expect(
      await findNewIncidents(
        { table, session },
        IDS.slice(0, 7).map((id) => observe(id)),
      ),
    ).toEqual(new Set());
  });
});
