import { describe, expect, test } from '@jest/globals';
import { createLeaveCampaigns } from '../../shared/campaigns/leave-campaigns.ts';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import { listConsentLinks, readConsentLinkQuery } from '../../shared/consent/list-consent-links.ts';
import {
  LINKS_PARTITION,
  requestKey,
  toRequestRow,
  type ConsentRequest,
} from '../../shared/domain/consent/consent-request.ts';
import { readChangeQuery } from '../../shared/domain/queries/change-query.ts';
import { readIncidentQuery } from '../../shared/domain/queries/incident-query.ts';
import { readTenantQuery } from '../../shared/domain/queries/tenant-query.ts';
import { changeLogKey } from '../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_DAY } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { listChanges } from '../../shared/querying/list-changes.ts';
import { listTenants } from '../../shared/querying/list-tenants.ts';
import { queryIncidents } from '../../shared/querying/query-incidents.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { clearChangeLog } from '../../shared/removal/clear-change-log.ts';
import { clearCommandOutcomes } from '../../shared/removal/clear-command-outcomes.ts';
import { expireIncidents } from '../../shared/removal/expire-incidents.ts';
import { confirmChangeLog } from '../../shared/storing/confirm-change-log.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { anIncident, seedIncidents, seedRecord, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { cutBeforeEachPage } from '../helpers/tables/cutting-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const TENANT = tenantNumber(1);
const SHARD = shardOf(TENANT);
const LINK: ConsentRequest = {
  id: '',
  status: 'open',
  style: 'adminconsent',
  tenantId: undefined,
  displayName: null,
  customer: null,
  labels: [],
  source: 'defender',
  isOwnSource: false,
  initiator: 'ann',
  createdAt: '2026-01-01T00:00:00.0000000Z',
  expiresAt: '2027-01-01T00:00:00.0000000Z',
  attempts: 0,
  claimedTenantId: undefined,
  claimedAt: null,
  claimId: null,
  lastRefusal: undefined,
};

async function insert(table: Table, partition: string, keys: readonly string[], properties: object): Promise<void> {
  for (let at = 0; at < keys.length; at += 50)
    await table.transact(
      partition,
      keys.slice(at, at + 50).map((rowKey) => ({ kind: 'insert', rowKey, properties: { ...properties } })),
    );
}

/** Every page of a list; fails when it does not end. */
async function readPages<T>(read: (cursor: string) => Promise<{ cursor: string | null; shown: T[] }>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null; pages += 1) {
    if (pages > 100) throw new Error('The list does not end');
    const page: { cursor: string | null; shown: T[] } = await read(cursor);
    all.push(...page.shown);
    cursor = page.cursor;
  }
  return all;
}

const withCursor = (query: string, cursor: string): URLSearchParams =>
  new URLSearchParams(cursor === '' ? query : `${query}&cursor=${cursor}`);

/** For work that would go on for ever: it has time for so many looks at the clock. */
function afterLooks(count: number): () => boolean {
  let looks = 0;
  return () => (looks += 1) > count;
}

async function seedTenants(): Promise<{ incidents: MemoryTable; tenants: MemoryTable }> {
  const [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
  for (const number of [1, 2, 3]) {
    await seedRecord(tenants, tenantNumber(number), { displayName: `Customer ${number}` });
    await seedIncidents(incidents, tenantNumber(number), [
      anIncident('1', '2025-12-01T00:00:00Z'),
      anIncident('2', '2025-12-02T00:00:00Z'),
    ]);
  }
  incidents.advance(120);
  return { incidents, tenants };
}

describe('an empty page with a continuation ends no list', () => {
  test('GET /consent-links shows every open link, one page after the other', async () => {
    const table = createMemoryTable();
    const ids = Array.from({ length: 7 }, (_, at) => String(at).padStart(64, '0'));
    for (const id of ids)
      await insert(table, LINKS_PARTITION, [requestKey(id)], {
        ...toRequestRow({ ...LINK, status: id.endsWith('3') ? 'withdrawn' : 'open' }),
      });

    const shown = await readPages(async (cursor) => {
      const query = readConsentLinkQuery(withCursor('pageSize=2', cursor));
      const { consentLinks, cursor: next } = await listConsentLinks(cutBeforeEachPage(table), query);
      return { cursor: next, shown: consentLinks.map(({ id }) => id) };
    });

    expect(shown).toEqual(ids.filter((id) => !id.endsWith('3')));
  });

  test('GET /incidents, /changes and /tenants show everything', async () => {
    const { incidents, tenants } = await seedTenants();
    const cut = cutBeforeEachPage(incidents);
    const names = createTenantNames(cutBeforeEachPage(tenants), systemClock);
    const coverage = createCoverageReader(cut, names, { intervalSeconds: 300, quietIntervalMinutes: 5 }, systemClock);
    const deps = { incidents: cut, names, coverage };

    const listed = await readPages(async (cursor) => {
      const page = await queryIncidents(deps, readIncidentQuery(withCursor('pageSize=4', cursor)));
      return {
        cursor: page.cursor,
        shown: page.incidents.map(({ incidentId, tenantName }) => [tenantName, incidentId]),
      };
    });
    const changed = await readPages(async (cursor) => {
      const query = withCursor('since=2026-01-01T00:00:00Z&pageSize=4', cursor);
      const page = await listChanges(deps, readChangeQuery(query, incidents.serviceTime()));
      return { cursor: page.cursor, shown: page.changes };
    });
    const known = await listTenants({ incidents: cut, coverage, defaultSource: 'defender' }, readTenantQuery([]));

    expect(listed).toHaveLength(6);
    expect(changed).toHaveLength(6);
    expect(known.tenants.map(({ displayName }) => displayName)).toEqual(['Customer 1', 'Customer 2', 'Customer 3']);
  });

  test('all that is too old in the log of changes is deleted, and the clearing ends', async () => {
    const table = createMemoryTable();
    const now = table.serviceTime();
    const keys = Array.from({ length: 250 }, (_, at) =>
      changeLogKey(now - 100n * TICKS_PER_DAY + BigInt(at), TENANT, '1'),
    );
    await insert(table, SHARD, keys, { tenantId: TENANT });

    expect(await clearChangeLog(cutBeforeEachPage(table), SHARD, afterLooks(50))).toEqual({ rows: 250, isDone: true });

    expect(table.rows(SHARD).size).toBe(0);
  });

  test('the outcomes of every old command are deleted', async () => {
    const table = createMemoryTable();
    const keys = Array.from({ length: 150 }, (_, at) => `${String(at).padStart(8, '0')}-0000-4000-8000-000000000000`);
    await insert(table, '2025-12-28', keys, { kind: 'answered', text: '{}' });

    expect(await clearCommandOutcomes(cutBeforeEachPage(table), afterLooks(100))).toEqual({ rows: 150, isDone: true });

    expect(table.rows('2025-12-28').size).toBe(0);
  });

  test('every incident that is too old is deleted', async () => {
    const { incidents } = await seedTenants();
    const table = cutBeforeEachPage(incidents);
    const deps = { table, clock: systemClock, log: () => {}, leaveCampaigns: createLeaveCampaigns(table) };

    const gone = await expireIncidents(
      { ...deps, isOutOfTime: afterLooks(100) },
      TENANT,
      ticksOf('2025-12-01T12:00:00Z'),
    );

    expect(gone).toMatchObject({ gone: 1 });
    expect([...incidents.rows(SHARD).keys()].filter((key) => key.startsWith(`I!${TENANT}!`))).toHaveLength(1);
  });

  test('changes that were logged too late are logged once more', async () => {
    const table = createMemoryTable();
    const late: Table = {
      ...table,
      transact: (...args) => {
        table.advance(100);
        return table.transact(...args);
      },
    };
    await seedIncidents(table, TENANT, []);
    await seedIncidents(late, TENANT, [anIncident('1', '2025-12-01T00:00:00Z')]);
    const countLogged = (): number => [...table.rows(SHARD).keys()].filter((key) => key.startsWith('C!')).length;
    const before = countLogged();

    const cut = cutBeforeEachPage(table);
    const session = await openSession(cut, systemClock, TENANT);
    if (session === undefined) throw new Error('There is no state row');
    await confirmChangeLog(cut, session);

    expect(before).toBeGreaterThan(0);
    expect(countLogged() - before).toBe(1);
  });
});
