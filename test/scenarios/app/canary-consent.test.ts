import { HttpRequest, HttpResponse, InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fetch from 'node-fetch';
import { consentCallback } from '../../../functions/consent/consent-callback.ts';
import { listConsentLinks } from '../../../functions/consent/list-consent-links.ts';
import { getTenant } from '../../../functions/tenants/get-tenant.ts';
import { createTables } from '../../../local/start/demo/create-tables.ts';
import { createQueuedControl } from '../../../shared/commands/create-queued-control.ts';
import { createConsentLink } from '../../../shared/consent/create-consent-link.ts';
import { finishClaimedConsents } from '../../../shared/consent/finish-consent.ts';
import { withdrawConsentLink } from '../../../shared/consent/withdraw-consent-link.ts';
import { readLinkInput } from '../../../shared/domain/consent/consent-link.ts';
import type { NewLink } from '../../../shared/domain/consent/link-view.ts';
import { httpHandler, type ApiHandler } from '../../../shared/edge/http-handler.ts';
import { toLog } from '../../../shared/edge/invocation-log.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { readConfig } from '../../../shared/settings/config.ts';
import { createServices, type Services } from '../../../shared/wiring/services.ts';
import { readAnswer } from '../../helpers/api/call-function.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { APP, HOME, SECRET, SECRET_NAME, startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { createCanaries, createSinks, readAllRows } from '../sinks/canary-sinks.ts';

const TABLES = ['Incidents', 'Tenants', 'Audit', 'ConsentRequests', 'CommandOutcomes'];
const IDENTITY = '44444444-4444-4444-8444-444444444444';
const canaries = createCanaries();
const sinks = createSinks();
let cloud: ScenarioCloud;
let customers = 0;

beforeAll(async () => {
  cloud = await startScenarioCloud();
  const { control, identityEndpoint, identityHeader } = cloud.simulator;
  control.addIdentity({ clientId: IDENTITY, principalId: HOME, tenantId: HOME });
  Object.assign(process.env, { IDENTITY_ENDPOINT: identityEndpoint, IDENTITY_HEADER: identityHeader });
  // MSAL keeps the identity's token by the real clock; here a week may pass in a moment.
  control.setTokenLifetime(30 * 86_400);
  [SECRET, identityHeader].forEach(canaries.plant);
  await createTables(cloud.connectionString);
});

beforeEach(() => {
  const { control } = cloud.simulator;
  control.clearFaults();
  control.addApp({ clientId: APP, homeTenantId: HOME, secrets: [{ value: SECRET }] });
  control.setSecret(SECRET_NAME, SECRET);
  control.setVaultReaders([IDENTITY]);
  control.setBeforeRespond((request) => {
    cloud.time.advance(20);
    canaries.watch(request);
  });
});

afterAll(() => cloud.stop());

/** A fresh process of the app. */
function openApp(): Services {
  const { url, vaultUrl } = cloud.simulator;
  const settings = {
    PARTNER_CLIENT_ID: APP,
    KEY_VAULT_URL: vaultUrl,
    AUTHORITY_HOST: url,
    DEFENDER_URL: url,
    GRAPH_URL: url,
    PUBLIC_URL: 'https://collector.example',
    IncidentStorage: cloud.connectionString,
  };
  return createServices(readConfig(settings), cloud.time);
}

const open = (): InvocationContext =>
  new InvocationContext({
    functionName: 'canary',
    logHandler: (level, ...args) => sinks.logs.push(`${level} ${args.map(String).join(' ')}`),
  });

async function ask(services: Services, handler: ApiHandler, request: Partial<Request> = {}): Promise<string> {
  const { query = {}, params = {} } = request;
  const asked = new HttpRequest({ method: 'GET', url: 'https://collector.example/api', query, params });
  const handle = httpHandler('canary', handler, { access: 'operator', services: () => services });
  const { body, headers } = await readAnswer(new HttpResponse(await handle(asked, open())));
  sinks.answers.push(body, JSON.stringify([...headers.entries()]));
  return body;
}

interface Request {
  query: Record<string, string>;
  params: Record<string, string>;
}

interface Visitor {
  services: Services;
  tenantId: string;
  link: NewLink;
  /** What the administrator's browser comes back with; its state, and its code, are canaries. */
  approve(form?: Record<string, string>): Promise<Record<string, string>>;
  comeBack(query: Record<string, string>, changed?: Partial<Services>): Promise<string>;
}

async function invite(style: 'adminconsent' | 'authorize' = 'adminconsent'): Promise<Visitor> {
  const services = openApp();
  const tenantId = tenantNumber((customers += 1));
  cloud.simulator.control.addTenant({ tenantId, domain: `c${customers}.example`, isConsented: false, roles: [] });
  // In turn from either source.
  const source = customers % 2 === 0 ? 'defender' : 'graph';
  const input = readLinkInput({ tenantId: `c${customers}.example`, style, source });
  const link = await createConsentLink(services, input, 'ann');
  canaries.plant(new URL(link.url).searchParams.get('state') ?? '');
  return {
    services,
    tenantId,
    link,
    approve: async (form = {}) => {
      const body = new URLSearchParams({ user: 'admin', decision: 'approve', ...form });
      const answer = await fetch(link.url, { method: 'POST', body, redirect: 'manual' });
      const query = Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams);
      canaries.plant(query['code'] ?? '');
      return query;
    },
    comeBack: (query, changed = {}) => ask({ ...services, ...changed }, consentCallback, { query }),
  };
}

/** What a tick and an operator's look leave behind. */
async function lookAround({ services, tenantId }: Visitor): Promise<void> {
  await finishClaimedConsents(services, toLog(open()));
  await ask(services, listConsentLinks);
  await ask(services, getTenant, { params: { tenantId } });
}

const broken = (table: Table): Table => ({
  ...table,
  transact: () => Promise.reject(new AppError('storage-unclear', 'Time-out')),
});

type Case = (visitor: Visitor) => Promise<string>;

describe('neither the state of a consent link nor a code shows', () => {
  test.each<[string, RegExp, Case]>([
    ['approves', /is connected/, async ({ approve, comeBack }) => comeBack(await approve())],
    ['declines', /declined/, async ({ approve, comeBack }) => comeBack(await approve({ decision: 'decline' }))],
    ['may not', /administrator has to/, async ({ approve, comeBack }) => comeBack(await approve({ user: 'member' }))],
    [
      'comes twice',
      /used already/,
      async ({ approve, comeBack }) => {
        const query = await approve();
        await comeBack(query);
        return comeBack(query);
      },
    ],
    [
      'is of another organisation',
      /another organisation/,
      async ({ approve, comeBack }) => comeBack({ ...(await approve()), tenant: tenantNumber(999) }),
    ],
    [
      'has not approved at all',
      /being set up/,
      ({ link, tenantId, comeBack }) =>
        comeBack({ state: new URL(link.url).searchParams.get('state') ?? '', tenant: tenantId, admin_consent: 'True' }),
    ],
    [
      'comes with an error that repeats the state',
      /has to correct something first/,
      async ({ approve, comeBack }) => {
        const { state = '' } = await approve();
        return comeBack({ state, error: state, error_description: `AADSTS50011: state ${state}` });
      },
    ],
    [
      'has a link that was withdrawn',
      /no longer valid/,
      async ({ services, link, approve, comeBack }) => {
        await withdrawConsentLink(services, link.id, 'ann');
        return comeBack(await approve());
      },
    ],
    [
      'has a link that has expired',
      /has expired/,
      async ({ approve, comeBack }) => {
        const query = await approve();
        cloud.time.advance(169 * 3_600_000);
        return comeBack(query);
      },
    ],
    [
      'comes while storage fails',
      /did not work right now/,
      async ({ services, approve, comeBack }) => comeBack(await approve(), { requests: broken(services.requests) }),
    ],
    [
      'comes while our own code fails',
      /did not work right now/,
      async ({ services, approve, comeBack }) => {
        const requests: Table = { ...services.requests, get: () => Promise.reject(new Error('A bug')) };
        return comeBack(await approve(), { requests });
      },
    ],
    [
      'comes while Entra fails and repeats what it was sent',
      /being set up/,
      async ({ approve, comeBack }) => {
        const query = await approve();
        const fault = { kind: 'echo', status: 500, form: 'json' } as const;
        cloud.simulator.control.addFault({ name: 'echo', match: { role: 'entra-token' }, fault });
        return comeBack(query);
      },
    ],
    [
      'comes to a portal whose collector sleeps',
      /being set up/,
      async ({ services, approve, comeBack }) => {
        const { outcomes } = services.commandDeps;
        const queue = {
          send: async (message: object): Promise<void> => void sinks['queue messages'].push(JSON.stringify(message)),
        };
        const control = createQueuedControl({ queue, tenants: services.tenants, outcomes, clock: cloud.time });
        return comeBack(await approve(), { control });
      },
    ],
  ])('when a visitor %s', async (_what, page, visit) => {
    const visitor = await invite();
    expect(await visit(visitor)).toMatch(page);
    await lookAround(visitor);
    expect(canaries.findIn(sinks)).toEqual([]);
  });

  test('when the link has the form of the partner document, whose code is discarded unread', async () => {
    const visitor = await invite('authorize');
    const before = canaries.count();
    const query = await visitor.approve();
    expect(canaries.count()).toBe(before + 1);

    expect(await visitor.comeBack(query)).toMatch(/is connected/);

    await lookAround(visitor);
    expect(canaries.findIn(sinks)).toEqual([]);
  });

  test('in any row after all of that, while their hashes are there', async () => {
    sinks.rows.push(...(await readAllRows(cloud.connectionString, TABLES)));
    expect(sinks.rows.filter((row) => /^rowKey=R![0-9a-f]{64}$/.test(row)).length).toBeGreaterThan(10);
    expect(canaries.findIn(sinks)).toEqual([]);
  });
});

test('the detector finds a state that an answer, a log line or a row repeats', async () => {
  const { services, approve } = await invite();
  const query = await approve();
  const own = createSinks();
  const leak: ApiHandler = async (request) => ({ body: `You came with ${request.url} ${request.query.toString()}` });
  own.answers.push(await ask(services, leak, { query }));
  toLog(
    new InvocationContext({ functionName: 'leak', logHandler: (_level, ...args) => own.logs.push(args.join(' ')) }),
  )('info', 'consent_visit', { query: new URLSearchParams(query).toString() });
  own.rows.push(`detail=${query['state'] ?? ''}`);
  expect(canaries.findIn(own)).toHaveLength(3);
});
