import { randomUUID } from 'node:crypto';
import type { AuditLog } from './audit.ts';
import { changeControl } from './change-control.ts';
import type { SourceName } from './domain/incident.ts';
import { stateKey } from './domain/row-keys.ts';
import { readTenantRow, toTenantRow, type TenantRecord } from './domain/tenant-record.ts';
import { newTenantState, type TenantState } from './domain/tenant-state.ts';
import { readStateRow, toStateRow } from './domain/tenant-state-row.ts';
import { shardOf, type TenantId } from './domain/tenant-id.ts';
import { describeChange, type TenantChange } from './domain/tenant-change.ts';
import type { TenantView } from './domain/tenant-view.ts';
import { formatTicks } from './domain/ticks.ts';
import { AppError, hasCode } from './errors.ts';
import { getTenant } from './get-tenant.ts';
import type { RegistryDeps } from './list-tenants.ts';
import type { Clock } from './ports/clock.ts';

export interface RegisterDeps extends RegistryDeps {
  clock: Clock;
  defaultSource: SourceName;
  audit: AuditLog;
  /** Called when the tenant was written, so that this process shows it at once. */
  onChanged(tenantId: TenantId): void;
}

export interface RegisteredTenant {
  tenant: TenantView;
  isNew: boolean;
}

/**
 * Registers an unknown tenant as `pending`, or changes what is given of a known one. The state row comes first: whatever stops
 * this half-way, the same call again finishes it.
 */
export async function registerTenant(
  deps: RegisterDeps,
  tenantId: TenantId,
  change: TenantChange,
  actor: string,
): Promise<RegisteredTenant> {
  await deps.audit.record({ actor, action: 'change-tenant', tenantId, detail: describeChange(change) });
  const hasNewState = await saveState(deps, tenantId, change);
  const hasNewRecord = await saveRecord(deps, tenantId, change);
  deps.onChanged(tenantId);
  return { tenant: await getTenant(deps, tenantId), isNew: hasNewState || hasNewRecord };
}

async function saveState(deps: RegisterDeps, tenantId: TenantId, change: TenantChange): Promise<boolean> {
  const { incidents, clock } = deps;
  const known = await changeControl(incidents, clock, tenantId, (state) => decideControl(state, change));
  if (known !== undefined) return false;
  if (await insertState(deps, tenantId, change)) return true;
  // Another call registered it in between.
  await changeControl(incidents, clock, tenantId, (state) => decideControl(state, change));
  return false;
}

function decideControl(state: TenantState, { source, paused }: TenantChange): { isPaused: boolean } | undefined {
  const { tenantId } = state;
  if (state.status === 'purging')
    throw new AppError('caller', 'tenant-purging', `Cannot change tenant ${tenantId}: its rows are being erased`, {
      status: 409,
      action: 'Wait until the tenant is not found any more, then register it again',
    });
  if (source !== undefined && source !== state.source)
    throw new AppError(
      'caller',
      'source-not-built',
      `Cannot change the source of tenant ${tenantId} to "${source}" as a change of source is not built yet: current value is "${state.source}"`,
      {
        status: 409,
        action: 'Leave the source out',
      },
    );
  return paused === undefined || paused === state.isPaused ? undefined : { isPaused: paused };
}

/** False when there is a state row already that is not of this call. */
async function insertState(
  { incidents, defaultSource }: RegisterDeps,
  tenantId: TenantId,
  change: TenantChange,
): Promise<boolean> {
  const shard = shardOf(tenantId);
  // Names this registration: a repeat inside the SDK can report a row of our own first success.
  const commitId = randomUUID();
  const state = newTenantState(tenantId, change.source ?? defaultSource, incidents.serviceTime());
  const properties = toStateRow({ ...state, commitId, isPaused: change.paused ?? false });
  try {
    await incidents.transact(shard, [{ kind: 'insert', rowKey: stateKey(tenantId), properties }]);
    return true;
  } catch (error) {
    if (!hasCode(error, 'row-exists')) throw error;
    const row = await incidents.get(shard, stateKey(tenantId));
    return row !== undefined && readStateRow(row.properties).commitId === commitId;
  }
}

const RECORD_TRIES = 5;

async function saveRecord(
  { tenants, incidents }: RegisterDeps,
  tenantId: TenantId,
  change: TenantChange,
): Promise<boolean> {
  const shard = shardOf(tenantId);
  for (let attempt = 1; ; attempt++) {
    const row = await tenants.get(shard, tenantId);
    const known = row === undefined ? undefined : readTenantRow(row);
    const blank = {
      displayName: null,
      customer: null,
      labels: [],
      consentedAt: null,
      createdAt: formatTicks(incidents.serviceTime()),
    };
    const record = applyNames(known ?? { tenantId, ...blank }, change);
    if (known !== undefined && JSON.stringify(record) === JSON.stringify(known)) return false;
    try {
      const properties = toTenantRow(record);
      await tenants.transact(shard, [
        row === undefined
          ? { kind: 'insert', rowKey: tenantId, properties }
          : { kind: 'replace', rowKey: tenantId, properties, ifMatch: row.etag },
      ]);
      return row === undefined;
    } catch (error) {
      const isRace = ['row-exists', 'row-missing', 'precondition-failed'].some((code) => hasCode(error, code));
      if (!isRace || attempt === RECORD_TRIES) throw error;
    }
  }
}

function applyNames(record: TenantRecord, { displayName, customer, labels }: TenantChange): TenantRecord {
  return {
    ...record,
    ...(displayName !== undefined && { displayName }),
    ...(customer !== undefined && { customer }),
    ...(labels !== undefined && { labels }),
  };
}
