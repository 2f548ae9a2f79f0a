import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Response } from 'node-fetch';
import { seedTenant } from '../../../local/simulator/content/seed-tenant.ts';
import { readDefenderPage } from '../../../shared/domain/defender/read-defender-page.ts';
import { readGraphPage } from '../../../shared/domain/graph/read-graph-page.ts';
import type { ListedPage, MappingContext } from '../../../shared/domain/sources/read-incident-page.ts';
import { readTenantId } from '../../../shared/domain/values/tenant-id.ts';
import { closeTestBeds, CUSTOMER, readObject, startTestBed, type TestBed } from './simulator-test-bed.ts';

const tenantId = readTenantId(CUSTOMER);
if (tenantId === undefined) throw new Error('The customer of the test bed is none');
const context: MappingContext = { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom: 0n };

let bed: TestBed;
let token: string;

beforeEach(async () => {
  bed = await startTestBed();
  bed.control.setRoles(CUSTOMER, ['Incident.Read.All', 'SecurityIncident.Read.All']);
  token = String((await bed.postToken({ scope: 'https://graph.microsoft.com/.default' })).body['access_token']);
});
afterEach(closeTestBeds);

async function send(pathAndQuery: string, headers: Record<string, string> = {}): Promise<Response> {
  const url = pathAndQuery.startsWith('https:')
    ? pathAndQuery
    : `${bed.simulator.url}/v1.0/security/incidents${pathAndQuery}`;
  return bed.send(url, { authorization: `Bearer ${token}`, prefer: 'include-unknown-enum-members', ...headers });
}

const bodyOf = async (pathAndQuery: string, headers = {}): Promise<Record<string, unknown>> =>
  readObject(await send(pathAndQuery, headers));
const idsOf = ({ value }: Record<string, unknown>): string[] => (value as { id: string }[]).map(({ id }) => id);

/** Incidents 1, 2, 3 … a minute apart, the last one newest. */
function add(count: number, alerts = 1): void {
  for (let id = 1; id <= count; id += 1)
    bed.control.addIncident(CUSTOMER, {
      incidentId: String(id),
      lastUpdateTime: `2026-06-01T00:${String(id % 60).padStart(2, '0')}:00.${String(id).padStart(3, '0')}Z`,
      alerts: Array.from({ length: alerts }, () => ({})),
    });
}

describe("the simulator's Graph", () => {
  test('tells the incidents that its Defender API tells, field for field', async () => {
    seedTenant(bed.control, {
      tenantId: CUSTOMER,
      displayName: 'x',
      domain: 'northwind.example',
      seed: 5,
      spanDays: 20,
      incidents: 50,
    });
    const rows = ({ incidents }: ListedPage): unknown =>
      incidents.map(({ incident: { source: _source, ...incident }, alerts }) => ({ incident, alerts }));

    const graph = readGraphPage(await (await send('?$expand=alerts')).text(), context);
    const defender = readDefenderPage(await (await bed.send()).text(), context);

    expect(graph.incidents).toHaveLength(50);
    expect(graph.incidents.flatMap(({ alerts }) => alerts.flatMap(({ entities }) => entities)).length).toBeGreaterThan(
      100,
    );
    expect(rows(graph)).toEqual(rows(defender));
  });

  test('has alerts only where they are asked for', async () => {
    add(1, 2);

    expect((await bodyOf('/1'))['alerts']).toBeUndefined();
    expect((await bodyOf('/1?$expand=alerts'))['alerts']).toHaveLength(2);
    expect((await bodyOf('/1/alerts'))['value']).toHaveLength(2);
  });

  test('filters by its own names, pages by 50 and links to the rest with all options', async () => {
    add(70);
    const filter = `$filter=${encodeURIComponent("lastUpdateDateTime ge 2026-06-01T00:00:00Z and status eq 'active'")}`;

    const first = await bodyOf(`?${filter}&$count=true`);
    const second = await bodyOf(String(first['@odata.nextLink']));

    expect(first['@odata.count']).toBe(70);
    expect(idsOf(first)).toHaveLength(50);
    expect(new URL(String(first['@odata.nextLink'])).searchParams.get('$filter')).toContain('lastUpdateDateTime');
    expect(new Set([...idsOf(first), ...idsOf(second)]).size).toBe(70);
    expect(second['@odata.nextLink']).toBeUndefined();
  });

  test.each([
    ['?$top=51', ''],
    ['?$skip=501', 'BadRequest'],
    ['?$expand=comments', 'BadRequest'],
    ['?$filter=lastUpdateTime%20ge%202026-06-01T00:00:00Z', 'BadRequest'],
    ['?$orderby=id', 'BadRequest'],
  ])('refuses %s as Graph does', async (query, code) => {
    const response = await send(query);

    expect(response.status).toBe(400);
    expect(await readObject(response)).toMatchObject({
      error: { code, innerError: { 'request-id': response.headers.get('request-id') } },
    });
  });

  test('hides words that came later from who does not ask for them', async () => {
    bed.control.addIncident(CUSTOMER, { incidentId: '1', status: 'AwaitingAction' });

    expect(await bodyOf('/1')).toMatchObject({ status: 'awaitingAction' });
    expect(await bodyOf('/1', { prefer: '' })).toMatchObject({ status: 'unknownFutureValue' });
  });

  test('sends alerts in parts, and fails where they are too many to expand, when it is told so', async () => {
    add(1, 5);
    bed.control.setGraphLimits({ alertsPerAnswer: 2 });

    const first = await bodyOf('/1?$expand=alerts');
    const second = await bodyOf(String(first['alerts@odata.nextLink']));
    const third = await bodyOf(String(second['@odata.nextLink']));
    expect([first['alerts'], second['value'], third['value']].map((alerts) => (alerts as unknown[]).length)).toEqual([
      2, 2, 1,
    ]);
    expect(third['@odata.nextLink']).toBeUndefined();

    bed.control.setGraphLimits({ mostExpandable: 4 });
    expect((await send('?$expand=alerts')).status).toBe(500);
    expect((await send('/1?$expand=alerts')).status).toBe(500);
    expect((await send('/1')).status).toBe(200);
  });

  test('wants a token for Graph with a role of Graph, and says which', async () => {
    expect((await send('', { authorization: `Bearer ${await bed.token()}` })).status).toBe(401);
    bed.control.setRoles(CUSTOMER, ['Incident.Read.All']);
    token = String((await bed.postToken({ scope: 'https://graph.microsoft.com/.default' })).body['access_token']);

    const response = await send('');

    expect(response.status).toBe(403);
    expect(JSON.stringify(await readObject(response))).toContain('SecurityIncident.Read.All');
  });

  test('throttles all of its calls together, 150 a minute', async () => {
    bed.control.setRateLimits({});
    add(1);
    const statuses = new Set<number>();
    for (let call = 0; call < 75; call += 1)
      statuses.add((await send('/1')).status).add((await send('?$top=1')).status);

    const response = await send('/1/alerts');

    expect([...statuses]).toEqual([200]);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
