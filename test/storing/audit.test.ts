import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readActor } from '../../shared/edge/read-actor.ts';
import { readConfig } from '../../shared/settings/config.ts';
import { createAuditLog } from '../../shared/storing/audit.ts';
import { listAllRows } from '../../shared/tables/list-all-rows.ts';
import { anErasure, seedState, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { startTestStorage, type TestStorage, type TestTable } from '../helpers/tables/storage.ts';
import { createTenantWorld } from '../helpers/worlds/tenant-world.ts';

const ALPHA = tenantNumber(1);
const WHOLE = { from: '0', to: 'z' };

let storage: TestStorage;
beforeAll(async () => {
  storage = await startTestStorage();
});
afterAll(() => storage.stop());

/** This month's entries, and last month's where midnight has just passed. */
async function entriesOf({ table }: TestTable, month?: string): Promise<object[]> {
  const now = new Date();
  const thisMonth = now.toISOString().slice(0, 7);
  return (await listAllRows(table, month ?? thisMonth, WHOLE)).map(({ properties }) => properties);
}

describe('createAuditLog()', () => {
  test('keeps every entry in the partition of its month', async () => {
    const table = await storage.createTable();
    const audit = createAuditLog(table.table);

    await audit.record({ actor: 'ann@partner.example', action: 'approve-tenant', tenantId: ALPHA });
    await audit.record({ actor: 'function key', action: 'create-link', tenantId: null, detail: 'link 1' });
    await audit.record({ actor: 'function key', action: 'create-link', tenantId: null, detail: 'link 1' });

    const entries = await entriesOf(table);
    expect(entries.length).toBe(3);
    expect(entries).toEqual(
      expect.arrayContaining([
        { v: 1, at: expect.any(String), actor: 'ann@partner.example', action: 'approve-tenant', tenantId: ALPHA },
        ...Array.from({ length: 2 }, () => expect.objectContaining({ action: 'create-link', detail: 'link 1' })),
      ]),
    );
  });

  test('keeps a named event once, however often it is recorded', async () => {
    const table = await storage.createTable();
    const audit = createAuditLog(table.table);
    const event = { at: ticksOf('2026-03-31T23:59:59.9999999Z'), id: 'a-link' };
    const entry = { actor: 'consent link a-link', action: 'consent-proven', tenantId: ALPHA, event } as const;

    await Promise.all([audit.record(entry), audit.record(entry), audit.record(entry)]);

    expect(await entriesOf(table, '2026-03')).toMatchObject([{ at: '2026-03-31T23:59:59.9999999Z' }]);
  });

  test('remembers a tenant whose rows were erased', async () => {
    const audit = createAuditLog((await storage.createTable()).table);
    expect(await audit.wasErased(ALPHA)).toBe(false);

    await audit.saveErasure(anErasure(ALPHA));

    expect([await audit.wasErased(ALPHA), await audit.wasErased(tenantNumber(2))]).toEqual([true, false]);
  });
});

describe('registerTenant()', () => {
  test('records who changes what before anything changes, without names', async () => {
    const world = await createTenantWorld(storage);
    await seedState(world.incidents.table, ALPHA, { status: 'purging' });

    await expect(world.put(ALPHA, { displayName: 'Alpha GmbH', paused: true })).rejects.toThrow('being erased');

    expect(await entriesOf(world.audit)).toMatchObject([
      { actor: 'test', action: 'change-tenant', tenantId: ALPHA, detail: 'displayName, paused=true' },
    ]);
  });
});

describe('readActor()', () => {
  const signedIn = Buffer.from(JSON.stringify({ claims: [{ typ: 'preferred_username', val: 'ann@partner.example' }] }));
  const headers = new Headers({ 'x-ms-client-principal': signedIn.toString('base64') });

  test.each([
    ['entra', 'ann@partner.example'],
    ['keys', 'function key'],
  ])('with OPERATOR_SIGN_IN %s answers %s', (OPERATOR_SIGN_IN, actor) => {
    const settings = { APP_ROLE: 'portal', PARTNER_CLIENT_ID: ALPHA, IncidentStorage: storage.connectionString };
    const config = readConfig({ ...settings, OPERATOR_SIGN_IN, WEBSITE_AUTH_ENABLED: 'true' });

    expect(readActor({ headers }, { config })).toBe(actor);
  });
});
