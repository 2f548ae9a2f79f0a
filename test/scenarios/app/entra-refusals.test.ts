import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import type { Health } from '../../../shared/domain/views/health.ts';
import { createCoverageReader } from '../../../shared/querying/coverage-reader.ts';
import { getHealth } from '../../../shared/querying/get-health.ts';
import { createTenantNames } from '../../../shared/querying/tenant-names.ts';
import { createCredentialReporter } from '../../../shared/sources/report-credential.ts';
import { INTERVAL_MS, type Collector, type LogLine } from '../cloud/collector.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { readState } from '../cloud/poll-record.ts';
import { HOME, startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { expectIntact } from '../truth/expectations.ts';
import { createCrowd, createCustomers, expectAllIntact, type Crowd, type Customers } from '../worlds/crowd.ts';

const ALERT = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'infra', 'alerts', 'credential-refused.kql'),
  'utf8',
);

let cloud: ScenarioCloud;
let customers: Customers;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
  customers = createCustomers(cloud);
});
afterAll(() => cloud.stop());

/** Lines that the query of the alert finds: by their name, or by a code that it lists. */
function findAlerting(lines: readonly LogLine[]): LogLine[] {
  const codes = Array.from(ALERT.matchAll(/"([a-z]+(?:-[a-z]+)+)"/g), ([, code = '']) => code);
  return lines.filter(
    ({ message, fields }) =>
      message === 'collection_stopped' || (message === 'tenant_failed' && codes.includes(String(fields['code']))),
  );
}

function askHealth({ incidents: { table }, tenants, time }: World): Promise<Health> {
  const settings = { intervalSeconds: INTERVAL_MS / 1_000, quietIntervalMinutes: 5 };
  const coverage = createCoverageReader(table, createTenantNames(tenants.table, time), settings, time);
  return getHealth({ incidents: table, coverage, settings, defaultSource: defaultSource() });
}

/** One tick and what a worker says after it. */
function createTicker({ world }: Crowd, collector: Collector): { tick(): Promise<void>; lines(): LogLine[] } {
  const { credential } = collector;
  const lines: LogLine[] = [];
  const report = createCredentialReporter({ credential, table: world.incidents.table, clock: world.time });
  return {
    tick: async () => {
      await collector.poll();
      await report((level, message, fields = {}) => lines.push({ level, message, fields }));
    },
    lines: () => [...collector.log, ...lines],
  };
}

describe("a refusal of the app, whatever its number, stops the run and is the app's own problem", () => {
  test.each([
    [1000502, 'an expired certificate', 'invalid_client', 'app-credential-refused'],
    [7000214, 'a revoked certificate', 'invalid_client', 'app-credential-refused'],
    [700236, 'an identity of another tenant', 'invalid_client', 'app-credential-refused'],
    [7654321, 'a number that nobody knows yet', 'invalid_client', 'app-credential-refused'],
    [7654321, 'such a number with a text that says nothing', 'invalid_request', 'app-misconfigured'],
  ])('AADSTS%i, %s (%s): two of six tenants fail, the rest stay due: %s', async (number, _why, error, code) => {
    const crowd = await createCrowd(cloud, customers, 6);
    const { world, ids } = crowd;
    const isCustomer = ({ tenantId }: { tenantId: string | undefined }): boolean => tenantId !== HOME;
    world.control.addFault({
      name: 'refused',
      match: { role: 'entra-token', predicate: isCustomer },
      fault: { kind: 'entra-error', code: number, error, status: 401 },
    });
    const ticker = createTicker(crowd, crowd.open());

    await ticker.tick();

    const states = await Promise.all(ids.map((tenantId) => readState({ ...world, tenantId })));
    const failed = states.filter(({ lastError }) => lastError !== undefined);
    expect(failed).toHaveLength(2);
    // Nothing says which of the two was asked last; that one tells it.
    const told = failed.find(({ lastError }) => lastError?.code === code)?.lastError;
    expect(told).toMatchObject({ blame: 'partner', message: expect.stringContaining(`AADSTS${number}`) });
    for (const state of states.filter(({ lastError }) => lastError === undefined))
      expect(state).toMatchObject({ status: 'pending', failedPolls: 0, busyUntil: 0n });
    expect(world.control.log().filter((call) => call.role === 'entra-token' && isCustomer(call))).toHaveLength(2);

    expect(findAlerting(ticker.lines())).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          level: 'error',
          message: 'collection_stopped',
          fields: { code, reason: expect.stringContaining(`AADSTS${number}`) },
        }),
      ]),
    );
    const health = await askHealth(world);
    expect(health).toMatchObject({ status: 'failing', problems: [{ code, blame: 'partner' }] });
    expect(JSON.stringify([health, states.map(({ lastError }) => lastError?.action)])).not.toContain('consent link');

    world.control.clearFaults();
    await ticker.tick();
    await ticker.tick();
    await expectAllIntact(crowd);
    expect((await askHealth(world)).problems).toEqual([]);
  });
});

describe('the state of one tenant is told as its own, and hurts nobody else', () => {
  const apiError = (number: number): Fault => ({
    kind: 'status',
    status: 403,
    body: {
      error: {
        code: 'Forbidden',
        message: `Required resource is disabled. Inner Message: AADSTS${number}: The service principal is disabled.`,
        target: '43f4cb08-8fac-4b65-9db1-745c2ae65f3a',
      },
    },
  });

  test.each([
    ['AADSTS5000225 of a token', 'entra-token', { kind: 'entra-error', code: 5000225 }, 'tenant-blocked', /reactivate/],
    [
      'AADSTS500014 of a token',
      'entra-token',
      { kind: 'entra-error', code: 500014 },
      'api-disabled-in-tenant',
      /renew/,
    ],
    ['AADSTS500014 of the API', 'incident-list', apiError(500014), 'api-disabled-in-tenant', /renew/],
    ['AADSTS5000225 of the API', 'incident-list', apiError(5000225), 'tenant-blocked', /reactivate/],
    [
      'an unknown number with interaction_required',
      'entra-token',
      { kind: 'entra-error', code: 7654321, error: 'interaction_required' },
      'tenant-refused',
      /^Look the number up/,
    ],
    [
      'an unknown number with unauthorized_client',
      'entra-token',
      { kind: 'entra-error', code: 7654321, error: 'unauthorized_client' },
      'tenant-refused',
      /^Look the number up/,
    ],
  ] as const)('%s', async (_name, role, fault, code, action) => {
    const crowd = await createCrowd(cloud, customers, 3);
    const { world, ids } = crowd;
    const collector = crowd.open();
    const ticker = createTicker(crowd, collector);
    await ticker.tick();
    await collector.pollUntilComplete();
    // An hour later, when the tokens have ended.
    world.time.advance(3_600_000);
    world.control.addFault({ name: 'refused', match: { role, tenantId: world.tenantId }, fault });

    await ticker.tick();

    expect(await readState(world)).toMatchObject({
      status: 'unreachable',
      lastError: { code, blame: 'tenant', action: expect.stringMatching(action) },
    });
    expect(findAlerting(ticker.lines())).toEqual([]);
    for (const tenantId of ids.slice(1)) {
      expect(await readState({ ...world, tenantId })).toMatchObject({ status: 'active', lastError: undefined });
      await expectIntact({ ...world, tenantId, polls: [] }, { others: ids.filter((other) => other !== tenantId) });
    }

    world.control.clearFaults();
    world.time.advance(3_600_000);
    await ticker.tick();
    await expectAllIntact(crowd);
  });
});
