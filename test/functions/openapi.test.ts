import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OPENAPI_DOCUMENT } from '../../shared/domain/openapi/openapi-document.ts';
import { TENANT } from '../../shared/domain/openapi/schemas/examples.ts';
import { readConfig } from '../../shared/settings/config.ts';
import { createServices } from '../../shared/wiring/services.ts';
import { checkAnswer, checkValue, OPERATIONS, operationAt } from '../helpers/api/api-contract.ts';
import { callWith } from '../helpers/api/call-function.ts';
import { startApiWorld, type ApiWorld } from '../helpers/worlds/api-world.ts';
import { CHANGE_STATUSES } from './statuses/change-statuses.ts';
import { COMMAND_STATUSES } from './statuses/command-statuses.ts';
import { CONSENT_STATUSES } from './statuses/consent-statuses.ts';
import { DOCUMENT_STATUSES } from './statuses/document-statuses.ts';
import { HEALTH_STATUSES } from './statuses/health-statuses.ts';
import { INCIDENT_STATUSES } from './statuses/incident-statuses.ts';
import { OFFBOARDING_STATUSES } from './statuses/offboarding-statuses.ts';
import type { StatusCases } from './statuses/status-cases.ts';
import { CAMPAIGN_STATUSES } from './statuses/campaign-statuses.ts';
import { SEARCH_STATUSES } from './statuses/search-statuses.ts';
import { TENANT_ACTION_STATUSES } from './statuses/tenant-action-statuses.ts';
import { TENANT_STATUSES } from './statuses/tenant-statuses.ts';
import { TREND_STATUSES } from './statuses/trend-statuses.ts';

const CASES = new Map<string, StatusCases>(
  [
    INCIDENT_STATUSES,
    SEARCH_STATUSES,
    CAMPAIGN_STATUSES,
    CHANGE_STATUSES,
    TREND_STATUSES,
    HEALTH_STATUSES,
    TENANT_STATUSES,
    TENANT_ACTION_STATUSES,
    COMMAND_STATUSES,
    CONSENT_STATUSES,
    OFFBOARDING_STATUSES,
    // What describes the API itself.
    DOCUMENT_STATUSES,
  ]
    .flat()
    .map((cases) => [cases.handler.name, cases]),
);

function casesOf(operationId: string): StatusCases {
  const cases = CASES.get(operationId);
  if (cases === undefined) throw new Error(`test/functions/statuses/ produces no status of ${operationId}`);
  return cases;
}

interface Registration {
  name: string;
  route?: string;
  methods?: string[];
  authLevel?: string;
}

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.stop());

describe('openapi.json', () => {
  // test/package/package.test.ts holds the committed list against what the deployed app registers.
  const file = new URL('../fixtures/registrations.json', import.meta.url);
  const registrations = JSON.parse(readFileSync(file, 'utf8')) as Registration[];

  test('has exactly the routes, methods and openness that the functions register', () => {
    // The board is a page with its files; what it asks for is the API.
    const api = registrations.filter(({ name }) => name !== 'getBoard');
    const registered = api.flatMap(({ name, route, methods = [], authLevel }) =>
      route === undefined ? [] : methods.map((method) => [name, method, route, authLevel === 'anonymous']),
    );
    const documented = OPERATIONS.map(({ operationId, method, route, isPublic }) => [
      operationId,
      method,
      route,
      isPublic,
    ]);
    expect(documented.sort()).toEqual(registered.sort());
  });

  test.each(OPERATIONS)('$operationId has the parameters of its route and those that it reads', async (operation) => {
    const { operationId, route, parameters, isPublic } = operation;
    const named = (place: string): string[] => parameters.filter((one) => one.in === place).map(({ name }) => name);
    expect(named('path')).toEqual(Array.from(route.matchAll(/\{(\w+)\}/g), ([, name]) => name));
    if (isPublic) return;

    const { handler, request } = casesOf(operationId);
    const { status, json } = await world.call(handler, { ...request, query: { nonsense: '1', ...request.query } });
    const { detail } = json as { detail: string };
    expect([status, detail]).toEqual([400, expect.stringContaining('"nonsense"')]);
    expect(detail.split('known are ')[1]).toBe(named('query').join(', ') || 'none');
  });

  test('shows only examples that fit their schemas', () => {
    const contents = OPERATIONS.flatMap(({ responses, requestBody }) =>
      [...Object.values(responses), ...(requestBody === undefined ? [] : [requestBody])].flatMap(({ content = {} }) =>
        Object.values(content).filter(({ example }) => example !== undefined),
      ),
    );
    expect(contents.length).toBeGreaterThan(4);
    expect(contents.flatMap(({ schema, example }) => checkValue(schema, example))).toEqual([]);
  });

  test('refers to no schema that it lacks, and has none that nothing refers to', () => {
    const text = JSON.stringify(OPENAPI_DOCUMENT);
    const referred = Array.from(text.matchAll(/#\/components\/schemas\/(\w+)/g), ([, name]) => name);
    expect([...new Set(referred)].sort()).toEqual(Object.keys(OPENAPI_DOCUMENT.components.schemas).sort());
  });
});

describe('each documented status is produced', () => {
  const SIGN_IN = { OPERATOR_SIGN_IN: 'entra', WEBSITE_AUTH_ENABLED: 'true' };
  const principal = Buffer.from('{"claims":[]}').toString('base64');
  // Nothing listens there.
  const NO_STORAGE = {
    IncidentStorage:
      'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a',
  };

  const pairs = OPERATIONS.flatMap(({ operationId, responses }) =>
    Object.keys(responses).map((status) => [operationId, Number(status)] as const),
  );
  /** What each operation answers without storage. Asked for all at once, as each tries for a second before it gives up. */
  let outages: Map<string, { status: number }>;
  beforeAll(async () => {
    const answers = OPERATIONS.filter(({ responses }) => '502' in responses).map(async ({ operationId }) => {
      const { handler, request } = casesOf(operationId);
      return [operationId, await world.with(NO_STORAGE)(handler, request)] as const;
    });
    outages = new Map(await Promise.all(answers));
  });

  const commonWay = async (operationId: string, status: number): Promise<{ status: number } | undefined> => {
    const { handler, request } = casesOf(operationId);
    if (status === 401) return world.with(SIGN_IN)(handler, request);
    if (status === 403)
      return world.with(SIGN_IN)(handler, { ...request, headers: { 'x-ms-client-principal': principal } });
    if (status === 502) return outages.get(operationId);
    return status === 500 ? callWith(() => createServices(readConfig({})))(handler, request) : undefined;
  };

  test.each(pairs)('%s %i', async (operationId, status) => {
    const produce = casesOf(operationId).statuses[status];
    const answer = await (produce === undefined ? commonWay(operationId, status) : produce(world));
    expect(answer?.status).toBe(status);
  });
});

describe('checkAnswer()', () => {
  const answer = { contentType: 'application/json', headers: new Headers() };

  test.each([
    ['a status', 418, '{}', /getTenant 418 is not documented/],
    ['a property', 200, '{"tenantId":"x","secret":1}', /additional properties.*secret/],
    ['a missing property', 200, '{}', /displayName/],
  ])('refuses %s that is not documented', (_what, status, body, message) => {
    expect(() => {
      checkAnswer('getTenant', { ...answer, status, body });
    }).toThrow(message);
  });

  test('refuses a property that is not documented deep inside an answer', () => {
    const tenant = { ...TENANT, backfill: { percent: 1, etaSeconds: null, extra: 1 } };
    const body = JSON.stringify({ tenants: [tenant], cursor: null });
    expect(() => {
      checkAnswer('listTenants', { ...answer, status: 200, body });
    }).toThrow(/additional properties.*extra/);
  });
});

describe('operationAt()', () => {
  test('prefers a fixed part to a parameter', () => {
    expect(operationAt('GET', 'tenants/x?q=1').operationId).toBe('getTenant');
    expect(() => operationAt('PATCH', 'tenants')).toThrow('has no PATCH /tenants');
  });
});
