import { createLeaveCampaigns } from '../../../shared/campaigns/leave-campaigns.ts';
import { readCampaignRow } from '../../../shared/domain/campaigns/campaign-rows.ts';
import { incidentKey, stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { expireIncidents } from '../../../shared/removal/expire-incidents.ts';
import { purgeTenant } from '../../../shared/removal/purge-tenant.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { orderPurge } from '../../../shared/tenants/order-purge.ts';
import { stopTenant } from '../../../shared/tenants/stop-tenant.ts';
import { createTableState, type TableState } from '../basics/sim-table.ts';
import type { VirtualTime } from '../basics/virtual-time.ts';
import type { Evidence } from './check-campaigns.ts';
import { mortal, openCrowdTable } from './crowd-table.ts';

export interface Removals {
  /** What was last updated before `cutoff` goes, and what an earlier run has left (`undefined`: only that). */
  expire(tenantId: TenantId, cutoff: Ticks | undefined, requestsLeft: number): Promise<void>;
  order(tenantId: TenantId): Promise<void>;
  purge(tenantId: TenantId, requestsLeft: number): Promise<void>;
  /** Whether the incident is stored, and not on its way out. */
  holds(tenantId: TenantId, incidentId: string): boolean;
}

const LIMITS = { budgetMs: 420_000, endMs: 540_000 };

/** What the last version of an incident held. */
type LastEvidence = (tenantId: TenantId, incidentId: string) => readonly Evidence[] | undefined;

interface RemovalWorld {
  time: VirtualTime;
  state: TableState;
  last: LastEvidence;
  violations: string[];
}

/**
 * Deletes incidents on machines that may die. A retention that ends leaves no campaign for a value that its incident still held: one
 * that the incident had lost before is the follower's. A purge leaves none at all.
 */
export function createRemovals({ time, state, last, violations }: RemovalWorld): Removals {
  const clock: Clock = { nowMs: time.now, monotonicMs: time.now, sleep: time.wait };
  const registry = openCrowdTable(time, createTableState());
  const open = (requestsLeft: number): Table => mortal(openCrowdTable(time, state), { requestsLeft });

  function holds(tenantId: TenantId, incidentId: string): boolean {
    const row = state.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
    return row !== undefined && row.properties['expiring'] !== true;
  }

  function statusOf(tenantId: TenantId): unknown {
    return state.get(shardOf(tenantId), stateKey(tenantId))?.properties['status'];
  }

  function checkLeft(tenantId: TenantId, isAnswerable: (incidentId: string, value: string) => boolean): void {
    for (const { partition, rowKey, properties } of state.rows()) {
      if (partition !== 'campaigns' || !rowKey.startsWith('L!')) continue;
      const { value, tenants } = readCampaignRow({ rowKey, etag: '', writtenAtMs: 0, properties });
      const named = tenants.filter((one) => one.tenantId === tenantId).flatMap(({ incidents }) => incidents);
      for (const { incidentId } of named)
        if (!holds(tenantId, incidentId) && isAnswerable(incidentId, value))
          violations.push(`campaign ${value} names ${tenantId}/${incidentId}, which is deleted`);
    }
  }

  return {
    holds,
    expire: async (tenantId, cutoff, requestsLeft) => {
      const table = open(requestsLeft);
      const deps = { table, clock, log: () => {}, isOutOfTime: () => false };
      const { left } = await expireIncidents(
        { ...deps, leaveCampaigns: createLeaveCampaigns(table) },
        tenantId,
        cutoff,
      );
      // Of a tenant that is being erased no list is shown, and its purge is at its campaigns last.
      if (left === undefined && statusOf(tenantId) !== 'purging')
        checkLeft(
          tenantId,
          (incidentId, value) => last(tenantId, incidentId)?.some((one) => one.value === value) === true,
        );
    },
    order: async (tenantId) => {
      const deps = { incidents: open(Infinity), clock, defaultSource: 'defender' as const };
      await stopTenant(deps, tenantId);
      await orderPurge(deps, tenantId);
    },
    purge: async (tenantId, requestsLeft) => {
      const parts = { incidents: open(requestsLeft), tenants: registry, consentRequests: registry };
      const audit = createAuditLog(registry);
      await purgeTenant({ ...parts, audit, clock, log: () => {}, tokens: undefined, ...LIMITS }, tenantId);
      if (statusOf(tenantId) === undefined) checkLeft(tenantId, () => true);
    },
  };
}

/** What a removal that meets another writer ends with; the next one goes on. */
export async function untilRace(work: () => Promise<void>, bugs: unknown[]): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) bugs.push(error);
    return false;
  }
}
