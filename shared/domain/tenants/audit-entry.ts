import { ROW_VERSION } from '../rows/incident-rows.ts';
import { buildRow } from '../rows/row-limits.ts';
import type { RowProperties } from '../values/table-row.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { formatTicks, type Ticks } from '../values/ticks.ts';

export type AuditAction =
  | 'change-tenant'
  | 'approve-tenant'
  | 'reject-tenant'
  | 'delete-tenant'
  | 'purge-tenant'
  | 'tenant-erased'
  | 'recall-command'
  | 'collect-now'
  | 'create-link'
  | 'withdraw-link'
  | 'consent-proven'
  | 'consent-refused';

/** Who did what to which tenant. Holds no customer content: a purge erases names and incidents, and the audit stays. */
export interface AuditEntry {
  /** The name of a signed-in operator, else what let the caller in; see `readActor`. */
  actor: string;
  action: AuditAction;
  tenantId: TenantId | null;
  /** Codes, ids and names of properties. */
  detail?: string;
  /** Names an event that may be recorded by more than one process or more than once: it is kept once. */
  event?: { at: Ticks; id: string };
}

export interface AuditPlace {
  partitionKey: string;
  rowKey: string;
}

/** Table `Audit`: one partition a month, in the order of time. */
export function auditPlace({ event }: AuditEntry, fallback: { at: Ticks; id: string }): AuditPlace {
  const { at, id } = event ?? fallback;
  return { partitionKey: formatTicks(at).slice(0, 7), rowKey: `${at.toString().padStart(19, '0')}!${id}` };
}

export function toAuditRow({ actor, action, tenantId, detail, event }: AuditEntry, now: Ticks): RowProperties {
  const row = buildRow();
  row.set('v', ROW_VERSION);
  row.set('at', formatTicks(event?.at ?? now));
  row.line('actor', actor);
  row.set('action', action);
  row.set('tenantId', tenantId);
  row.line('detail', detail ?? null);
  return row.finish();
}

/** Partition of the tenants that were registered once and whose rows were erased since; the row key is the tenant id. */
export const ERASED_PARTITION = 'erased';
