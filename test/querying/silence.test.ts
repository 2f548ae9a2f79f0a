import { beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import { readIncidentQuery } from '../../shared/domain/queries/incident-query.ts';
import { readTenantQuery } from '../../shared/domain/queries/tenant-query.ts';
import { findSilence } from '../../shared/domain/incidents/silence.ts';
import { formatTicks, TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../../shared/domain/values/ticks.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { exportIncidents } from '../../shared/querying/export-incidents.ts';
import { getHealth } from '../../shared/querying/get-health.ts';
import { listTenants } from '../../shared/querying/list-tenants.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { anIncident, seedIncidents, seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable } from '../helpers/tables/memory-table.ts';

const SETTINGS = { intervalSeconds: 600, quietIntervalMinutes: 5 };
const [QUIET, BUSY, LOST] = [tenantNumber(1), tenantNumber(2), tenantNumber(3)];

let [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
let now: Ticks;
beforeEach(async () => {
  [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
  now = incidents.serviceTime();
  // An incident each six hours; the newest of all but one is nine days old.
  for (const [tenantId, silentDays] of [
    [QUIET, 9n],
    [BUSY, 0n],
    [LOST, 9n],
  ] as const) {
    await seedState(incidents, tenantId, { status: 'active', completeThrough: now });
    await seedRecord(tenants, tenantId, { displayName: `Customer ${tenantId.slice(-1)}` });
    const times = Array.from({ length: 80 }, (_, index) => now - silentDays * TICKS_PER_DAY - six(80 - index));
    await seedIncidents(
      incidents,
      tenantId,
      times.map((at, index) => anIncident(String(index + 1), formatTicks(at))),
    );
  }
  const session = await openSession(incidents, systemClock, LOST);
  await session?.commit({ change: (state) => ({ ...state, status: 'consent-missing' }) });
});

const six = (times: number): Ticks => 6n * TICKS_PER_HOUR * BigInt(times);

function openDeps() {
  const names = createTenantNames(tenants, systemClock);
  const coverage = createCoverageReader(incidents, names, SETTINGS, systemClock);
  return { incidents, names, coverage, settings: SETTINGS, defaultSource: 'defender' } as const;
}

describe('a customer that has fallen silent', () => {
  const since = (): string => formatTicks(now - 9n * TICKS_PER_DAY - six(1));

  test('is named beside those that are blind, in coverage, health and the headers of CSV, and one that is blind is not', async () => {
    const deps = openDeps();
    const silent = [{ tenantId: QUIET, tenantName: 'Customer 1', since: since(), usualPauseSeconds: 6 * 3_600 }];

    expect(await deps.coverage.read()).toMatchObject({ blindCount: 1, silentCount: 1, silent });
    expect(await deps.coverage.read([BUSY])).toMatchObject({ silentCount: 0, silent: [] });
    expect(await getHealth(deps)).toMatchObject({ silentCount: 1, silentTenants: silent });
    const query = readIncidentQuery(new URLSearchParams('format=csv'), null);
    expect((await exportIncidents(deps, query)).headers).toMatchObject({ 'x-silent-tenants': `1: ${QUIET}` });
  });

  test('has its last incident and its usual pause in the list of customers', async () => {
    const { tenants: listed } = await listTenants(openDeps(), readTenantQuery(new URLSearchParams()));

    expect(listed.map(({ lastIncidentAt, silence }) => [lastIncidentAt, silence])).toEqual([
      [since(), { since: since(), seconds: 9.25 * 86_400, usualPauseSeconds: 6 * 3_600 }],
      [formatTicks(now - six(1)), null],
      [since(), null],
    ]);
  });

  test('is silent no more with its next incident, and not made so by an update of an old one', async () => {
    const state = async () => (await openSession(incidents, systemClock, QUIET))?.state();
    const old = formatTicks(now - 20n * TICKS_PER_DAY);
    const before = await state();
    await seedIncidents(incidents, QUIET, [{ ...anIncident('3', formatTicks(now)), createdTime: old }]);
    expect((await state())?.arrivals).toEqual(before?.arrivals);
    expect(before === undefined ? undefined : findSilence(before)).toBeDefined();

    await seedIncidents(incidents, QUIET, [anIncident('999', formatTicks(now))]);
    expect(await openDeps().coverage.read([QUIET])).toMatchObject({ silentCount: 0, silent: [] });
  });
});
