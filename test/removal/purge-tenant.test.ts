import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readCleanUpMessage } from '../../shared/domain/removal/clean-up-task.ts';
import { changeLogKey, incidentKey, tenantListKey } from '../../shared/domain/rows/row-keys.ts';
import type { RowProperties } from '../../shared/domain/values/table-row.ts';
import { SHARDS, shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { AppError } from '../../shared/errors.ts';
import type { Table } from '../../shared/ports/table.ts';
import type { TenantTokens } from '../../shared/ports/tokens.ts';
import { cleanUp } from '../../shared/removal/clean-up.ts';
import { dispatchCleanUp } from '../../shared/removal/dispatch-clean-up.ts';
import { purgeTenant, type PurgeDeps } from '../../shared/removal/purge-tenant.ts';
import { createAuditLog } from '../../shared/storing/audit.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { listAllRows } from '../../shared/tables/list-all-rows.ts';
import { createTenantControl } from '../../shared/tenants/create-tenant-control.ts';
import { deleteTenant } from '../../shared/tenants/delete-tenant.ts';
import type { RegisterDeps } from '../../shared/tenants/register-tenant.ts';
import { anAlert, anIncident, seedIncidents, seedRecord, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { copyTable } from '../helpers/tables/copy-table.ts';
import { createDyingProcess, Death } from '../helpers/tables/dying-table.ts';
import { createFaultyTable } from '../helpers/tables/faulty-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';
import { startTestStorage, type TestStorage } from '../helpers/tables/storage.ts';

const TENANT = tenantNumber(1);
/** One of the others lies in the same partition. */
const NEIGHBOUR = Array.from({ length: 99 }, (_, number) => tenantNumber(number + 2)).find(
  (other) => shardOf(other) === shardOf(TENANT),
);
const OTHERS = [NEIGHBOUR, tenantNumber(2)].filter((id) => id !== undefined);
const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} };
const AT = '2025-12-01T00:00:00Z';

interface Tables<T extends Table = Table> {
  incidents: T;
  tenants: T;
  consentRequests: T;
  audit: T;
}

/** Incidents for several transactions in a row, one with alerts for two, a log entry and a list row that no incident accounts for. */
async function fill(tables: Tables): Promise<void> {
  for (const tenantId of [TENANT, ...OTHERS]) {
    const count = tenantId === TENANT ? 30 : 3;
    const ids = Array.from({ length: count }, (_, number) => String(number + 1));
    await seedIncidents(
      tables.incidents,
      tenantId,
      ids.map((id) => anIncident(id, AT, { status: Number(id) % 3 === 0 ? 'resolved' : 'active' })),
    );
    const alerts = Array.from({ length: 90 }, (_, number) => anAlert('1', `a${number}`));
    await seedIncidents(tables.incidents, tenantId, [anIncident('1', '2025-12-02T00:00:00Z')], alerts);
    await seedRecord(tables.tenants, tenantId, { displayName: 'Name' });
    await tables.consentRequests.transact('links', [
      { kind: 'upsert', rowKey: `R!${tenantId.slice(-4)}`, properties: { claimedTenantId: tenantId } },
      { kind: 'upsert', rowKey: `P!${tenantId.slice(-4)}`, properties: { at: 'x' } },
      { kind: 'upsert', rowKey: `T!${tenantId}`, properties: { id: 'x' } },
    ]);
  }
  const orphans = [tenantListKey(TENANT, 'lost', ticksOf(AT)), changeLogKey(ticksOf(AT), TENANT, '1')];
  const operations = orphans.map((rowKey) => ({ kind: 'upsert', rowKey, properties: { tenantId: TENANT } }) as const);
  await tables.incidents.transact(shardOf(TENANT), operations);
}

async function createFilled(): Promise<Tables<MemoryTable>> {
  const [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
  const tables = { incidents, tenants, consentRequests: createMemoryTable(), audit: createMemoryTable() };
  await fill(tables);
  await order(tables);
  return tables;
}

async function copyOf({ incidents, tenants, consentRequests }: Tables<MemoryTable>): Promise<Tables<MemoryTable>> {
  return {
    incidents: await copyTable(incidents),
    tenants: await copyTable(tenants),
    consentRequests: await copyTable(consentRequests, ['links']),
    audit: createMemoryTable(),
  };
}

function registerDeps({ incidents, tenants, audit }: Tables): RegisterDeps {
  const defaultSource = 'defender';
  const control = createTenantControl({
    incidents,
    clock,
    defaultSource,
    providers: { defender: undefined, graph: undefined },
  });
  return { incidents, tenants, control, audit: createAuditLog(audit), defaultSource, onChanged: () => {} };
}

const remove = (tables: Tables, isPurge: boolean) =>
  deleteTenant(registerDeps(tables), { tenantId: TENANT, isPurge, actor: 'test' });

async function order(tables: Tables): Promise<void> {
  await remove(tables, false);
  await remove(tables, true);
}

const refusing: TenantTokens = {
  get: () => Promise.reject(new AppError('consent-missing', 'Cannot get a token')),
  inspect: () => Promise.reject(new AppError('consent-missing', 'Cannot get a token')),
  drop: () => {},
};

function purge(tables: Tables, budgetMs = 1_000, at = clock): Promise<void> {
  const audit = createAuditLog(tables.audit);
  const deps: PurgeDeps = { ...tables, audit, clock: at, log: () => {}, tokens: refusing, budgetMs, endMs: 100_000 };
  return purgeTenant(deps, TENANT);
}

/** What the ticks and the hourly clean-up do for a purge that stopped. */
async function resume(tables: Tables): Promise<void> {
  await purge(tables);
  const limits = { retentionDays: 0, budgetMs: 1_000, endMs: 100_000 };
  const parts = { outcomes: createMemoryTable(), audit: createAuditLog(tables.audit), tokens: undefined };
  const deps = { ...tables, ...parts, ...limits, clock, log: () => {} };
  for (const message of await dispatchCleanUp(deps)) await cleanUp(deps, readCleanUpMessage(message), 1);
}

type Rows = Map<string, RowProperties>;

async function readRows(tables: Tables): Promise<Rows> {
  const rows: Rows = new Map();
  for (const name of ['incidents', 'tenants', 'consentRequests'] as const)
    for (const partition of [...SHARDS, 'links'])
      for (const row of await listAllRows(tables[name], partition, { from: '!', to: '~' }))
        rows.set(`${name} ${partition} ${row.rowKey}`, row.properties);
  return rows;
}

const isOf = (tenantId: TenantId, key: string, row: RowProperties): boolean =>
  key.includes(tenantId) || Object.values(row).includes(tenantId) || key.endsWith(`P!${tenantId.slice(-4)}`);

const partOf = (rows: Rows, tenantId: TenantId): Rows =>
  new Map([...rows].filter(([key, row]) => isOf(tenantId, key, row)));

function withoutTenant(rows: Rows): Rows {
  const own = partOf(rows, TENANT);
  return new Map([...rows].filter(([key]) => !own.has(key)));
}

describe('purgeTenant()', () => {
  test('leaves no row of the tenant in any table, every other row as it was, and an account of what is gone', async () => {
    const tables = await createFilled();
    const before = await readRows(tables);
    const count = (kind: string): number => [...before.keys()].filter((key) => isKind(key, kind)).length;
    const isKind = (key: string, kind: string): boolean =>
      key.startsWith(`incidents ${shardOf(TENANT)} ${kind}!`) && key.includes(TENANT);

    await purge(tables);

    expect(await readRows(tables)).toEqual(withoutTenant(before));
    const erasure = await createAuditLog(tables.audit).getErasure(TENANT);
    expect(erasure).toMatchObject({
      erased: {
        incidents: 30,
        alerts: 90,
        history: count('H'),
        feed: 30,
        openList: count('O'),
        tenantList: 31,
        changeLog: count('C'),
        index: count('E'),
      },
      remaining: 0,
      accessStillPossible: false,
    });
  });

  test('ends the same after a death at any of its storage requests', async () => {
    const filled = await createFilled();
    const expected = withoutTenant(await readRows(filled));
    const openAll = (tables: Tables, at: number, when: 'before' | 'after') => {
      const dying = createDyingProcess(at, when);
      const { incidents, tenants, consentRequests, audit } = tables;
      const own = { tenants: dying.open(tenants), consentRequests: dying.open(consentRequests) };
      return { dying, own: { ...own, incidents: dying.open(incidents), audit: dying.open(audit) } };
    };
    const counted = openAll(await copyOf(filled), Infinity, 'before');
    await purge(counted.own);
    expect(counted.dying.calls()).toBeGreaterThan(30);
    for (let at = 0; at < counted.dying.calls(); at += 1)
      for (const when of ['before', 'after'] as const) {
        const tables = await copyOf(filled);
        await expect(purge(openAll(tables, at, when).own)).rejects.toThrow(Death);
        await resume(tables);
        expect({ at, when, rows: await readRows(tables) }).toEqual({ at, when, rows: expected });
        const entries = await listAllRows(tables.audit, '2026-01', { from: '!', to: '~' });
        expect(entries.filter(({ properties }) => properties['action'] === 'tenant-erased')).toHaveLength(1);
        expect(await createAuditLog(tables.audit).getErasure(TENANT)).toMatchObject({ erased: { incidents: 30 } });
      }
  }, 120_000);

  test('lets a worker that was at the tenant bring nothing back, at whatever moment it writes', async () => {
    const tables = await createFilled();
    const fresh = await copyOf(tables);
    await fresh.incidents.transact(shardOf(TENANT), [
      { kind: 'merge', rowKey: `S!${TENANT}`, properties: { status: 'active', isPaused: false } },
    ]);
    const worker = await openSession(fresh.incidents, clock, TENANT);
    if (worker === undefined) throw new Error('The tenant has no state row');
    await order(fresh);
    const refusals: unknown[] = [];
    const write = (): Promise<void> =>
      worker.commit({
        change: (state) => state,
        rows: () => [{ kind: 'upsert', rowKey: incidentKey(TENANT, 'back'), properties: { tenantId: TENANT } }],
      });
    const faulty = createFaultyTable(fresh.incidents);
    faulty.beforeWrite = async () => {
      refusals.push(await write().catch((error: unknown) => (error instanceof AppError ? error.code : error)));
    };

    await purge({ ...fresh, incidents: faulty });

    refusals.push(await write().catch((error: unknown) => (error instanceof AppError ? error.code : error)));
    expect(refusals.length).toBeGreaterThan(5);
    expect(new Set(refusals)).toEqual(new Set(['tenant-taken', 'tenant-gone']));
    expect(partOf(await readRows(fresh), TENANT).size).toBe(0);
  });

  test('stops when its time is up and goes on with the next message', async () => {
    const tables = await createFilled();
    const expected = withoutTenant(await readRows(tables));
    let runs = 0;
    while (partOf(await readRows(tables), TENANT).size > 0 && runs < 50) {
      let nowMs = 0;
      await purge(tables, 25, { ...clock, monotonicMs: () => (nowMs += 1) });
      runs += 1;
    }
    expect(runs).toBeGreaterThan(1);
    expect(await readRows(tables)).toEqual(expected);
  });

  test('ends in a partition that one run cannot look through, reading each row of the others a few times', async () => {
    const tables = await createFilled();
    const others = Array.from({ length: 60 }, (_, page) => page * 100);
    for (const first of others)
      await tables.incidents.transact(
        shardOf(TENANT),
        Array.from({ length: 100 }, (_, at) => ({
          kind: 'upsert',
          rowKey: changeLogKey(ticksOf('2025-11-01T00:00:00Z') + BigInt(first + at), tenantNumber(999), '1'),
          properties: { tenantId: tenantNumber(999) },
        })),
      );
    const expected = withoutTenant(await readRows(tables));
    let [runs, pages] = [0, 0];
    const counting: Table = {
      ...tables.incidents,
      list: (...args) => {
        pages += 1;
        return tables.incidents.list(...args);
      },
    };
    while (partOf(await readRows(tables), TENANT).size > 0 && runs < 60) {
      // Three pages a run, and seven are to be looked through in the log of changes alone.
      let nowMs = 0;
      await purge({ ...tables, incidents: counting }, 3, { ...clock, monotonicMs: () => (nowMs += 1) });
      runs += 1;
    }
    expect(await readRows(tables)).toEqual(expected);
    expect(pages).toBeLessThan(60);
    expect(await createAuditLog(tables.audit).getErasure(TENANT)).toMatchObject({ erased: { incidents: 30 } });
  });

  test('goes on near where its process died in the middle of others’ rows', async () => {
    const tables = await createFilled();
    for (let first = 0; first < 2_400; first += 100)
      await tables.incidents.transact(
        shardOf(TENANT),
        Array.from({ length: 100 }, (_, at) => ({
          kind: 'upsert',
          rowKey: changeLogKey(ticksOf('2025-11-01T00:00:00Z') + BigInt(first + at), tenantNumber(999), '1'),
          properties: { tenantId: tenantNumber(999) },
        })),
      );
    let pages = 0;
    // Ten rows an answer, as when the service stops early; the process ends at page 220.
    const short: Table = {
      ...tables.incidents,
      list: (shard, range, options) => {
        pages += 1;
        if (pages === 220) throw new Death();
        return tables.incidents.list(shard, range, { ...options, top: 10 });
      },
    };
    await expect(purge({ ...tables, incidents: short })).rejects.toThrow(Death);
    await purge({ ...tables, incidents: short });
    expect(await createAuditLog(tables.audit).getErasure(TENANT)).toMatchObject({ remaining: 0 });
    // Two passes of some 250 pages and a little again; without a note of where it stood it is 715.
    expect(pages).toBeLessThan(600);
  });

  test('leaves a tenant alone that was registered again, and one that nobody ordered to be erased', async () => {
    const tables = await createFilled();
    await purge(tables);
    await seedIncidents(tables.incidents, TENANT, [anIncident('1', AT)]);
    await seedRecord(tables.tenants, TENANT, {});
    const before = await readRows(tables);

    await resume(tables);

    expect(await readRows(tables)).toEqual(before);
  });
});

describe('deleteTenant()', () => {
  test('stops collection, keeps the rows and remembers when; with purge it needs that first', async () => {
    const [incidents, tenants, consentRequests] = [createMemoryTable(), createMemoryTable(), createMemoryTable()];
    const tables = { incidents, tenants, consentRequests, audit: createMemoryTable() };
    await fill(tables);
    await expect(remove(tables, true)).rejects.toMatchObject({ code: 'tenant-not-paused', status: 409 });

    const stopped = await remove(tables, false);
    expect(stopped).toMatchObject({ status: 'paused' });
    expect(stopped.deletedAt).not.toBeNull();

    expect(await remove(tables, true)).toMatchObject({ status: 'purging' });
    expect(await remove(tables, true)).toMatchObject({ status: 'purging', deletedAt: stopped.deletedAt });
    await expect(remove(tables, false)).rejects.toMatchObject({ code: 'tenant-purging' });
    await purge(tables);
    await expect(remove(tables, true)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('on the storage emulator', () => {
  let storage: TestStorage;
  beforeAll(async () => {
    storage = await startTestStorage();
  });
  afterAll(() => storage.stop());

  test('purgeTenant() erases one tenant of three', async () => {
    const open = async (): Promise<Table> => (await storage.createTable()).table;
    const [incidents, tenants] = [await open(), await open()];
    const tables = { incidents, tenants, consentRequests: await open(), audit: await open() };
    await fill(tables);
    await order(tables);
    const expected = withoutTenant(await readRows(tables));

    await purge(tables);

    expect(await readRows(tables)).toEqual(expected);
    expect(partOf(await readRows(tables), TENANT).size).toBe(0);
  });
});
