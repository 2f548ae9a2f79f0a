import type { SourceName } from '../domain/incidents/incident.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import type { ErasedRows } from '../domain/tenants/erasure.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { shownStatus, type ShownStatus } from '../domain/views/tenant-view.ts';
import type { Table } from '../ports/table.ts';
import { tenantNotFound } from '../querying/get-tenant.ts';
import type { AuditLog } from '../storing/audit.ts';

/** How far a tenant's offboarding has come. */
export interface OffboardingView {
  tenantId: string;
  /** `erased`: nothing is stored any more. */
  status: ShownStatus | 'erased';
  /** When the erasure was ordered; `null` when it was not. */
  startedAt: string | null;
  erasedAt: string | null;
  /** Rows erased so far. */
  erased: ErasedRows | null;
  /** Rows that the count at the end has found. */
  remaining: number | null;
  accessStillPossible: boolean | null;
  accessCheckedAt: string | null;
  /** What is left to do, as sentences. */
  nextSteps: string[];
}

export interface OffboardingDeps {
  incidents: Table;
  audit: AuditLog;
  /** The application ids of the app's registrations, by which the customer finds them. */
  clientIds: Readonly<Record<SourceName, string>>;
}

/** What was erased of a tenant and whether the app could still read it; a 404 when it was never here. */
export async function getOffboarding(deps: OffboardingDeps, tenantId: TenantId): Promise<OffboardingView> {
  const row = await deps.incidents.get(shardOf(tenantId), stateKey(tenantId));
  if (row !== undefined) {
    const state = readStateRow(row.properties);
    const { purge } = state;
    const startedAt = purge === undefined ? null : formatTicks(purge.startedAt);
    const known = { tenantId, status: shownStatus(state), startedAt, erased: purge?.erased ?? null };
    const nextSteps = state.status === 'purging' ? [WAIT, ...removalSteps(deps)] : [DELETE, ...removalSteps(deps)];
    return { ...known, erasedAt: null, remaining: null, accessStillPossible: null, accessCheckedAt: null, nextSteps };
  }
  const erasure = await deps.audit.getErasure(tenantId);
  if (erasure === undefined) throw tenantNotFound(tenantId);
  return { ...erasure, status: 'erased', nextSteps: erasure.accessStillPossible === false ? [] : removalSteps(deps) };
}

const WAIT = 'The rows are being erased: ask again in some minutes';
const DELETE =
  'Stop the collection with DELETE /tenants/{tenantId}, then erase what is stored with DELETE /tenants/{tenantId}?purge=true';

/** Only the customer can end what the customer has granted. */
function removalSteps({ clientIds }: OffboardingDeps): string[] {
  const ids = [...new Set([clientIds.defender, clientIds.graph])];
  return [
    `An administrator of the customer opens entra.microsoft.com, Identity, Applications, Enterprise applications, and searches for the application id ${ids.join(', then for ')}`,
    'There, under Properties, the administrator selects Delete; this ends every permission that the app has in the tenant',
    'Ask again the next day: accessStillPossible is false as soon as Entra refuses the app, about an hour after that at the latest',
  ];
}
