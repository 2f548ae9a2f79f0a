import fetch, { type Response } from 'node-fetch';
import { trustLocalCa } from '../../../local/services/certificates.ts';
import { startSimulator } from '../../../local/simulator/start-simulator.ts';
import type { FaultRule } from '../../../local/simulator/state/fault.ts';
import type { Simulator, SimulatorControl, SimulatorOptions } from '../../../local/simulator/state/simulator.ts';
import { openTestCertificates } from '../../helpers/test-certificates.ts';

export const HOME = '11111111-1111-4111-8111-111111111111';
export const CUSTOMER = '22222222-2222-4222-8222-222222222222';
export const APP = '33333333-3333-4333-8333-333333333333';
export const SECRET = 'right-secret';
export const SCOPE = 'https://api.security.microsoft.com/.default';

const certificates = await openTestCertificates();
trustLocalCa(certificates.caPem);

export interface ListedPage {
  status: number;
  headers: Response['headers'];
  ids: number[];
  nextLink: string | undefined;
  body: Record<string, unknown>;
}

/** A simulator with a partner, its app and one customer that consented. */
export interface TestBed {
  simulator: Simulator;
  control: SimulatorControl;
  /** A form post to Entra; the body is that of a good request with these changes. */
  postToken(
    change?: Record<string, string>,
    tenant?: string,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  token(): Promise<string>;
  /** GET below `/api/incidents`, or of a whole URL, with the customer's token. */
  send(pathAndQuery?: string, headers?: Record<string, string>): Promise<Response>;
  list(query?: Record<string, string>): Promise<ListedPage>;
  fault(rule: Omit<FaultRule, 'match'> & { match?: Partial<FaultRule['match']> }): void;
}

const open: Simulator[] = [];

/** For `afterEach`: no server outlives its test, whether it passed or not. */
export async function closeTestBeds(): Promise<void> {
  await Promise.all(open.splice(0).map((simulator) => simulator.close()));
}

export async function startTestBed(options: SimulatorOptions = {}): Promise<TestBed> {
  const simulator = await startSimulator({ certificates, rateLimits: 'off', ...options });
  open.push(simulator);
  const { control, url } = simulator;
  control.addTenant({ tenantId: HOME, domain: 'partner.example' });
  control.addTenant({ tenantId: CUSTOMER, domain: 'northwind.example' });
  control.addApp({ clientId: APP, homeTenantId: HOME, secrets: [{ value: SECRET }] });
  let kept: string | undefined;
  const bed: TestBed = {
    simulator,
    control,
    async postToken(change = {}, tenant = CUSTOMER) {
      const good = { grant_type: 'client_credentials', client_id: APP, client_secret: SECRET, scope: SCOPE };
      const body = new URLSearchParams({ ...good, ...change });
      const response = await fetch(`${url}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body });
      return { status: response.status, body: await readObject(response) };
    },
    async token() {
      kept ??= String((await bed.postToken()).body['access_token']);
      return kept;
    },
    async send(pathAndQuery = '', headers = {}) {
      const target = pathAndQuery.startsWith('https:') ? pathAndQuery : `${url}/api/incidents${pathAndQuery}`;
      return fetch(target, { headers: { authorization: `Bearer ${await bed.token()}`, ...headers } });
    },
    async list(query = {}) {
      return readPage(await bed.send(`?${new URLSearchParams(query).toString()}`));
    },
    fault(rule) {
      control.addFault({ ...rule, match: { role: 'defender-list', ...rule.match } });
    },
  };
  return bed;
}

export async function readPage(response: Response): Promise<ListedPage> {
  const body = await readObject(response);
  const value: unknown = body['value'];
  const nextLink: unknown = body['@odata.nextLink'];
  return {
    status: response.status,
    headers: response.headers,
    ids: Array.isArray(value) ? value.map((one: { incidentId: number }) => one.incidentId) : [],
    nextLink: typeof nextLink === 'string' ? nextLink : undefined,
    body,
  };
}

export async function readObject(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}
