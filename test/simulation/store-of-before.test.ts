import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { readReportRow } from '../../shared/domain/collection/credential-report.ts';
import { readSliceMessage } from '../../shared/domain/collection/slice.ts';
import { readCommandMessage, readOutcomeRow } from '../../shared/domain/commands/tenant-command.ts';
import { readWaitingRow } from '../../shared/domain/commands/waiting-commands.ts';
import { readRequestRow } from '../../shared/domain/consent/consent-request.ts';
import { readDefenderPage } from '../../shared/domain/defender/read-defender-page.ts';
import { readChangeQuery } from '../../shared/domain/queries/change-query.ts';
import { readIncidentDetailQuery } from '../../shared/domain/queries/incident-detail-query.ts';
import { readIncidentQuery } from '../../shared/domain/queries/incident-query.ts';
import { readCleanUpMessage } from '../../shared/domain/removal/clean-up-task.ts';
import { readPurgeMessage } from '../../shared/domain/removal/purge-message.ts';
import { readTenantRow } from '../../shared/domain/tenants/tenant-record.ts';
import type { RowProperties } from '../../shared/domain/values/table-row.ts';
import { readTenantId, shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../shared/domain/values/ticks.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { getIncident } from '../../shared/querying/get-incident.ts';
import { listChanges } from '../../shared/querying/list-changes.ts';
import { queryIncidents } from '../../shared/querying/query-incidents.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import { asTable } from './basics/sim-table.ts';
import { buildTenant, HOUR_MS, startPoll, startSmallWorld, type SmallWorld } from './small-world.ts';

interface Store {
  /** All rows of the table `Incidents` after a worker died in the middle of a first read: five of eight incidents are stored. */
  incidents: { partition: string; rowKey: string; properties: RowProperties }[];
  registry: RowProperties;
  link: RowProperties;
  waiting: RowProperties;
  outcomes: RowProperties[];
  report: RowProperties;
  /** What the source answered of four of them. */
  page: unknown;
  messages: { slice: unknown; purge: unknown; cleanUps: unknown[]; command: unknown };
}

/** JSON has no big numbers and no bytes. */
function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('bigint' in value) return BigInt(String(value.bigint));
  return 'bytes' in value ? Buffer.from(String(value.bytes), 'base64') : value;
}

/** Written by the version of 30 November 2026, before the source was sorted into rooms. Never write it anew: add a later one. */
const STORE = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'store-of-before.json'), 'utf8'),
  revive,
) as Store;
const INCIDENTS = 8;
const TENANT = readTenant();

function readTenant(): TenantId {
  const tenantId = readTenantId('10000000-0000-4000-8000-000000000000');
  if (tenantId === undefined) throw new Error('The tenant id of this test is no GUID');
  return tenantId;
}

let small: SmallWorld;
beforeEach(() => {
  small = startSmallWorld(buildTenant(INCIDENTS), 4);
  const { table, time } = small.world;
  for (const { partition, rowKey, properties } of STORE.incidents)
    table.apply(partition, [{ kind: 'upsert', rowKey, properties }], time.now());
});

const rowsOf = (kind: string): string[] =>
  small.world.table
    .rows()
    .map(({ rowKey }) => rowKey)
    .filter((rowKey) => rowKey.startsWith(`${kind}!`));

describe('a store written by the version before is read by this one', () => {
  function openQueries() {
    const { table, time } = small.world;
    const incidents = asTable(table, () => ticksFromMs(time.now()));
    const registry = { ...incidents, list: async () => ({ rows: [], next: undefined }) };
    const names = createTenantNames(registry, systemClock);
    const settings = { intervalSeconds: 300, quietIntervalMinutes: 5 };
    return { incidents, names, coverage: createCoverageReader(incidents, names, settings, systemClock) };
  }

  test('its incidents, with alerts and history, and its log of changes', async () => {
    await small.world.time.run(small.world.time.now() + HOUR_MS);
    const queries = openQueries();
    const { incidents } = await queryIncidents(queries, readIncidentQuery(new URLSearchParams()));
    expect(incidents.map(({ incidentId }) => incidentId).sort()).toEqual(['1003', '1004', '1005', '1006', '1007']);

    const detail = await getIncident(queries, readIncidentDetailQuery(TENANT, '1003', new URLSearchParams()));
    expect(detail.alerts).toHaveLength(105);
    expect(detail.history).toHaveLength(1);

    const since = new URLSearchParams({ since: '2026-02-01T00:00:00Z' });
    const { changes } = await listChanges(queries, readChangeQuery(since, queries.incidents.serviceTime()));
    expect(changes).toHaveLength(5);
  });

  test('its first read goes on where the worker died, and stores nothing twice', async () => {
    const before = small.state();
    expect(before).toMatchObject({ status: 'pending', storedIncidents: 5, longestPage: 4 });
    expect(before.backfill?.bounds).toHaveLength(1);
    const { world } = small;
    await world.time.run(world.time.now() + HOUR_MS);
    for (let poll = 0; poll < 4; poll += 1) {
      startPoll(small, undefined);
      await world.time.run(world.time.now() + HOUR_MS);
    }
    const after = small.state();
    expect(after).toMatchObject({ status: 'active', storedIncidents: INCIDENTS, live: undefined, backfill: undefined });
    expect(after.completeThrough).toBeGreaterThan(before.completeThrough ?? 0n);
    expect([rowsOf('I').length, rowsOf('H').length, rowsOf('C').length]).toEqual([INCIDENTS, INCIDENTS, INCIDENTS]);
  });

  test('no incident looks changed when the source answers the same', () => {
    const context = { tenantId: TENANT, portalUrl: 'https://security.microsoft.com', updatedFrom: 0n };
    const { incidents } = readDefenderPage(JSON.stringify(STORE.page), context);
    const hashes = new Map(
      STORE.incidents
        .filter(({ rowKey }) => rowKey.startsWith('I!'))
        .map(({ properties }) => [properties['incidentId'], properties['contentHash']]),
    );
    expect(incidents).toHaveLength(4);
    for (const { incident, contentHash } of incidents) expect(hashes.get(incident.incidentId)).toBe(contentHash);
  });

  test('what is kept beside them: registry, link, waiting commands, outcomes, credential', () => {
    const record = readTenantRow({ rowKey: TENANT, etag: '', properties: STORE.registry, writtenAtMs: 0 });
    expect(record).toMatchObject({ displayName: 'Northwind', customer: 'Northwind Group', labels: ['gold'] });
    const link = readRequestRow({ rowKey: `R!${'a'.repeat(64)}`, etag: '', properties: STORE.link, writtenAtMs: 0 });
    expect(link).toMatchObject({
      status: 'open',
      tenantId: TENANT,
      attempts: 1,
      lastRefusal: { code: 'not-licensed' },
    });
    const { commands } = readWaitingRow(STORE.waiting);
    expect(commands).toMatchObject([{ method: 'requestCollection', attempts: 1, isTakenBack: false }]);
    const outcomes = STORE.outcomes.map(readOutcomeRow);
    expect(outcomes).toMatchObject([
      { kind: 'answered', answer: 'unknown' },
      {
        kind: 'failed',
        error: { code: 'tenant-not-active', blame: 'caller', status: 409, action: 'Look at the tenant' },
      },
    ]);
    expect(readReportRow(STORE.report)).toMatchObject({ problem: { code: 'vault-forbidden', blame: 'partner' } });
  });
});

test('queue messages written by the version before are read by this one', () => {
  const { slice, purge, cleanUps, command } = STORE.messages;
  expect(readSliceMessage(slice)).toMatchObject({ tenantIds: [TENANT], isNextTurn: true });
  expect(readPurgeMessage(purge)).toBe(TENANT);
  expect(cleanUps.map(readCleanUpMessage)).toEqual([{ kind: 'incidents', tenantIds: [TENANT] }]);
  expect(readCommandMessage(command)).toMatchObject({ command: { method: 'requestCollection' }, isListed: true });
  expect(shardOf(TENANT)).toBe(STORE.incidents[0]?.partition);
});
