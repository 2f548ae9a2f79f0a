import { beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../shared/adapters/system-clock.ts';
import { createCoverageReader } from '../shared/coverage-reader.ts';
import { dispatchCollection } from '../shared/dispatch-collection.ts';
import { DEFAULT_CALL_LIMITS } from '../shared/domain/call-budget.ts';
import {
  CREDENTIAL_KEY,
  RUN_PARTITION,
  toReportRow,
  type CredentialProblem,
} from '../shared/domain/credential-report.ts';
import type { Health } from '../shared/domain/health.ts';
import { toSliceMessage } from '../shared/domain/slice.ts';
import { formatTicks, TICKS_PER_MINUTE } from '../shared/domain/ticks.ts';
import { getHealth } from '../shared/get-health.ts';
import { NO_TELEMETRY } from '../shared/ports/telemetry.ts';
import { reportPoisonedSlice } from '../shared/report-poisoned-slice.ts';
import { createTenantNames } from '../shared/tenant-names.ts';
import { NO_MESSAGES } from './helpers/no-messages.ts';
import { createMemoryTable, type MemoryTable } from './helpers/memory-table.ts';
import { seedRecord, seedState, tenantNumber } from './helpers/seed.ts';

const SETTINGS = { intervalSeconds: 600, quietIntervalMinutes: 5 };
const [ALPHA, BETA, GAMMA] = [tenantNumber(1), tenantNumber(2), tenantNumber(3)];

let [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
beforeEach(() => {
  [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
});

function askHealth(): Promise<Health> {
  const names = createTenantNames(tenants, systemClock);
  const coverage = createCoverageReader(incidents, names, SETTINGS, systemClock);
  return getHealth({ incidents, coverage, settings: SETTINGS });
}

function tick(table: MemoryTable): Promise<unknown> {
  const settings = { ...SETTINGS, callLimits: DEFAULT_CALL_LIMITS, sliceSize: 25, tenantConcurrency: 8 };
  return dispatchCollection({
    table,
    queues: NO_MESSAGES,
    log: () => {},
    telemetry: NO_TELEMETRY,
    settings: { ...settings, longestIntervalSeconds: 600 },
  });
}

async function reportCredential(fields: Partial<CredentialProblem>): Promise<void> {
  const seenAt = incidents.serviceTime();
  const about = { code: 'app-credential-refused', message: 'Refused', blame: 'partner', action: 'Renew it' } as const;
  const expiresAt = new Date('2027-01-01T00:00:00Z');
  const properties = toReportRow({ expiresAt, problem: { ...about, seenAt, isStopped: true, ...fields } });
  await incidents.transact(RUN_PARTITION, [{ kind: 'upsert', rowKey: CREDENTIAL_KEY, properties }]);
}

describe('getHealth()', () => {
  test('is failing before the first tick, ok after it, failing again after three intervals without one', async () => {
    expect(await askHealth()).toMatchObject({ status: 'failing', problems: [{ code: 'no-tick' }], lastTick: null });

    await tick(incidents);
    const { status, problems, lastTick } = await askHealth();
    expect([status, problems]).toEqual(['ok', []]);
    expect(lastTick).toMatch(/^2026-01-01T00:00:/);

    incidents.advance(1_790);
    expect((await askHealth()).status).toBe('ok');
    incidents.advance(20);
    expect(await askHealth()).toMatchObject({ status: 'failing', problems: [{ code: 'no-tick', blame: 'partner' }] });
  });

  test('is failing while the credential is refused everywhere, and no longer than that is said', async () => {
    await tick(incidents);
    await reportCredential({});
    expect(await askHealth()).toMatchObject({
      status: 'failing',
      problems: [{ code: 'app-credential-refused', action: 'Renew it' }],
      credentialExpiresAt: '2027-01-01T00:00:00.000Z',
    });

    await reportCredential({ isStopped: false });
    expect((await askHealth()).status).toBe('ok');

    await reportCredential({});
    incidents.advance(1_900);
    await tick(incidents);
    expect((await askHealth()).status).toBe('ok');
  });

  test('counts poison messages of 24 hours, even one that cannot be read', async () => {
    await seedState(incidents, ALPHA, { status: 'active', completeThrough: incidents.serviceTime() });
    const deps = { table: incidents, clock: systemClock, log: () => {} };
    await reportPoisonedSlice(deps, toSliceMessage({ tick: incidents.serviceTime(), tenantIds: [ALPHA] }));
    await expect(reportPoisonedSlice(deps, 'nonsense')).rejects.toThrow();
    await tick(incidents);

    expect(await askHealth()).toMatchObject({ status: 'degraded', poisoned: 2 });

    incidents.advance(86_400);
    await tick(incidents);
    expect((await askHealth()).poisoned).toBe(0);
  });

  test('counts tenants by status, and names those that are polled and stale, the worst first', async () => {
    await tick(incidents);
    const now = incidents.serviceTime();
    const lag = (minutes: bigint) => ({ status: 'active', completeThrough: now - minutes * TICKS_PER_MINUTE }) as const;
    await seedRecord(tenants, BETA, { displayName: 'Beta' });
    await seedState(incidents, ALPHA, lag(29n));
    await seedState(incidents, BETA, { ...lag(31n), status: 'consent-missing' });
    await seedState(incidents, GAMMA, lag(40n));
    await seedState(incidents, tenantNumber(4), { ...lag(99n), isPaused: true });
    await seedState(incidents, tenantNumber(5), { status: 'invited' });

    const health = await askHealth();

    expect(health).toMatchObject({ status: 'degraded', staleCount: 2 });
    expect(health.tenants.byStatus).toEqual({ active: 2, 'consent-missing': 1, paused: 1, invited: 1 });
    expect(health.staleTenants).toMatchObject([
      { tenantId: GAMMA, code: 'stale' },
      { tenantId: BETA, tenantName: 'Beta', completeThrough: formatTicks(now - 31n * TICKS_PER_MINUTE) },
    ]);
    expect(health.worstLagSeconds).toBe(health.staleTenants[0]?.lagSeconds);
  });
});
