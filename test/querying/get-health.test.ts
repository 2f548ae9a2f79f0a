import { beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import { dispatchCollection } from '../../shared/collection/dispatch-collection.ts';
import { reportPoisonedSlice } from '../../shared/collection/report-poisoned-slice.ts';
import {
  CREDENTIAL_KEY,
  RUN_PARTITION,
  toReportRow,
  type CredentialProblem,
} from '../../shared/domain/collection/credential-report.ts';
import { toSliceMessage } from '../../shared/domain/collection/slice.ts';
import { readTenantQuery } from '../../shared/domain/queries/tenant-query.ts';
import { DEFAULT_CALL_LIMITS } from '../../shared/domain/reading/call-budget.ts';
import { newGap } from '../../shared/domain/reading/gaps.ts';
import { SHARDS } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_HOUR, TICKS_PER_MINUTE } from '../../shared/domain/values/ticks.ts';
import type { Coverage } from '../../shared/domain/views/coverage.ts';
import type { Health } from '../../shared/domain/views/health.ts';
import type { ErrorCode } from '../../shared/errors/error-table.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Table } from '../../shared/ports/table.ts';
import { NO_TELEMETRY } from '../../shared/ports/telemetry.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { getHealth } from '../../shared/querying/get-health.ts';
import { listTenants } from '../../shared/querying/list-tenants.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { NO_MESSAGES } from '../helpers/no-messages.ts';
import { seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const SETTINGS = { intervalSeconds: 600, quietIntervalMinutes: 5 };
const [ALPHA, BETA, GAMMA] = [tenantNumber(1), tenantNumber(2), tenantNumber(3)];

let [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
beforeEach(() => {
  [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
});

function askHealth(): Promise<Health> {
  return openAnswers(systemClock).askHealth();
}

/** What one process answers of the same tenants. */
function openAnswers(
  clock: Clock,
  states: Table = incidents,
): {
  askHealth: () => Promise<Health>;
  countListed: () => Promise<Record<string, number>>;
  ask: () => Promise<Coverage>;
} {
  const names = createTenantNames(tenants, clock);
  const coverage = createCoverageReader(states, names, SETTINGS, clock);
  return {
    askHealth: () => getHealth({ incidents, coverage, settings: SETTINGS, defaultSource: 'defender' }),
    countListed: async () => {
      const listed = await listTenants(
        { incidents, coverage, defaultSource: 'defender' },
        readTenantQuery(new URLSearchParams()),
      );
      const counts: Record<string, number> = {};
      for (const { status } of listed.tenants) counts[status] = (counts[status] ?? 0) + 1;
      return counts;
    },
    ask: () => coverage.read(),
  };
}

/** A clock that stands unless it is moved. */
function createStillClock(): Clock & { advance(ms: number): void } {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: () => Promise.reject(new Error('Nothing may wait here')),
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

function tick(table: MemoryTable): Promise<unknown> {
  const settings = { ...SETTINGS, callLimits: DEFAULT_CALL_LIMITS, sliceSize: 25, tenantConcurrency: 8 };
  return dispatchCollection({
    table,
    queues: NO_MESSAGES,
    log: () => {},
    telemetry: NO_TELEMETRY,
    settings: { ...settings, longestIntervalSeconds: 600, defaultSource: 'defender' },
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

  test('names who would go blind with the Defender API as nobody has chosen a source, and is ok all the same', async () => {
    await tick(incidents);
    const fresh = { status: 'active', completeThrough: incidents.serviceTime() } as const;
    await seedState(incidents, ALPHA, { ...fresh, ownSource: undefined });
    await seedState(incidents, BETA, { ...fresh, ownSource: 'defender' });
    await seedState(incidents, GAMMA, { ...fresh, ownSource: 'auto', standby: { checkedAt: 0n } });

    const { status, problems } = await askHealth();

    expect(status).toBe('ok');
    expect(problems).toMatchObject([{ code: 'failover-not-chosen', blame: 'partner' }]);
    expect(problems[0]?.message).toMatch(new RegExp(`for them: ${ALPHA}$`));
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
    expect(await askHealth()).toMatchObject({ status: 'degraded', problems: [{ code: 'app-credential-refused' }] });

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
    await seedState(incidents, tenantNumber(6), lag(1n));

    const health = await askHealth();

    expect(health).toMatchObject({ status: 'degraded', staleCount: 2 });
    expect(health.tenants.byStatus).toEqual({ active: 3, 'consent-missing': 1, paused: 1, invited: 1 });
    expect(health.staleTenants).toMatchObject([
      { tenantId: GAMMA, code: 'stale' },
      { tenantId: BETA, tenantName: 'Beta', completeThrough: formatTicks(now - 31n * TICKS_PER_MINUTE) },
    ]);
    expect(health.worstLagSeconds).toBe(health.staleTenants[0]?.lagSeconds);
  });

  test('is degraded by a tenant without a state row, but for one that was deleted', async () => {
    await tick(incidents);
    await seedRecord(tenants, ALPHA, { displayName: 'Alpha' });
    await seedRecord(tenants, BETA, { deletedAt: '2026-01-01T00:00:00.0000000Z' });

    expect(await askHealth()).toMatchObject({
      status: 'degraded',
      staleCount: 1,
      staleTenants: [{ tenantId: ALPHA, tenantName: 'Alpha', completeThrough: null, code: 'tenant-state-missing' }],
    });
  });

  test('is degraded by what could not be read for more than a day, and not by what is paused', async () => {
    const now = incidents.serviceTime();
    const gap = (hours: bigint) => newGap(now, now + 1n, 'source-unavailable', now - hours * TICKS_PER_HOUR);
    const active = { status: 'active', completeThrough: now } as const;
    await seedState(incidents, ALPHA, { ...active, gaps: [gap(23n)] });
    await seedState(incidents, GAMMA, { ...active, isPaused: true, gaps: [gap(99n)] });
    await tick(incidents);
    expect(await askHealth()).toMatchObject({ status: 'ok', problems: [] });

    await seedState(incidents, BETA, { ...active, gaps: [gap(23n), gap(25n)] });
    expect(await askHealth()).toMatchObject({
      status: 'degraded',
      problems: [{ code: 'gaps-lasting', blame: 'microsoft', message: expect.stringContaining(BETA) }],
    });
  });

  describe('is failing when most customers cannot be read', () => {
    const refused = (minutesAgo: bigint, code: ErrorCode = 'forbidden') => {
      const now = incidents.serviceTime();
      const since = now - minutesAgo * TICKS_PER_MINUTE;
      const lastError = {
        code,
        message: `Cannot list incidents: ${code}`,
        blame: 'tenant',
        action: 'Ask',
        since,
      } as const;
      return { status: 'consent-missing', completeThrough: since, statusSince: since, lastError } as const;
    };
    const read = () => ({ status: 'active', completeThrough: incidents.serviceTime() }) as const;
    const seed = async (...states: Parameters<typeof seedState>[2][]): Promise<void> => {
      for (const [index, state] of states.entries()) await seedState(incidents, tenantNumber(index + 1), state);
      await tick(incidents);
    };

    test('by the same refusal since the same minutes: one sentence, and no customer is to blame', async () => {
      await seed(refused(3n), refused(2n), refused(3n), refused(1n), read());
      const { status, problems } = await askHealth();
      expect([status, problems.length]).toEqual(['failing', 1]);
      expect(problems[0]).toMatchObject({
        code: 'fleet-refused',
        blame: 'partner',
        message: expect.stringMatching(/^Most customers cannot be read: 4 of 5; 4 of them are refused with forbidden/),
        action: expect.stringMatching(/^Write to no customer/),
      });
    });

    test('by refusals of their own', async () => {
      await seed(refused(600n), refused(300n), refused(60n, 'tenant-blocked'), read(), read());
      expect(await askHealth()).toMatchObject({
        status: 'failing',
        problems: [
          { code: 'customers-unread', message: expect.stringMatching(/3 of 5; the reason of 2 is forbidden/) },
        ],
      });
    });

    test('as nobody works on them', async () => {
      const behind = { status: 'active', completeThrough: incidents.serviceTime() - 60n * TICKS_PER_MINUTE } as const;
      await seed(behind, behind, read());
      expect(await askHealth()).toMatchObject({ status: 'failing', problems: [{ code: 'customers-unread' }] });
    });

    test('and not when half of them can be, nor for those that were never read or are paused', async () => {
      const never = { ...refused(60n), completeThrough: undefined };
      await seed(refused(60n), read(), never, never, { ...refused(60n), isPaused: true }, { status: 'pending' });
      expect(await askHealth()).toMatchObject({ status: 'degraded', problems: [] });
    });
  });
});

describe('the list of tenants, health and coverage contradict each other never', () => {
  test('health counts what the list has just shown, although it was asked a moment before the first read ended', async () => {
    const { askHealth: health, countListed, ask } = openAnswers(createStillClock());
    await tick(incidents);
    await seedState(incidents, ALPHA, { status: 'pending' });
    await seedState(incidents, BETA, { status: 'pending' });
    expect(await health()).toMatchObject({ tenants: { byStatus: { pending: 2 } } });

    const completeThrough = incidents.serviceTime();
    for (const tenantId of [ALPHA, BETA]) await seedState(incidents, tenantId, { status: 'active', completeThrough });

    expect(await countListed()).toEqual({ active: 2 });
    expect(await health()).toMatchObject({ status: 'ok', tenants: { byStatus: { active: 2 } }, staleCount: 0 });
    expect(await ask()).toMatchObject({ blindCount: 0, completeThrough: formatTicks(completeThrough) });
  });

  test('health is a second old at most, whoever changed the tenants and whatever else was asked', async () => {
    const clock = createStillClock();
    const { askHealth: health } = openAnswers(clock);
    await seedState(incidents, ALPHA, { status: 'pending' });
    await health();
    await seedState(incidents, ALPHA, { status: 'active', completeThrough: incidents.serviceTime() });

    clock.advance(1_000);

    expect((await health()).tenants.byStatus).toEqual({ active: 1 });
  });

  test('health has a registered tenant without a state row under the status that the list shows', async () => {
    const { askHealth: health, countListed } = openAnswers(createStillClock());
    await seedRecord(tenants, ALPHA, { displayName: 'Alpha' });

    expect((await health()).tenants.byStatus).toEqual(await countListed());
  });

  test('a hundred who ask for health read every shard once, also where that takes longer than its age', async () => {
    const clock = createStillClock();
    const shards: string[] = [];
    const counted: Table = {
      ...incidents,
      list: (partition, ...rest) => {
        shards.push(partition);
        return incidents.list(partition, ...rest);
      },
    };
    const { askHealth: health } = openAnswers(clock, counted);

    await Promise.all(
      Array.from({ length: 100 }, () => {
        clock.advance(100);
        return health();
      }),
    );

    expect(shards.filter((partition) => partition !== RUN_PARTITION).sort()).toEqual(SHARDS);
  });
});
