import type { SimulatorControl, TruthVersion } from '../../../local/simulator/state/simulator.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import { readIncidentRow } from '../../../shared/domain/rows/read-incident-rows.ts';
import type { TenantRecord } from '../../../shared/domain/tenants/tenant-record.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { readStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { listTenantRecords } from '../../../shared/querying/tenant-names.ts';
import type { PollRecord } from '../cloud/poll-record.ts';
import { compareHistory } from './compare-history.ts';
import { compareIndex } from './compare-index.ts';
import { compareRows } from './compare-rows.ts';
import { createFindings, type ComparisonResult, type Findings } from './comparison.ts';
import { expectedOf, type ExpectedIncident, type Fields } from './expected-content.ts';
import { incidentName } from './row-names.ts';
import { readStoredRows, type StoredRows } from './stored-rows.ts';

export interface ComparedWorld {
  /** Of every stored incident. Default: the Defender API. */
  source?: SourceName;
  control: SimulatorControl;
  tenantId: TenantId;
  polls: readonly PollRecord[];
  incidents: { table: Table };
  tenants: { table: Table };
}

export interface ComparisonOptions {
  /** In the middle of a run: only what `completeThrough` promises of the versions that were visible before this moment. */
  visibleBefore?: Ticks;
  /** Fields that a hostile incident is to have instead, by incident id. */
  instead?: ReadonlyMap<string, Fields>;
  /** Incidents that cannot be stored. */
  except?: readonly string[];
  /** How many stretches of time the tenant shows as unknown. */
  gaps?: number;
  /** Other tenants whose rows may be there. */
  others?: readonly TenantId[];
}

interface Comparison {
  world: ComparedWorld;
  options: ComparisonOptions;
  findings: Findings;
  rows: StoredRows;
  record: TenantRecord;
  state: TenantState;
}

/** Reads everything that is stored and compares it with what the source shows now, both ways. */
export async function compareWithTruth(
  world: ComparedWorld,
  options: ComparisonOptions = {},
): Promise<ComparisonResult> {
  const { control, tenantId } = world;
  const rows = await readStoredRows(world.incidents.table);
  const records = await listTenantRecords(world.tenants.table, shardOf(tenantId));
  const record = records.find((other) => other.tenantId === tenantId);
  const stateRow = rows.take(`S!${tenantId}`);
  if (record === undefined || stateRow === undefined) throw new Error('Cannot compare a tenant that is not registered');
  const state = readStateRow(stateRow);
  const comparison = { world, options, findings: createFindings(), rows, record, state };
  const truth = control.truth(tenantId);
  const versions = Map.groupBy(truth.versions, ({ incidentId }) => incidentId);
  const promised = [...truth.incidents.values()].filter((version) => isPromised(version, state, options));
  if (promised.length === 0) throw new Error('Cannot compare anything: the source has no incident that must be stored');
  for (const version of promised) compareIncident(comparison, version, versions.get(version.incidentId) ?? []);
  if (options.visibleBefore === undefined) {
    compareState(comparison, promised.length);
    compareRest(comparison);
  }
  return comparison.findings.result(promised.length);
}

function isPromised(
  { incidentId, lastUpdateTime, visibleAt }: TruthVersion,
  { completeThrough = 0n }: TenantState,
  { visibleBefore, except = [] }: ComparisonOptions,
): boolean {
  if (except.includes(incidentId)) return false;
  return visibleBefore === undefined || (lastUpdateTime < completeThrough && visibleAt <= visibleBefore);
}

function compareIncident(comparison: Comparison, version: TruthVersion, versions: readonly TruthVersion[]): void {
  const { world, options, findings, rows, record } = comparison;
  const { tenantId, polls, source } = world;
  const contentOf = (other: TruthVersion): ExpectedIncident => {
    const content = expectedOf(other, tenantId, source);
    return { ...content, incident: { ...content.incident, ...options.instead?.get(other.incidentId) } };
  };
  const current = contentOf(version);
  const incidentId = String(current.incident['incidentId']);
  const stored = rows.take(incidentName(tenantId, incidentId));
  if (stored === undefined) {
    findings.add('lost', `incident ${incidentId}`);
    return;
  }
  compareIndex(findings, rows, stored, { tenantId, expected: current });
  compareRows(findings, rows, stored, { version, expected: current, record });
  const { firstCollectedAt, collectedAt } = readIncidentRow(stored);
  const marks = { firstCollectedAt, collectedAt };
  compareHistory(findings, rows, { tenantId, incidentId, versions, current, contentOf, polls, ...marks });
}

function compareState({ world, options, findings, state }: Comparison, count: number): void {
  const { completeThrough, storedIncidents, looseGenerations, looseIndexes, gaps } = state;
  if (completeThrough === undefined || completeThrough > world.control.now())
    findings.add('stale', 'completeThrough is not in the past');
  if (storedIncidents !== count) findings.add('stale', `storedIncidents is ${storedIncidents}`);
  if (gaps.length !== (options.gaps ?? 0)) findings.add('lost', `${gaps.length} gaps`);
  if (looseGenerations.length > 0) findings.add('duplicates', `${looseGenerations.length} generations of alerts`);
  if (looseIndexes.length > 0) findings.add('duplicates', `${looseIndexes.length} parts of the index`);
}

/** Whatever no incident of the source accounts for: old list rows, alerts of old generations, another tenant's content. */
function compareRest({ options: { others = [] }, findings, rows }: Comparison): void {
  for (const { rowKey, properties } of rows.rest())
    if (!others.some((tenantId) => properties['tenantId'] === tenantId)) findings.add('duplicates', rowKey);
}
