import { describe, expect, test } from '@jest/globals';
import { readCleanUpMessage, type CleanUpMessage } from '../../shared/domain/removal/clean-up-task.ts';
import { changeLogKey, incidentKey, stateKey } from '../../shared/domain/rows/row-keys.ts';
import { readStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import type { RowProperties } from '../../shared/domain/values/table-row.ts';
import { SHARDS, shardOf } from '../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_DAY } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { getIncident } from '../../shared/querying/get-incident.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { cleanUp, type CleanUpDeps } from '../../shared/removal/clean-up.ts';
import { dispatchCleanUp } from '../../shared/removal/dispatch-clean-up.ts';
import { createAuditLog } from '../../shared/storing/audit.ts';
import { anAlert, anIncident, seedIncidents, seedState, tenantNumber } from '../helpers/seed.ts';
import { copyTable } from '../helpers/tables/copy-table.ts';
import { createDyingProcess, Death } from '../helpers/tables/dying-table.ts';
import { createFaultyTable } from '../helpers/tables/faulty-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const [TENANT, OTHER] = [tenantNumber(1), tenantNumber(2)];
const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };
const OLD = '2024-10-01T00:00:00Z';
const NEW = '2025-12-01T00:00:00Z';

/** Two tenants with old and new incidents; one of the old ones has more rows than a transaction holds. */
async function createStored(): Promise<MemoryTable> {
  const table = createMemoryTable();
  for (const tenantId of [TENANT, OTHER]) {
    await seedState(table, tenantId, { status: 'active', nextDueAt: 0n });
    await seedIncidents(table, tenantId, [anIncident('1', OLD), anIncident('2', NEW)], [anAlert('1', 'a')]);
    for (let hour = 0; hour < 12; hour += 1)
      await seedIncidents(table, tenantId, [anIncident('3', `2024-10-01T${10 + hour}:00:00Z`)], ALERTS);
    await seedIncidents(table, tenantId, [anIncident('4', OLD, { status: 'resolved' })]);
  }
  return table;
}

/** With the history beside them more rows than one transaction deletes. */
const ALERTS = Array.from({ length: 90 }, (_, number) => anAlert('3', `a${number}`));

function depsOf(incidents: Table, changes: Partial<CleanUpDeps> = {}): CleanUpDeps {
  const registry = createMemoryTable();
  return {
    incidents,
    tenants: registry,
    consentRequests: registry,
    outcomes: registry,
    audit: createAuditLog(registry),
    tokens: undefined,
    clock,
    log: () => {},
    retentionDays: 400,
    budgetMs: 1_000,
    endMs: 100_000,
    ...changes,
  };
}

/** One hour's clean-up: what its timer and its workers do, one message after another. */
async function runWith(deps: CleanUpDeps): Promise<void> {
  const messages = await dispatchCleanUp(deps);
  for (let message: CleanUpMessage | undefined; (message = messages.shift()) !== undefined;)
    messages.push(...(await cleanUp(deps, readCleanUpMessage(message), 1)));
}

const run = (table: Table, retentionDays = 400): Promise<void> => runWith(depsOf(table, { retentionDays }));

/** Everything but the state rows' counters of commits. */
function contents(table: MemoryTable): Map<string, RowProperties> {
  const all = SHARDS.flatMap((shard) => [...table.rows(shard)].map(([key, row]) => [`${shard} ${key}`, row] as const));
  return new Map(
    all.map(([key, row]) => {
      const { sequence: _sequence, commitId: _commitId, unconfirmedStamp: _stamp, ...rest } = row;
      return [key, rest];
    }),
  );
}

const keysOf = (table: MemoryTable, incidentId: string): string[] => {
  const part = incidentKey(TENANT, incidentId).slice(`I!${TENANT}!`.length);
  return [...table.rows(shardOf(TENANT)).keys()].filter((key) => key.includes(TENANT) && key.includes(part));
};

describe('cleanUp()', () => {
  test('deletes what was not updated for so long, wholly, and nothing else', async () => {
    const table = await createStored();
    const before = contents(table);

    await run(table);

    const after = contents(table);
    for (const id of ['1', '3', '4']) expect(keysOf(table, id).filter((key) => !key.startsWith('C!'))).toEqual([]);
    expect(keysOf(table, '2').length).toBeGreaterThan(4);
    for (const [key, row] of after) if (!key.includes('S!')) expect(row).toEqual(before.get(key));
    const state = readStateRow(table.rows(shardOf(TENANT)).get(stateKey(TENANT)) ?? {});
    expect(state).toMatchObject({ expiring: [], storedIncidents: 1 });
  });

  test('deletes no incident when they are kept for ever, and log entries of 90 days all the same', async () => {
    const table = await createStored();
    const now = table.serviceTime();
    const entry = (days: bigint) => changeLogKey(now - days * TICKS_PER_DAY, TENANT, '2');
    const operations = [entry(91n), entry(89n)].map(
      (rowKey) => ({ kind: 'upsert', rowKey, properties: { tenantId: TENANT } }) as const,
    );
    await table.transact(shardOf(TENANT), operations);
    const before = contents(table);

    await run(table, 0);

    before.delete(`${shardOf(TENANT)} ${entry(91n)}`);
    expect(contents(table)).toEqual(before);
  });

  test('goes on after a death at any of its requests and ends the same', async () => {
    const stored = await createStored();
    const wanted = await copyTable(stored);
    const counter = createDyingProcess(Infinity, 'before');
    await run(counter.open(wanted));
    const expected = contents(wanted);
    expect(keysOf(wanted, '3').filter((key) => !key.startsWith('C!'))).toEqual([]);
    for (let at = 0; at < counter.calls(); at += 1)
      for (const when of ['before', 'after'] as const) {
        const table = await copyTable(stored);
        await expect(run(createDyingProcess(at, when).open(table))).rejects.toThrow(Death);
        await run(table);
        expect({ at, when, rows: contents(table) }).toEqual({ at, when, rows: expected });
      }
  }, 60_000);

  test('keeps an incident that gets a new version at any moment, with all that belongs to it', async () => {
    const stored = await createStored();
    let writes = 0;
    /** A table that calls `before` with the number of each of the tenant's own writes, from 1. */
    const watch = (table: Table, before: (write: number) => Promise<void>): Table => {
      writes = 0;
      return {
        ...table,
        transact: async (partition, operations) => {
          if (operations[0]?.rowKey === stateKey(TENANT)) await before((writes += 1));
          return table.transact(partition, operations);
        },
      };
    };
    await run(watch(await copyTable(stored), async () => {}));
    const all = writes;
    expect(all).toBeGreaterThan(2);
    for (let at = 1; at <= all; at += 1) {
      const table = await copyTable(stored);
      const updated = watch(table, async (write) => {
        if (write === at) await seedIncidents(table, TENANT, [anIncident('3', NEW, { name: 'alive' })], ALERTS);
      });
      await run(updated);
      await run(table);

      const query = { tenantId: TENANT, incidentId: '3', start: { alert: '', history: '' } };
      const detail = await getIncident({ incidents: table, names: createTenantNames(table, clock) }, query);
      const kinds = keysOf(table, '3').map((key) => key.slice(0, 1));
      expect({ at, alerts: detail.alerts.length, name: detail.incident.name }).toEqual({
        at,
        alerts: 90,
        name: 'alive',
      });
      expect(kinds.filter((kind) => 'FIOU'.includes(kind)).sort()).toEqual(['F', 'I', 'O', 'U']);
      expect(kinds.filter((kind) => kind === 'A')).toHaveLength(90);
    }
  }, 60_000);

  test('shows no reader an incident of which only a part is left', async () => {
    const table = await createStored();
    const names = createTenantNames(table, clock);
    const ask = { tenantId: TENANT, incidentId: '3', start: { alert: '', history: '' } };
    const read = () =>
      getIncident({ incidents: table, names }, ask).then(
        ({ alerts }) => alerts.length,
        () => 'gone',
      );
    const seen: unknown[] = [];
    const faulty = createFaultyTable(table);
    faulty.beforeWrite = async () => {
      seen.push(await read());
    };

    await run(faulty);

    expect(new Set(seen)).toEqual(new Set([90, 'gone']));
    expect(seen.filter((one) => one === 'gone').length).toBeGreaterThan(1);
  });

  test('leaves a tenant that a worker holds to the next run', async () => {
    const table = await createStored();
    const properties = { busyUntil: table.serviceTime() + TICKS_PER_DAY };
    await table.transact(shardOf(TENANT), [{ kind: 'merge', rowKey: stateKey(TENANT), properties }]);

    await run(table);

    expect(keysOf(table, '1').length).toBeGreaterThan(4);
  });
});
