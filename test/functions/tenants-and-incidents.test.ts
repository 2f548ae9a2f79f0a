import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getIncident } from '../../functions/get-incident.ts';
import { getTenant } from '../../functions/get-tenant.ts';
import { listTenants } from '../../functions/list-tenants.ts';
import { putTenant } from '../../functions/put-tenant.ts';
import { queryIncidents } from '../../functions/query-incidents.ts';
import { readConfig } from '../../shared/config.ts';
import { httpHandler, type ApiHandler } from '../../shared/http-handler.ts';
import { createServices, type Services } from '../../shared/services.ts';
import { anIncident, seedIncidents, tenantNumber } from '../helpers/seed.ts';
import { startTestStorage, type TestStorage } from '../helpers/storage.ts';

const ALPHA = tenantNumber(1);

let storage: TestStorage;
let services: Services;
beforeAll(async () => {
  storage = await startTestStorage();
  for (const name of ['Incidents', 'Tenants', 'Audit'])
    await TableClient.fromConnectionString(storage.connectionString, name, {
      allowInsecureConnection: true,
    }).createTable();
  const settings = { APP_ROLE: 'portal', PARTNER_CLIENT_ID: ALPHA, IncidentStorage: storage.connectionString };
  services = createServices(readConfig(settings));
});
afterAll(() => storage.stop());

async function call(
  handler: ApiHandler,
  params: Record<string, string>,
  given: { query?: Record<string, string>; body?: string } = {},
) {
  const { query = {}, body } = given;
  const method = body === undefined ? 'GET' : 'PUT';
  const request = new HttpRequest({
    method,
    url: 'https://collector.example/api',
    params,
    query,
    ...(body !== undefined && { body: { string: body } }),
  });
  const context = new InvocationContext({ functionName: 'test', logHandler: () => {} });
  const response: HttpResponseInit = await httpHandler('test', handler, { access: 'reader', services: () => services })(
    request,
    context,
  );
  const text = typeof response.body === 'string' ? response.body : 'null';
  const json: unknown = response.jsonBody ?? JSON.parse(text);
  return { status: response.status ?? 200, json };
}

test('a tenant is registered, shown, changed and listed at once', async () => {
  const params = { tenantId: ALPHA };
  expect((await call(getTenant, params)).status).toBe(404);
  expect((await call(listTenants, {})).json).toEqual({ tenants: [], cursor: null });

  const registered = await call(putTenant, params, { body: '{"displayName":"Alpha"}' });
  const changed = await call(putTenant, params, { body: '{"paused":true}' });

  expect([registered.status, changed.status]).toEqual([201, 200]);
  expect(changed.json).toMatchObject({ displayName: 'Alpha', status: 'paused' });
  expect((await call(getTenant, params)).json).toEqual(changed.json);
  expect((await call(listTenants, {})).json).toEqual({ tenants: [changed.json], cursor: null });
});

test('an incident is listed and shown', async () => {
  const tenantId = tenantNumber(2);
  await call(putTenant, { tenantId }, { body: '{"displayName":"Beta"}' });
  await seedIncidents(services.incidents, tenantId, [anIncident('7', '2026-01-01T00:00:00Z')]);

  const listed = await call(queryIncidents, {}, { query: { open: 'true' } });
  const shown = await call(getIncident, { tenantId, incidentId: '7' });

  expect(listed).toMatchObject({
    status: 200,
    json: { incidents: [{ incidentId: '7', tenantName: 'Beta' }], cursor: null },
  });
  expect(shown).toMatchObject({ status: 200, json: { incident: { incidentId: '7' }, alerts: [], mergedInto: null } });
});

test.each([
  [putTenant, { tenantId: 'alpha' }, { body: '{}' }, 'bad-parameter'],
  [putTenant, { tenantId: ALPHA }, { body: '{"displayName":' }, 'bad-body'],
  [putTenant, { tenantId: ALPHA }, { body: '{"source":"graph"}' }, 'source-not-built'],
  [queryIncidents, {}, { query: { stauts: 'active' } }, 'bad-parameter'],
])('%p answers a mistake with 400', async (handler, params, given, code) => {
  expect(await call(handler, params, given)).toMatchObject({
    status: 400,
    json: { status: 400, title: 'Bad Request', code },
  });
});

test('a body that is too large is refused with 413', async () => {
  expect(await call(putTenant, { tenantId: ALPHA }, { body: ' '.repeat(70_000) })).toMatchObject({ status: 413 });
});
