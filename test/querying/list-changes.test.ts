import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import type { Incident } from '../../shared/domain/incidents/incident.ts';
import { NOTHING_TOLD } from '../../shared/domain/observables/told.ts';
import { readChangeQuery } from '../../shared/domain/queries/change-query.ts';
import { toChangeLogRow, type ChangeLogEntry } from '../../shared/domain/rows/incident-rows.ts';
import { changeLogKey } from '../../shared/domain/rows/row-keys.ts';
import { shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks } from '../../shared/domain/values/ticks.ts';
import type { ChangeList } from '../../shared/domain/views/change-list.ts';
import type { Table } from '../../shared/ports/table.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { listChanges } from '../../shared/querying/list-changes.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { confirmChangeLog } from '../../shared/storing/confirm-change-log.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { anIncident, seedIncidents, seedRecord, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const [ALPHA, BETA, GAMMA] = [tenantNumber(1), tenantNumber(2), tenantNumber(3)];
const AT = '2025-12-31T00:00:00Z';
/** The memory table's clock begins there. */
const START = '2026-01-01T00:00:00Z';
const INTERVALS = { intervalSeconds: 300, quietIntervalMinutes: 5 };

interface World {
  incidents: MemoryTable;
  tenants: MemoryTable;
  get(query: string): Promise<ChangeList>;
  store(tenantId: typeof ALPHA, ...incidents: Incident[]): Promise<void>;
}

function createWorld(): World {
  const [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
  const names = createTenantNames(tenants, systemClock);
  const coverage = createCoverageReader(incidents, names, INTERVALS, systemClock);
  return {
    incidents,
    tenants,
    get: (query) =>
      listChanges({ incidents, names, coverage }, readChangeQuery(new URLSearchParams(query), incidents.serviceTime())),
    store: (tenantId, ...all) => seedIncidents(incidents, tenantId, all),
  };
}

const idsOf = ({ changes }: ChangeList): string[] => changes.map(({ incidentId }) => incidentId);

describe('listChanges()', () => {
  test('shows what was stored, oldest first, over all tenants, with what happened to it', async () => {
    const { incidents, tenants, get, store } = createWorld();
    await seedRecord(tenants, BETA, { displayName: 'Beta' });
    const later = (status: string, fields: Partial<Incident> = {}): Incident =>
      anIncident('1', `${AT.slice(0, 17)}0${incidents.applied.length % 10}Z`, { createdTime: AT, status, ...fields });
    await store(ALPHA, later('active'));
    await store(BETA, anIncident('2', AT, { severity: 'high' }));
    await store(ALPHA, later('inProgress'));
    await store(ALPHA, later('resolved'));
    await store(ALPHA, later('active'));
    await store(ALPHA, later('redirected', { redirectIncidentId: '9' }));
    incidents.advance(120);

    const list = await get(`since=${START}`);

    expect(list.changes.map(({ incidentId, kind }) => `${incidentId} ${kind}`)).toEqual([
      '1 appeared',
      '2 appeared',
      '1 changed',
      '1 resolved',
      '1 reopened',
      '1 merged',
    ]);
    expect(list.changes[1]).toMatchObject({ tenantId: BETA, tenantName: 'Beta', severity: 'high', backfill: false });
    expect(list.changes[3]?.changes).toEqual([{ field: 'status', from: 'inProgress', to: 'resolved' }]);
    expect(list.changes.map(({ storedAt }) => storedAt)).toEqual(list.changes.map(({ storedAt }) => storedAt).sort());
    expect([list.cursor, list.coverage.blindCount]).toEqual([null, 2]);
  });

  test('stays a minute behind the clock, and shows the rest to who goes on at "through"', async () => {
    const { incidents, get, store } = createWorld();
    await store(ALPHA, anIncident('1', AT));
    incidents.advance(55);
    await store(BETA, anIncident('2', AT));
    incidents.advance(10);

    const first = await get(`since=${START}`);
    incidents.advance(60);
    const second = await get(`since=${first.through}`);

    expect([idsOf(first), idsOf(second)]).toEqual([['1'], ['2']]);
  });

  test('filters by tenant, customer and severity', async () => {
    const { incidents, tenants, get, store } = createWorld();
    await seedRecord(tenants, BETA, { customer: 'Contoso' });
    await store(ALPHA, anIncident('1', AT, { severity: 'high' }), anIncident('2', AT, { severity: 'extreme' }));
    await store(BETA, anIncident('3', AT, { severity: 'low' }));
    await store(GAMMA, anIncident('4', AT));
    incidents.advance(120);

    const select = async (query: string): Promise<string[]> => idsOf(await get(`since=${START}&${query}`));

    expect(await select(`tenantId=${ALPHA}`)).toEqual(['2', '1']);
    expect(await select('customer=contoso')).toEqual(['3']);
    expect(await select('severity=HIGH,low')).toEqual(['1', '3']);
    expect(await select('severity=other')).toEqual(['2']);
  });

  test('refuses a customer or an id that no tenant has, instead of showing a quiet one', async () => {
    const { tenants, get } = createWorld();
    await seedRecord(tenants, BETA, { customer: 'Contoso' });

    await expect(get(`since=${START}&customer=Contosso`)).rejects.toMatchObject({
      code: 'unknown-customer',
      message: expect.stringContaining('"Contoso"'),
    });
    await expect(get(`since=${START}&tenantId=${GAMMA}`)).rejects.toMatchObject({
      code: 'unknown-tenant',
      message: expect.stringContaining(BETA),
    });
  });

  test('pages to the end of what there was at the beginning; each page says how far it came', async () => {
    const { incidents, get, store } = createWorld();
    const all = Array.from({ length: 23 }, (_, number) => String(number + 10));
    for (const [at, id] of all.entries()) await store(tenantNumber(at % 5), anIncident(id, AT));
    incidents.advance(120);

    const seen: string[] = [];
    let page = await get(`since=${START}&pageSize=5`);
    while (page.cursor !== null) {
      seen.push(...idsOf(page));
      expect(page.through <= (page.changes.at(-1)?.storedAt ?? '')).toBe(true);
      expect(idsOf(await get(`since=${page.through}`))).toEqual(expect.arrayContaining(all.slice(seen.length)));
      await store(GAMMA, anIncident(`9${seen.length}`, AT));
      incidents.advance(120);
      page = await get(`since=${START}&pageSize=5&cursor=${page.cursor}`);
    }

    expect([...seen, ...idsOf(page)]).toEqual(all);
    expect(idsOf(await get(`since=${page.through}`))).toEqual(['95', '910', '915', '920']);
  });

  test.each([
    ['in time', 29, ['1']],
    ['late', 50, ['1', '1', '1']],
    ['very late', 500, ['1', '1', '1']],
  ])('who goes on at "through" sees what was committed %s', async (_how, seconds, expected) => {
    const { incidents, get } = createWorld();
    await seedIncidents(incidents, ALPHA, []);
    const seen: string[] = [];
    let since = START;
    const follow = async (): Promise<void> => {
      const list = await get(`since=${since}`);
      seen.push(...idsOf(list));
      since = list.through;
    };
    const slow: Table = {
      ...incidents,
      transact: async (...args) => {
        for (let passed = 0; passed < seconds; passed += 1) {
          incidents.advance(1);
          await follow();
        }
        return incidents.transact(...args);
      },
    };

    await seedIncidents(slow, ALPHA, [anIncident('1', AT)]);
    const session = await openSession(incidents, systemClock, ALPHA);
    if (session !== undefined) await confirmChangeLog(incidents, session);
    incidents.advance(120);
    await follow();

    expect(seen.length).toBeGreaterThan(0);
    expect(expected).toEqual(expect.arrayContaining(seen));
    const { changes } = await get(`since=${START}`);
    expect(changes.map(({ incidentId }) => incidentId)).toEqual(expected);
  });

  test('a cursor belongs to its filters', async () => {
    const { incidents, get, store } = createWorld();
    await store(ALPHA, anIncident('1', AT), anIncident('2', AT));
    incidents.advance(120);
    const { cursor } = await get(`since=${START}&pageSize=1`);

    await expect(async () => get(`since=${START}&severity=high&cursor=${cursor}`)).rejects.toMatchObject({
      code: 'bad-cursor',
    });
    await expect(async () => get(`since=2026-01-01T00:00:01Z&cursor=${cursor}`)).rejects.toThrow('other filters');
  });

  test.each([
    ['', /"since".*must be given/],
    ['since=yesterday', /"since".*ISO 8601.*"yesterday"/],
    ['since=2025-10-01T00:00:00Z', /"since".*last 90 days.*"2025-10-01/],
    ['since=2026-01-02T00:00:00Z', /"since".*last 90 days/],
    [`since=${START}&severity=hgh`, /"severity".*high.*"hgh"/],
    [`since=${START}&status=active`, /"status".*known are since, tenantId/],
  ])('%s is refused', async (query, message) => {
    await expect(async () => createWorld().get(query)).rejects.toMatchObject({
      code: 'bad-parameter',
      message: expect.stringMatching(message),
    });
  });
});

describe('listChanges() with foldFirstReads', () => {
  const logged = (tenantId: TenantId, id: number, fields: Partial<ChangeLogEntry> & { updatedAt?: string } = {}) => {
    const storedAt = ticksOf(START) + BigInt(id);
    const incident = anIncident(String(id), fields.updatedAt ?? AT);
    const entry: ChangeLogEntry = {
      storedAt: formatTicks(storedAt),
      tenantId,
      incident,
      kind: 'appeared',
      isBackfill: true,
      changes: [],
      told: NOTHING_TOLD,
      ...fields,
    };
    return { rowKey: changeLogKey(storedAt, tenantId, String(id)), properties: toChangeLogRow(entry) };
  };
  const log = async (incidents: MemoryTable, tenantId: TenantId, rows: readonly ReturnType<typeof logged>[]) => {
    for (let at = 0; at < rows.length; at += 100)
      await incidents.transact(
        shardOf(tenantId),
        rows.slice(at, at + 100).map((row) => ({ kind: 'upsert', ...row })),
      );
  };

  test('counts what is old and was read for the first time, and lists the rest', async () => {
    const { incidents, tenants, get } = createWorld();
    await seedRecord(tenants, ALPHA, { displayName: 'Alpha' });
    await log(incidents, ALPHA, [
      logged(ALPHA, 1),
      logged(ALPHA, 2, { updatedAt: '2026-01-01T00:00:00.1Z' }),
      logged(ALPHA, 3, { isBackfill: false }),
      logged(ALPHA, 4, { kind: 'resolved' }),
      logged(ALPHA, 5),
    ]);
    await log(incidents, BETA, [logged(BETA, 6)]);
    incidents.advance(120);

    const folded = await get(`since=${START}&foldFirstReads=true`);

    expect(idsOf(folded)).toEqual(['2', '3', '4']);
    expect(folded.firstReads).toEqual([
      { tenantId: ALPHA, tenantName: 'Alpha', incidents: 2 },
      { tenantId: BETA, tenantName: null, incidents: 1 },
    ]);
    const plain = await get(`since=${START}`);
    expect([idsOf(plain), plain.firstReads]).toEqual([['1', '2', '3', '4', '5', '6'], undefined]);
  });

  test('counts each once over all pages, and only those that are asked for', async () => {
    const { incidents, tenants, get } = createWorld();
    await seedRecord(tenants, ALPHA);
    await log(
      incidents,
      ALPHA,
      Array.from({ length: 60 }, (_, id) => logged(ALPHA, id, { isBackfill: id % 3 > 0 })),
    );
    await log(incidents, BETA, [logged(BETA, 70)]);
    incidents.advance(120);
    let [cursor, counted, listed]: [string | null, number, number] = ['', 0, 0];
    while (cursor !== null) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await get(`since=${START}&foldFirstReads=true&tenantId=${ALPHA}&pageSize=7${next}`);
      counted += (page.firstReads ?? []).reduce((sum, one) => sum + one.incidents, 0);
      listed += page.changes.length;
      ({ cursor } = page);
    }
    expect([counted, listed]).toEqual([40, 20]);
  });

  test('a first read of 10,000 is one page of one request a partition', async () => {
    const { incidents, get } = createWorld();
    const owners = Array.from({ length: 40 }, (_, number) => tenantNumber(number + 1));
    for (const [place, tenantId] of owners.entries())
      await log(
        incidents,
        tenantId,
        Array.from({ length: 250 }, (_, id) => logged(tenantId, place * 250 + id)),
      );
    incidents.advance(120);

    const { changes, firstReads, cursor } = await get(`since=${START}&foldFirstReads=true`);

    expect([changes, cursor]).toEqual([[], null]);
    expect(firstReads).toHaveLength(40);
    expect((firstReads ?? []).reduce((sum, one) => sum + one.incidents, 0)).toBe(10_000);
  });
});
