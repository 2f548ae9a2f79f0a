import { listTenantRecords } from '../../shared/tenant-names.ts';
import { readIncidentRow } from '../../shared/domain/read-incident-rows.ts';
import { shardOf, type TenantId } from '../../shared/domain/tenant-id.ts';
import type { TenantState } from '../../shared/domain/tenant-state.ts';
import { readStateRow } from '../../shared/domain/tenant-state-row.ts';
import type { RowProperties } from '../../shared/domain/table-row.ts';
import type { SimulatorControl, TruthVersion } from '../../local/simulator/simulator.ts';
import type { Table } from '../../shared/ports/table.ts';
import { compareHistory } from './compare-history.ts';
import { compareRows } from './compare-rows.ts';
import { createFindings, type ComparisonResult, type Findings } from './comparison.ts';
import { expectedOf, type Fields } from './expected-content.ts';
import type { PollRecord } from './poll-record.ts';
import { incidentName } from './row-names.ts';
import { readStoredRows, type StoredRows } from './stored-rows.ts';

export interface ComparedWorld {
  control: SimulatorControl;
  tenantId: TenantId;
  polls: readonly PollRecord[];
  incidents: { table: Table };
  tenants: { table: Table };
}

export interface ComparisonOptions {
  /** Fields that a hostile incident is to have instead, by incident id. */
  instead?: ReadonlyMap<string, Fields>;
  /** Other tenants whose rows may be there. */
  others?: readonly TenantId[];
}

/** Reads everything that is stored and compares it with what the source shows now, both ways. */
export async function compareWithTruth(
  world: ComparedWorld,
  options: ComparisonOptions = {},
): Promise<ComparisonResult> {
  const { control, tenantId } = world;
  const findings = createFindings();
  const rows = await readStoredRows(world.incidents.table);
  const [record] = (await listTenantRecords(world.tenants.table, shardOf(tenantId))).filter(
    (other) => other.tenantId === tenantId,
  );
  const state = rows.take(`S!${tenantId}`);
  if (record === undefined || state === undefined) throw new Error('Cannot compare a tenant that is not registered');
  const truth = control.truth(tenantId);
  const versions = Map.groupBy(truth.versions, ({ incidentId }) => incidentId);
  for (const version of truth.incidents.values()) {
    const { incidentId } = version;
    const content = expectedOf(version, tenantId);
    const expected = { ...content, incident: { ...content.incident, ...options.instead?.get(incidentId) } };
    const stored = rows.take(incidentName(tenantId, incidentId));
    compareRows(findings, rows, stored, { version, expected, record });
    if (stored === undefined) continue;
    const { firstCollectedAt, collectedAt } = readIncidentRow(stored);
    const past = { tenantId, incidentId, versions: versions.get(incidentId) ?? [], current: expected };
    compareHistory(findings, rows, { ...past, polls: world.polls, firstCollectedAt, collectedAt });
  }
  compareState(findings, readStateRow(state), [...truth.incidents.values()], control.now());
  compareRest(findings, rows, [tenantId, ...(options.others ?? [])]);
  if (truth.incidents.size === 0) throw new Error('Cannot compare anything: the source has no incident');
  return findings.result(truth.incidents.size);
}

function compareState(
  findings: Findings,
  { completeThrough, storedIncidents, looseGenerations }: TenantState,
  current: readonly TruthVersion[],
  now: bigint,
): void {
  if (completeThrough !== undefined && completeThrough > now)
    findings.add('stale', 'completeThrough lies in the future');
  if (storedIncidents !== current.length) findings.add('stale', `storedIncidents is ${storedIncidents}`);
  if (looseGenerations.length > 0) findings.add('duplicates', `${looseGenerations.length} generations of alerts`);
}

/** Whatever no incident of the source accounts for: old list rows, alerts of old generations, another tenant's content. */
function compareRest(findings: Findings, rows: StoredRows, tenantIds: readonly TenantId[]): void {
  for (const { rowKey, shard, properties } of rows.rest()) {
    const others = tenantIds.slice(1);
    if (!others.some((tenantId) => isOf(tenantId, rowKey, shard, properties))) findings.add('duplicates', rowKey);
  }
}

function isOf(tenantId: TenantId, rowKey: string, shard: string, properties: RowProperties): boolean {
  return rowKey.includes(tenantId) && shard === shardOf(tenantId) && properties['tenantId'] === tenantId;
}
