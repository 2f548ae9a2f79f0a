import { createHash } from 'node:crypto';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import type { Alert, Incident, ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import type { IncidentVersion } from '../../shared/domain/rows/draft-incident-rows.ts';
import { ALERT_KEY_COLUMNS, readAlertKey, readIncidentRow } from '../../shared/domain/rows/read-incident-rows.ts';
import { alertRange, incidentKey, stateKey } from '../../shared/domain/rows/row-keys.ts';
import { NOTHING_ERASED, type Erasure } from '../../shared/domain/tenants/erasure.ts';
import { toTenantRow, type TenantRecord } from '../../shared/domain/tenants/tenant-record.ts';
import { newTenantState, type TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import { toStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import { readTenantId, shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, readTicks, type Ticks } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { openSession } from '../../shared/storing/tenant-session.ts';
import { writeIncidents } from '../../shared/storing/write-incidents.ts';

/** Tenant ids that differ in their last digits and lie in many shards. */
export function tenantNumber(number: number): TenantId {
  const tenantId = readTenantId(`00000000-0000-4000-8000-${number.toString().padStart(12, '0')}`);
  if (tenantId === undefined) throw new Error(`There is no tenant ${number}`);
  return tenantId;
}

export function ticksOf(time: string): Ticks {
  const ticks = readTicks(time);
  if (ticks === undefined) throw new Error(`${time} is no time`);
  return ticks;
}

export function anIncident(incidentId: string, at: string, fields: Partial<Incident> = {}): Incident {
  return {
    incidentId,
    name: `Incident ${incidentId}`,
    status: 'active',
    severity: 'medium',
    classification: null,
    determination: null,
    assignedTo: null,
    createdTime: formatTicks(ticksOf(at)),
    redirectIncidentId: null,
    tags: [],
    comments: [],
    alertsCount: 0,
    serviceSources: ['microsoftDefenderForEndpoint'],
    categories: [],
    mitreTechniques: [],
    devices: [],
    users: [],
    url: null,
    source: 'defender',
    ...fields,
    lastUpdateTime: formatTicks(ticksOf(at)),
  };
}

export function anAlert(incidentId: string, alertId: string): Alert {
  return {
    alertId,
    incidentId,
    title: `Alert ${alertId}`,
    description: null,
    severity: 'medium',
    status: 'new',
    category: 'execution',
    classification: null,
    determination: null,
    serviceSource: 'microsoftDefenderForEndpoint',
    detectionSource: null,
    createdTime: null,
    lastUpdateTime: null,
    firstActivity: null,
    lastActivity: null,
    resolvedTime: null,
    assignedTo: null,
    mitreTechniques: [],
    devices: [],
    users: [],
    entities: [],
  };
}

function toObserved(incident: Incident, alerts: Alert[]): ObservedIncident {
  const contentHash = createHash('sha256')
    .update(JSON.stringify([incident, alerts]))
    .digest('hex')
    .slice(0, 32);
  return {
    incident,
    alerts,
    updatedAt: ticksOf(incident.lastUpdateTime),
    timeAssumed: false,
    contentHash,
    sourceJson: '{}',
  };
}

/** Writes the tenant's state row as registration does, with what the test wants to be different. */
export async function seedState(table: Table, tenantId: TenantId, fields: Partial<TenantState> = {}): Promise<void> {
  const state = { ...newTenantState(tenantId, 'defender', table.serviceTime()), ...fields };
  await table.transact(shardOf(tenantId), [
    { kind: 'upsert', rowKey: stateKey(tenantId), properties: toStateRow(state) },
  ]);
}

export async function seedRecord(table: Table, tenantId: TenantId, fields: Partial<TenantRecord> = {}): Promise<void> {
  const blank = { displayName: null, customer: null, labels: [], consentedAt: null, deletedAt: null, createdAt: null };
  const properties = toTenantRow({ tenantId, ...blank, ...fields });
  await table.transact(shardOf(tenantId), [{ kind: 'upsert', rowKey: tenantId, properties }]);
}

/** Commits incidents exactly as the collector does; one that is stored already moves to its new version. */
export async function seedIncidents(
  table: Table,
  tenantId: TenantId,
  incidents: readonly Incident[],
  alerts: Alert[] = [],
): Promise<void> {
  let session = await openSession(table, systemClock, tenantId);
  if (session === undefined) await seedState(table, tenantId, { status: 'active' });
  session ??= await openSession(table, systemClock, tenantId);
  if (session === undefined) throw new Error('The state row was just written');
  for (let at = 0; at < incidents.length; at += 100) {
    const listed = await Promise.all(
      incidents.slice(at, at + 100).map(async (incident) => ({
        listedAt: ticksOf(incident.lastUpdateTime),
        version: await toVersion(table, tenantId, toObserved(incident, alerts)),
      })),
    );
    await writeIncidents({ table, session, log: noLog }, listed, (state) => state);
  }
}

function noLog(): void {
  // Nothing of a seed is worth a line.
}

async function toVersion(table: Table, tenantId: TenantId, observed: ObservedIncident): Promise<IncidentVersion> {
  const { incidentId } = observed.incident;
  const row = await table.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  const stored = row === undefined ? undefined : readIncidentRow(row.properties);
  const range = alertRange(tenantId, incidentId, stored?.generation ?? 1);
  const { rows } = await table.list(shardOf(tenantId), range, { select: ALERT_KEY_COLUMNS });
  return { tenantId, observed, stored, storedAlerts: rows.map(readAlertKey), isBackfill: false, wentBack: false };
}

/** What is remembered of an erased tenant. */
export function anErasure(tenantId: TenantId): Erasure {
  const [startedAt, erasedAt] = ['2026-01-01T00:00:00.0000000Z', '2026-01-01T00:01:00.0000000Z'];
  const unknown = { accessStillPossible: null, accessCheckedAt: null };
  return { tenantId, startedAt, erasedAt, erased: NOTHING_ERASED, remaining: 0, ...unknown };
}
