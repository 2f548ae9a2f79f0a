import { beforeEach, describe, expect, test } from '@jest/globals';
import { readTrendQuery } from '../../shared/domain/queries/trend-query.ts';
import type { Trend } from '../../shared/domain/views/trend-view.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { getTrend } from '../../shared/querying/get-trend.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { anIncident, seedIncidents, seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const NOW_MS = Date.parse('2026-03-30T10:00:00Z');
const clock = { nowMs: () => NOW_MS, monotonicMs: () => 0, sleep: async () => {} };
const [ALPHA, BETA] = [tenantNumber(1), tenantNumber(2)];

let incidents: Table & Pick<MemoryTable, 'rows'>;
let tenants: MemoryTable;
let requests: number;
beforeEach(() => {
  const table = createMemoryTable();
  incidents = {
    ...table,
    serviceTime: () => ticksFromMs(NOW_MS),
    list: (...args) => {
      requests += 1;
      return table.list(...args);
    },
  };
  tenants = createMemoryTable();
});

async function trendOf(query: string): Promise<Trend> {
  const names = createTenantNames(tenants, clock);
  const coverage = createCoverageReader(incidents, names, { intervalSeconds: 300, quietIntervalMinutes: 5 }, clock);
  requests = 0;
  return getTrend({ incidents, names, coverage }, readTrendQuery(new URLSearchParams(query)));
}

const at = (incidentId: string, createdTime: string, severity = 'high') =>
  anIncident(incidentId, createdTime, { severity });
/** `day high/medium/low` of the days that have any. */
const told = ({ days }: Trend): string[] =>
  days
    .filter(({ counts }) => Object.values(counts).some((count) => count > 0))
    .map(({ day, counts: { high, medium, low } }) => `${day} ${high}/${medium}/${low}`);

describe('getTrend()', () => {
  test('counts each incident once, on the day of its creation and with the severity that it has now', async () => {
    await seedIncidents(incidents, ALPHA, [at('1', '2026-03-29T08:00:00Z'), at('2', '2026-03-29T09:00:00Z')]);
    await seedIncidents(incidents, BETA, [at('1', '2026-03-30T09:00:00Z', 'medium')]);
    const changed = at('2', '2026-03-30T09:30:00Z', 'low');
    await seedIncidents(incidents, ALPHA, [{ ...changed, createdTime: '2026-03-29T09:00:00.0000000Z' }]);
    await seedRecord(tenants, ALPHA, { displayName: 'Alpha', customer: 'Alpha AG' });

    const trend = await trendOf('days=30');

    expect(told(trend)).toEqual(['2026-03-29 1/0/1', '2026-03-30 0/1/0']);
    expect(trend.days).toHaveLength(30);
    expect(trend.tenants.map(({ tenantId, tenantName, customer }) => [tenantId, tenantName, customer])).toEqual([
      [ALPHA, 'Alpha', 'Alpha AG'],
      [BETA, null, null],
    ]);
    expect(trend).toMatchObject({ notCountedCount: 0, notCounted: [], coverage: { blindCount: 2 } });
  });

  test.each([
    ['UTC', ['2026-03-28 1/0/0', '2026-03-29 2/0/0']],
    // The clocks went forward in the night to the 29th.
    ['Europe/Vienna', ['2026-03-29 2/0/0', '2026-03-30 1/0/0']],
    ['Asia/Kathmandu', ['2026-03-29 2/0/0', '2026-03-30 1/0/0']],
    ['America/Los_Angeles', ['2026-03-28 1/0/0', '2026-03-29 2/0/0']],
  ])('has the days of the zone %s', async (zone, days) => {
    await seedIncidents(incidents, ALPHA, [
      at('1', '2026-03-28T23:30:00Z'),
      at('2', '2026-03-29T10:00:00Z'),
      at('3', '2026-03-29T22:30:00Z'),
    ]);

    expect(told(await trendOf(`days=7&zone=${zone}`))).toEqual(days);
  });

  test('speaks of the tenants asked for, and of no day before the first', async () => {
    await seedIncidents(incidents, ALPHA, [at('1', '2026-03-23T12:00:00Z'), at('2', '2026-03-24T12:00:00Z')]);
    await seedIncidents(incidents, BETA, [at('1', '2026-03-24T12:00:00Z')]);
    await seedRecord(tenants, BETA, { labels: ['vip'] });

    expect(told(await trendOf(`days=7&tenantId=${ALPHA}`))).toEqual(['2026-03-24 1/0/0']);
    expect(told(await trendOf('days=7&label=vip'))).toEqual(['2026-03-24 1/0/0']);
    expect(told(await trendOf('days=8'))).toEqual(['2026-03-23 1/0/0', '2026-03-24 2/0/0']);
  });

  test('names whose incidents are not counted', async () => {
    await seedState(incidents, ALPHA, { status: 'active', created: undefined });
    await seedRecord(tenants, ALPHA, { displayName: 'Alpha' });

    expect(await trendOf('')).toMatchObject({
      notCountedCount: 1,
      notCounted: [{ tenantId: ALPHA, tenantName: 'Alpha', before: null }],
    });
  });

  test('costs one request a partition for the counts, however many incidents there are', async () => {
    const many = Array.from({ length: 2_000 }, (_, id) => at(String(id), `2026-03-${10 + (id % 20)}T08:00:00Z`));
    await seedIncidents(incidents, ALPHA, many);

    const { tenants: shown } = await trendOf('');

    expect(shown[0]?.counts.high).toBe(2_000);
    // As many again for the coverage, which is kept for a minute.
    expect(requests).toBe(32);
    expect(incidents.rows(shardOf(ALPHA)).size).toBeGreaterThan(2_000);
  });
});
