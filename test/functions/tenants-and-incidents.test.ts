import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getIncident } from '../../functions/incidents/get-incident.ts';
import { queryIncidents } from '../../functions/incidents/query-incidents.ts';
import { getTenant } from '../../functions/tenants/get-tenant.ts';
import { listTenants } from '../../functions/tenants/list-tenants.ts';
import { putTenant } from '../../functions/tenants/put-tenant.ts';
import type { CallFunction } from '../helpers/api/call-function.ts';
import { anIncident, seedIncidents, tenantNumber } from '../helpers/seed.ts';
import { startApiWorld, type ApiWorld } from '../helpers/worlds/api-world.ts';

const ALPHA = tenantNumber(1);

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.stop());

const call: CallFunction = (handler, request) => world.call(handler, request);

test('a tenant is registered, shown, changed and listed at once', async () => {
  const params = { tenantId: ALPHA };
  expect((await call(getTenant, { params })).status).toBe(404);
  expect((await call(listTenants)).json).toEqual({ tenants: [], cursor: null, blind: [] });

  const registered = await call(putTenant, { params, body: '{"displayName":"Alpha"}' });
  const changed = await call(putTenant, { params, body: '{"paused":true}' });

  expect([registered.status, changed.status]).toEqual([201, 200]);
  expect(changed.json).toMatchObject({ displayName: 'Alpha', status: 'paused' });
  expect((await call(getTenant, { params })).json).toEqual(changed.json);
  expect((await call(listTenants)).json).toEqual({
    tenants: [changed.json],
    cursor: null,
    blind: [expect.objectContaining({ tenantId: ALPHA, kind: 'stopped' })],
  });
});

test('an incident is listed and shown', async () => {
  const tenantId = tenantNumber(2);
  await call(putTenant, { params: { tenantId }, body: '{"displayName":"Beta"}' });
  await seedIncidents(world.services.incidents, tenantId, [anIncident('7', '2026-01-01T00:00:00Z')]);

  const listed = await call(queryIncidents, { query: { open: 'true' } });
  const shown = await call(getIncident, { params: { tenantId, incidentId: '7' } });

  expect(listed).toMatchObject({
    status: 200,
    json: { incidents: [{ incidentId: '7', tenantName: 'Beta' }], cursor: null },
  });
  const csv = await call(queryIncidents, { headers: { accept: 'text/csv' } });

  expect([csv.status, csv.contentType]).toEqual([200, expect.stringContaining('text/csv')]);
  expect(csv.body).toContain(`\r\nBeta,,${tenantId},7,Incident 7,`);
  expect(shown).toMatchObject({ status: 200, json: { incident: { incidentId: '7' }, alerts: [], mergedInto: null } });
});

test.each([
  [putTenant, { params: { tenantId: 'alpha' }, body: '{}' }, 'bad-parameter'],
  [putTenant, { params: { tenantId: ALPHA }, body: '{"displayName":' }, 'bad-body'],
  [queryIncidents, { query: { stauts: 'active' } }, 'bad-parameter'],
])('%p answers a mistake with 400', async (handler, request, code) => {
  expect(await call(handler, request)).toMatchObject({
    status: 400,
    json: { status: 400, title: 'Bad Request', code },
  });
});
