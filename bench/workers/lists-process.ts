// Started by the sections of lists and of the board: the queries of the API on a table that holds the lists of many incidents.
import { createAzureTable } from '../../shared/adapters/storage/azure-table.ts';
import { createTableClient } from '../../shared/adapters/storage/table-client.ts';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import type { Incident } from '../../shared/domain/incidents/incident.ts';
import { countCreated, NOTHING_CREATED } from '../../shared/domain/incidents/created-counts.ts';
import { NOTHING_TOLD } from '../../shared/domain/observables/told.ts';
import { readChangeQuery } from '../../shared/domain/queries/change-query.ts';
import { readIncidentQuery } from '../../shared/domain/queries/incident-query.ts';
import { readTrendQuery } from '../../shared/domain/queries/trend-query.ts';
import { toChangeLogRow, toListRow } from '../../shared/domain/rows/incident-rows.ts';
import { changeLogKey, feedKey, openKey, stateKey, tenantListKey } from '../../shared/domain/rows/row-keys.ts';
import { newTenantState } from '../../shared/domain/tenants/tenant-state.ts';
import { toTenantRow } from '../../shared/domain/tenants/tenant-record.ts';
import { toStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import type { RowOperation } from '../../shared/domain/values/table-row.ts';
import { readTenantId, shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import {
  formatTicks,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  ticksFromMs,
  type Ticks,
} from '../../shared/domain/values/ticks.ts';
import { mapLimited } from '../../shared/domain/values/map-limited.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { getTrend } from '../../shared/querying/get-trend.ts';
import { listChanges } from '../../shared/querying/list-changes.ts';
import { queryIncidents, type QueryDeps } from '../../shared/querying/query-incidents.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { serveCommands } from '../process/serve-commands.ts';
import { countRequests } from './count-requests.ts';

const TENANTS = Array.from({ length: 64 }, (_, number): TenantId => {
  const tenantId = readTenantId(`22222222-2222-4222-8222-${String(number + 1).padStart(12, '0')}`);
  if (tenantId === undefined) throw new Error('The ids of these tenants are no ids');
  return tenantId;
});
const NEWEST = ticksFromMs(Date.UTC(2026, 0, 1));
const ROWS_AT_ONCE = 99;
const PARTITIONS_AT_ONCE = 16;

/** What is stored. */
export interface ListedFleet {
  incidents: number;
  /** At most 64. */
  tenants: number;
  /** How many of ten incidents are open. */
  openOfTen: number;
}

/** The newest are the same in every size. */
function listRows(number: number, { tenants, openOfTen }: ListedFleet): { shard: string; rows: RowOperation[] } {
  const tenantId = TENANTS[number % tenants] as TenantId;
  const updatedAt = NEWEST - BigInt(number) * TICKS_PER_MINUTE;
  const at = formatTicks(updatedAt);
  const isOpen = number % 10 < openOfTen;
  const incident: Incident = {
    incidentId: String(1_000_000 - number),
    name: 'Multi-stage incident on one endpoint',
    status: isOpen ? 'active' : 'resolved',
    severity: number % 3 === 0 ? 'high' : 'low',
    classification: null,
    determination: null,
    assignedTo: null,
    createdTime: at,
    lastUpdateTime: at,
    redirectIncidentId: null,
    tags: [],
    comments: [],
    alertsCount: 3,
    serviceSources: ['microsoftDefenderForEndpoint'],
    categories: ['Malware'],
    mitreTechniques: ['T1059'],
    devices: [],
    users: [],
    url: null,
    source: 'defender',
  };
  const properties = toListRow(incident, { tenantId, contentHash: '', firstCollectedAt: at, collectedAt: at });
  const keys = [
    feedKey(tenantId, incident.incidentId, updatedAt),
    tenantListKey(tenantId, incident.incidentId, updatedAt),
    ...(isOpen ? [openKey(tenantId, incident.incidentId, updatedAt)] : []),
  ];
  const storedAt = ticksFromMs(Date.now()) - TICKS_PER_HOUR + BigInt(number);
  const logged = toChangeLogRow({
    storedAt: formatTicks(storedAt),
    tenantId,
    incident,
    kind: 'appeared',
    isBackfill: true,
    changes: [{ field: 'created', from: null, to: at }],
    told: NOTHING_TOLD,
  });
  const rows = keys.map((rowKey): RowOperation => ({ kind: 'upsert', rowKey, properties }));
  return {
    shard: shardOf(tenantId),
    rows: [
      ...rows,
      { kind: 'upsert', rowKey: changeLogKey(storedAt, tenantId, incident.incidentId), properties: logged },
    ],
  };
}

/** The tenant's row counts as many incidents as it has, spread over 30 days. */
function stateRow(tenantId: TenantId, incidents: number, now: Ticks): RowOperation {
  const come = Array.from({ length: incidents }, (_, number) => ({
    severity: number % 3 === 0 ? 'high' : 'low',
    createdTime: formatTicks(now - (30n * TICKS_PER_DAY * BigInt(number)) / BigInt(incidents)),
  }));
  const created = countCreated(NOTHING_CREATED, { gone: [], come }, now);
  const read = { status: 'active', completeFrom: now - 30n * TICKS_PER_DAY, completeThrough: now } as const;
  const properties = toStateRow({ ...newTenantState(tenantId, 'defender', now), ...read, created });
  return { kind: 'upsert', rowKey: stateKey(tenantId), properties };
}

function registryRow(tenantId: TenantId, displayName: string): RowOperation {
  const blank = { customer: null, labels: [], consentedAt: null, deletedAt: null, createdAt: null };
  return { kind: 'upsert', rowKey: tenantId, properties: toTenantRow({ tenantId, displayName, ...blank }) };
}

const open = (connectionString: string, name: string) =>
  createAzureTable(createTableClient({ kind: 'connection-string', connectionString }, name), systemClock);

async function seed(connectionString: string, fleet: ListedFleet): Promise<void> {
  const { incidents } = fleet;
  const tenantIds = TENANTS.slice(0, fleet.tenants);
  const table = open(connectionString, 'Incidents');
  const byShard = new Map<string, RowOperation[]>();
  for (let number = 0; number < incidents; number += 1) {
    const { shard, rows } = listRows(number, fleet);
    byShard.set(shard, [...(byShard.get(shard) ?? [])].concat(rows));
  }
  const now = table.serviceTime();
  const registry = open(connectionString, 'Tenants');
  for (const [number, tenantId] of tenantIds.entries()) {
    await table.transact(shardOf(tenantId), [stateRow(tenantId, Math.ceil(incidents / tenantIds.length), now)]);
    await registry.transact(shardOf(tenantId), [registryRow(tenantId, `Customer ${number + 1}`)]);
  }
  await mapLimited([...byShard], PARTITIONS_AT_ONCE, async ([shard, rows]) => {
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
      await table.transact(shard, rows.slice(at, at + ROWS_AT_ONCE));
  });
}

export interface QueryCost {
  requests: number;
  ms: number;
}

/** What each page of a query costs, the first one left out, as it also reads names and coverage. */
async function ask(connectionString: string, query: string, rounds: number): Promise<QueryCost[]> {
  const { table, requests } = countRequests(open(connectionString, 'Incidents'));
  const names = createTenantNames(open(connectionString, 'Tenants'), systemClock);
  const settings = { intervalSeconds: 300, quietIntervalMinutes: 5 };
  const coverage = createCoverageReader(open(connectionString, 'Audit'), names, settings, systemClock);
  const costs: QueryCost[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const before = requests();
    const startedMs = performance.now();
    await answer({ incidents: table, names, coverage }, query);
    costs.push({ requests: requests() - before, ms: performance.now() - startedMs });
  }
  return costs.slice(1);
}

function answer(deps: QueryDeps, query: string): Promise<unknown> {
  const parameters = new URLSearchParams(query.split('?').at(-1));
  if (query.startsWith('/trend')) return getTrend(deps, readTrendQuery(parameters));
  if (!query.startsWith('/changes')) return queryIncidents(deps, readIncidentQuery(parameters));
  const now = deps.incidents.serviceTime();
  parameters.set('since', formatTicks(now - TICKS_PER_DAY));
  return listChanges(deps, readChangeQuery(parameters, now));
}

serveCommands({
  seed: ({ connectionString, ...fleet }: { connectionString: string } & ListedFleet) => seed(connectionString, fleet),
  ask: ({ connectionString, query, rounds }: { connectionString: string; query: string; rounds: number }) =>
    ask(connectionString, query, rounds),
});
