import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getHealth } from '../../functions/app/get-health.ts';
import { listTenantCommands } from '../../functions/commands/list-tenant-commands.ts';
import { recallTenantCommand } from '../../functions/commands/recall-tenant-command.ts';
import { createConsentLink } from '../../functions/consent/create-consent-link.ts';
import { listConsentLinks } from '../../functions/consent/list-consent-links.ts';
import { newConsentLink } from '../../functions/consent/new-consent-link.ts';
import { withdrawConsentLink } from '../../functions/consent/withdraw-consent-link.ts';
import { getIncident } from '../../functions/incidents/get-incident.ts';
import { listChanges } from '../../functions/incidents/list-changes.ts';
import { getTrend } from '../../functions/incidents/get-trend.ts';
import { listCampaigns } from '../../functions/incidents/list-campaigns.ts';
import { searchBatch } from '../../functions/incidents/search-batch.ts';
import { searchIncidents } from '../../functions/incidents/search-incidents.ts';
import { queryIncidents } from '../../functions/incidents/query-incidents.ts';
import { approveTenant } from '../../functions/tenants/approve-tenant.ts';
import { collectTenant } from '../../functions/tenants/collect-tenant.ts';
import { deleteTenant } from '../../functions/tenants/delete-tenant.ts';
import { getOffboarding } from '../../functions/tenants/get-offboarding.ts';
import { getTenant } from '../../functions/tenants/get-tenant.ts';
import { listTenants } from '../../functions/tenants/list-tenants.ts';
import { putTenant } from '../../functions/tenants/put-tenant.ts';
import { rejectTenant } from '../../functions/tenants/reject-tenant.ts';
import { identifyTenant } from '../../functions/tenants/identify-tenant.ts';
import { verifyTenant } from '../../functions/tenants/verify-tenant.ts';
import type { ApiHandler } from '../../shared/edge/http-handler.ts';
import { OPERATIONS } from '../helpers/api/api-contract.ts';
import type { ApiRequest } from '../helpers/api/call-function.ts';
import { tenantNumber } from '../helpers/seed.ts';
import { startApiWorld, type ApiWorld } from '../helpers/worlds/api-world.ts';

/** Wrong values of one kind of parameter, and what the answer has to say is allowed. */
interface Wrong {
  values: readonly unknown[];
  allowed: RegExp;
  /** How the answer shows the value, where it shows the wrong part of it only. */
  shown?: string;
}

const LONG = 'x'.repeat(301);
const guid: Wrong = { values: ['contoso', '0', `${tenantNumber(1)}0`, "' or 1 eq 1"], allowed: /must be a GUID/ };
const text: Wrong = { values: [' ', LONG], allowed: /may not be empty|at most 300 characters are allowed/ };
const flag: Wrong = { values: ['yes', '1', 'null'], allowed: /must be true or false/ };
const pageSize: Wrong = { values: ['0', '501', '-1', '1.5', 'ten'], allowed: /whole number from 1 to 500/ };
const cursor: Wrong = {
  values: ['x', 'eyJ2IjoxfQ', LONG],
  allowed: /send it unchanged with the filters of the first page/,
};
const time: Wrong = {
  values: ['yesterday', '2026-02-30T00:00:00Z', '24.11.2026', '2026-11-24', '1732449600'],
  allowed: /ISO 8601 time such as 2026-11-24T12:00:00Z/,
};
const words = (values: readonly string[], allowed: string): Wrong => ({
  values,
  allowed: new RegExp(`must be (any|one) of ${allowed}`),
});

const SEVERITIES = words(['hihg', 'critical', '', '3'], 'unknown, informational, low, medium, high, other');
const PAGED = { pageSize, cursor };

const NAME: Wrong = { values: ['', 7, 'a\nb', 'x'.repeat(257)], allowed: /text of 1 to 256 characters on one line/ };
const LABELS: Wrong = { values: ['gold', { 0: 'gold' }, Array(51).fill('x')], allowed: /list of at most 50 texts/ };
const LABEL_IN_LIST: Wrong = {
  values: [['gold', '']],
  allowed: /text of 1 to 100 characters on one line/,
  shown: '""',
};
const SOURCE: Wrong = { values: ['Defender', 'Auto', null], allowed: /must be "defender", "graph" or "auto"/ };
const LINK_TENANT: Wrong = {
  values: ['common', 'not a domain', 'http://contoso.com'],
  allowed: /tenant id \(GUID\) or a verified domain/,
};
const HOURS: Wrong = { values: ['0', '721', 'week', '1.5', '0x10'], allowed: /whole number of hours from 1 to 720/ };
const STYLE: Wrong = { values: ['consent', 'AUTHORIZE'], allowed: /must be adminconsent or authorize/ };

interface Call {
  handler: ApiHandler;
  request?: ApiRequest;
  path?: Record<string, Wrong>;
  query?: Record<string, Wrong | Wrong[]>;
  body?: Record<string, Wrong | Wrong[]>;
}

const TENANT = { request: { params: { tenantId: tenantNumber(1) } }, path: { tenantId: guid } };

const CALLS: readonly Call[] = [
  {
    handler: queryIncidents,
    query: {
      tenantId: guid,
      customer: text,
      label: text,
      status: words(['aktive', 'open', ''], 'new, active, inProgress, resolved, redirected, awaitingAction, other'),
      severity: SEVERITIES,
      open: flag,
      assignedTo: text,
      updatedSince: time,
      updatedBefore: time,
      createdSince: time,
      createdBefore: time,
      format: words(['xml', 'xlsx'], 'json, csv'),
      times: [words(['days'], 'exact, seconds'), { values: ['seconds'], allowed: /is for CSV only: add format=csv/ }],
      all: [flag, { values: ['true'], allowed: /is for CSV only: add format=csv/ }],
      ...PAGED,
    },
  },
  {
    handler: searchIncidents,
    request: { query: { q: 'evil.example' } },
    query: {
      q: [
        { values: [' ', 'x'.repeat(2_001)], allowed: /may not be empty|at most 2000 characters are allowed/ },
        { values: ['203.0.113.256'], allowed: /IPv4 address of four numbers from 0 to 255/ },
        { values: ['a'.repeat(63)], allowed: /63 hexadecimal digits are no hash/ },
      ],
      kind: words(['hash', 'sha256'], 'file-sha256, file-sha1'),
      since: time,
      tenantId: guid,
      customer: text,
      label: text,
      format: words(['xml'], 'json, csv'),
      ...PAGED,
    },
  },
  {
    handler: searchBatch,
    body: {
      values: [
        { values: ['evil.example', [], Array(101).fill('x')], allowed: /list of 1 to 100 texts/, shown: '' },
        { values: [['evil.example', '']], allowed: /text of 1 to 2000 characters/, shown: '""' },
      ],
      kind: { values: ['hash', 7], allowed: /must be one of file-sha256/ },
      since: { values: ['yesterday', 7], allowed: /ISO 8601 time/ },
      tenantId: { values: ['contoso', 7], allowed: /must be a GUID/ },
      customer: NAME,
      label: NAME,
      format: { values: ['xml', 7], allowed: /must be one of json, csv/ },
    },
  },
  {
    handler: getTrend,
    request: {},
    query: {
      days: { values: ['0', '91', 'many'], allowed: /whole number from 1 to 90/ },
      zone: { values: ['Europe/Atlantis', 'noon'], allowed: /a time zone such as Europe\/Berlin/ },
      tenantId: guid,
      customer: text,
      label: text,
    },
  },
  {
    handler: listCampaigns,
    request: {},
    query: {
      since: time,
      kind: words(['hash', 'sha256'], 'file-sha256, file-sha1'),
      tenantId: guid,
      customer: text,
      label: text,
      incidentId: [text, { values: ['7'], allowed: /it needs "tenantId"/ }],
      all: flag,
      format: words(['xml'], 'json, csv'),
      ...PAGED,
    },
  },
  {
    handler: listChanges,
    request: { query: { since: new Date().toISOString() } },
    query: {
      since: [time, { values: ['2020-01-01T00:00:00Z', '2999-01-01T00:00:00Z'], allowed: /in the last 90 days/ }],
      tenantId: guid,
      customer: text,
      severity: SEVERITIES,
      foldFirstReads: flag,
      ...PAGED,
    },
  },
  {
    handler: getIncident,
    request: { params: { tenantId: tenantNumber(1), incidentId: '1' } },
    path: { tenantId: guid },
    query: { cursor },
  },
  {
    handler: listTenants,
    query: {
      status: words(
        ['activ', 'deleted'],
        'invited, awaiting-approval, pending, active, consent-missing, not-licensed, unreachable, purging, paused',
      ),
      customer: text,
      label: text,
      q: text,
      sort: words(['age'], 'name, lag'),
      ...PAGED,
    },
  },
  { handler: getTenant, ...TENANT },
  {
    handler: putTenant,
    ...TENANT,
    body: {
      displayName: NAME,
      customer: NAME,
      labels: [LABELS, LABEL_IN_LIST],
      source: { values: ['Defender', 'sentinel', 1], allowed: /must be "defender", "graph", "auto" or null/ },
      paused: { values: ['true', 1, null], allowed: /must be true or false/ },
    },
  },
  { handler: deleteTenant, ...TENANT, query: { purge: flag } },
  { handler: getOffboarding, ...TENANT },
  { handler: approveTenant, ...TENANT },
  { handler: rejectTenant, ...TENANT },
  { handler: collectTenant, ...TENANT },
  { handler: verifyTenant, ...TENANT },
  { handler: identifyTenant, ...TENANT },
  { handler: listTenantCommands, ...TENANT },
  {
    handler: recallTenantCommand,
    request: { params: { tenantId: tenantNumber(1), commandId: tenantNumber(1) } },
    path: { tenantId: guid, commandId: { values: ['1', `${tenantNumber(1)}0`], allowed: /id of a command, a GUID/ } },
  },
  { handler: listConsentLinks, query: PAGED },
  {
    handler: createConsentLink,
    body: {
      tenantId: LINK_TENANT,
      displayName: NAME,
      customer: NAME,
      labels: [LABELS, LABEL_IN_LIST],
      source: SOURCE,
      expiresInHours: { values: [0, 721, 1.5, '24', null], allowed: HOURS.allowed },
      style: { values: ['consent', 1], allowed: STYLE.allowed },
    },
  },
  {
    handler: newConsentLink,
    query: {
      tenantId: LINK_TENANT,
      displayName: text,
      customer: text,
      labels: [
        { values: [' '], allowed: /may not be empty/ },
        { values: ['a,,b'], allowed: LABEL_IN_LIST.allowed, shown: '""' },
      ],
      source: { values: ['sentinel'], allowed: SOURCE.allowed },
      expiresInHours: HOURS,
      style: STYLE,
      redirect: [flag, { values: ['true'], allowed: /allowed with OPERATOR_SIGN_IN "entra" only/ }],
    },
  },
  {
    handler: withdrawConsentLink,
    request: { params: { linkId: '0'.repeat(64) } },
    path: { linkId: { values: ['x', '0'.repeat(63), 'Z'.repeat(64)], allowed: /64 hexadecimal digits/ } },
  },
  { handler: getHealth },
];

type Place = 'path' | 'query' | 'body';

interface WrongInput {
  call: Call;
  place: Place;
  name: string;
  value: unknown;
  allowed: RegExp;
  shown?: string;
}

const PLACES: readonly Place[] = ['path', 'query', 'body'];
const WRONG_INPUTS: readonly WrongInput[] = CALLS.flatMap((call) =>
  PLACES.flatMap((place) =>
    Object.entries(call[place] ?? {}).flatMap(([name, wrong]) =>
      [wrong].flat().flatMap(({ values, ...rest }) => values.map((value) => ({ call, place, name, value, ...rest }))),
    ),
  ),
);

function toRequest({ call: { request = {} }, place, name, value }: WrongInput): ApiRequest {
  switch (place) {
    case 'path':
      return { ...request, params: { ...request.params, [name]: String(value) } };
    case 'query':
      return { ...request, query: { ...request.query, [name]: String(value) } };
    case 'body':
      return { ...request, body: JSON.stringify({ [name]: value }) };
  }
}

/** As an answer shows it: as JSON, cut where it is long; a number of a query may have been read as one. */
function shownForms({ value, shown }: WrongInput): string[] {
  const json = (shown ?? JSON.stringify(value)).slice(0, 60);
  return typeof value === 'string' && /^\d+$/.test(value) ? [json, `is ${value}`] : [json];
}

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.stop());

async function ask({ handler }: Call, request: ApiRequest): Promise<{ status: number; detail: string; code: string }> {
  const { status, json } = await world.with({ PUBLIC_URL: 'https://collector.example' })(handler, request);
  return { status, ...(json as { detail: string; code: string }) };
}

describe('wrong input is a 400 that names the parameter, its value and what is allowed', () => {
  const titled = WRONG_INPUTS.map((input) => {
    const { call, place, name, value } = input;
    return [`${call.handler.name}, ${place} ${name}: ${JSON.stringify(value).slice(0, 40)}`, input] as const;
  });

  test.each(titled)('%s', async (_title, input) => {
    const { status, detail } = await ask(input.call, toRequest(input));

    expect({ status, detail }).toEqual({ status: 400, detail: expect.stringMatching(input.allowed) });
    expect(detail).toMatch(new RegExp(`"${input.name}(\\[\\d\\])?"`));
    expect(shownForms(input).some((form) => detail.includes(form))).toBe(true);
  });

  test.each(CALLS)('$handler.name: an unknown parameter', async (call) => {
    const { request = {} } = call;
    const { status, detail } = await ask(call, { ...request, query: { ...request.query, stauts: 'active' } });

    expect(status).toBe(400);
    expect(detail).toMatch(/"stauts".*unknown.*"active".*known are (none$|\w+)/);
  });

  test.each(CALLS.filter(({ body }) => body !== undefined))('$handler.name: a wrong body', async (call) => {
    const send = (body: string) => ask(call, { ...call.request, body });

    expect(await send('{"displayNaem":"Contoso"}')).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/"displayNaem".*unknown.*"Contoso".*known are \w+/),
    });
    expect(await send('{"displayName":')).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/body.*must be valid JSON.*\{\\"displayName\\":/),
    });
    for (const body of ['[]', '"x"', 'null', '7'])
      expect(await send(body)).toMatchObject({
        status: 400,
        detail: expect.stringMatching(/body.*must be a JSON object: current value is/),
      });
  });

  test('a period that ends before it begins, a parameter given twice, a style that needs a tenant', async () => {
    const [incidents, links] = [queryIncidents, newConsentLink].map((handler) => ({ handler }));
    if (incidents === undefined || links === undefined) throw new Error('There are two');
    const [later, earlier] = ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'];
    for (const kind of ['updated', 'created'])
      expect((await ask(incidents, { query: { [`${kind}Since`]: later, [`${kind}Before`]: earlier } })).detail).toMatch(
        new RegExp(`"${kind}Since".*may not be after "${kind}Before".*"${later}"`),
      );
    expect((await ask(links, { query: { style: 'authorize' } })).detail).toMatch(
      /parameter "tenantId".*tenant id \(GUID\) or a verified domain.*"authorize".*current value is none/,
    );
  });

  test('the table has every call, every parameter and every property of openapi.json', () => {
    // Any text is an id that the source might have; without such an incident it is a 404.
    const free = ['getIncident path incidentId'];
    const documented = OPERATIONS.filter(({ isPublic }) => !isPublic).flatMap(
      ({ operationId, parameters, requestBody }) => {
        const schema = requestBody?.content['application/json']?.schema as { properties?: object } | undefined;
        return [
          ...parameters.map((parameter) => `${operationId} ${parameter.in} ${parameter.name}`),
          ...Object.keys(schema?.properties ?? {}).map((name) => `${operationId} body ${name}`),
        ];
      },
    );
    const tested = WRONG_INPUTS.map(({ call, place, name }) => `${call.handler.name} ${place} ${name}`);
    expect([...new Set([...tested, ...free])].sort()).toEqual(documented.sort());
    expect(CALLS.map(({ handler }) => handler.name).sort()).toEqual(
      OPERATIONS.filter(({ isPublic }) => !isPublic)
        .map(({ operationId }) => operationId)
        .sort(),
    );
  });
});
