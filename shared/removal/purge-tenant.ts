import { leaveAllCampaigns } from '../campaigns/leave-campaigns.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import { NOTHING_ERASED } from '../domain/tenants/erasure.ts';
import { readStateRow } from '../domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import { hasCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import type { AuditLog } from '../storing/audit.ts';
import { openSession, type TenantSession } from '../storing/tenant-session.ts';
import { deleteIfPresent } from '../tables/delete-if-present.ts';
import { tableUntil, type RunLimits } from '../tables/table-until.ts';
import { eraseAll, type EraseDeps } from './erase-all.ts';
import { forgetTenant, type ForgetDeps } from './forget-tenant.ts';
import { probeAccess, type AccessDeps } from './probe-access.ts';

export interface PurgeDeps extends ForgetDeps, AccessDeps, RunLimits {
  incidents: Table;
  audit: AuditLog;
  clock: Clock;
  log: Log;
}

/**
 * Erases all rows of a tenant that is `purging`, wherever the last run stopped: its incidents with their places in the lists, then
 * what is left, until a whole count finds nothing; then it is taken out of the campaigns; then its state row, last what the registry
 * knows. What is remembered is written before the state row goes, so that from then on anybody can finish.
 */
export async function purgeTenant(deps: PurgeDeps, tenantId: TenantId): Promise<void> {
  const { clock, log } = deps;
  const startMs = clock.monotonicMs();
  const isOutOfTime = (): boolean => clock.monotonicMs() - startMs > deps.budgetMs;
  const incidents = tableUntil(deps.incidents, clock, startMs + deps.endMs);
  try {
    const session = await openSession(incidents, clock, tenantId);
    if (session !== undefined) {
      if (session.state().status !== 'purging') return;
      const erase: EraseDeps = { table: incidents, session, log, isOutOfTime };
      if (!(await eraseAll(erase))) return;
      await leaveAllCampaigns(incidents, tenantId);
      await rememberErasure(deps, session);
      await eraseState(incidents, tenantId);
    }
    // What there is no time for is found by the next clean-up.
    if (await forgetTenant(deps, tenantId, isOutOfTime)) await probeAccess(deps, tenantId);
  } catch (error) {
    // Another run is at it, was quicker, or is sent once the claim has ended.
    if (!hasCode(error, 'tenant-taken', 'tenant-gone', 'out-of-time')) throw error;
  }
}

async function rememberErasure({ incidents, audit, log }: PurgeDeps, session: TenantSession): Promise<void> {
  const { tenantId, purge, statusSince } = session.state();
  const startedAt = purge?.startedAt ?? statusSince;
  await audit.saveErasure({
    tenantId,
    startedAt: formatTicks(startedAt),
    erasedAt: formatTicks(incidents.serviceTime()),
    erased: purge?.erased ?? NOTHING_ERASED,
    remaining: 0,
    accessStillPossible: null,
    accessCheckedAt: null,
  });
  const event = { at: startedAt, id: tenantId };
  await audit.record({ actor: 'collector', action: 'tenant-erased', tenantId, event });
  log('info', 'tenant_erased', { tenantId, rows: Object.values(purge?.erased ?? {}).reduce((a, b) => a + b, 0) });
}

/** While the row says `purging`, only another run of the purge writes it, and ends the same way. */
async function eraseState(incidents: Table, tenantId: TenantId): Promise<void> {
  const row = await incidents.get(shardOf(tenantId), stateKey(tenantId));
  if (row === undefined || readStateRow(row.properties).status !== 'purging') return;
  await deleteIfPresent(incidents, shardOf(tenantId), row);
}
