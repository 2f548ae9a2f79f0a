import { systemClock } from '../../../shared/adapters/machine/system-clock.ts';
import { readTenantQuery } from '../../../shared/domain/queries/tenant-query.ts';
import { readTenantChange } from '../../../shared/domain/requests/tenant-change.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { readStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { createCoverageReader } from '../../../shared/querying/coverage-reader.ts';
import { getTenant } from '../../../shared/querying/get-tenant.ts';
import { listTenants, type TenantList } from '../../../shared/querying/list-tenants.ts';
import { createTenantNames } from '../../../shared/querying/tenant-names.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { createTenantControl } from '../../../shared/tenants/create-tenant-control.ts';
import { decideApproval } from '../../../shared/tenants/decide-approval.ts';
import { registerTenant, type RegisterDeps, type RegisteredTenant } from '../../../shared/tenants/register-tenant.ts';
import { requestCollection } from '../../../shared/tenants/request-collection.ts';
import type { TestStorage, TestTable } from '../tables/storage.ts';

/** Nothing is read in these tests. */
const NO_PROVIDERS = { defender: undefined, graph: undefined };

/** Two empty tables and the registry's calls on them. */
export interface TenantWorld {
  incidents: TestTable;
  tenants: TestTable;
  audit: TestTable;
  put(tenantId: TenantId, body: unknown, tables?: { incidents?: Table; tenants?: Table }): Promise<RegisteredTenant>;
  get(tenantId: TenantId): Promise<TenantView>;
  decide(
    tenantId: TenantId,
    decision: 'approve' | 'reject',
    tables?: { tenants?: Table },
  ): Promise<TenantView | undefined>;
  collect(tenantId: TenantId): Promise<{ tenantId: TenantId; dueAt: string }>;
  list(query?: string): Promise<TenantList>;
  state(tenantId: TenantId): Promise<TenantState>;
}

const INTERVALS = { intervalSeconds: 300, quietIntervalMinutes: 5 };

export async function createTenantWorld(storage: TestStorage): Promise<TenantWorld> {
  const [incidents, tenants, audit] = await Promise.all([
    storage.createTable(),
    storage.createTable(),
    storage.createTable(),
  ]);
  const deps = { incidents: incidents.table, tenants: tenants.table, defaultSource: 'defender' as const };
  const names = createTenantNames(deps.tenants, systemClock);
  const coverage = createCoverageReader(deps.incidents, names, INTERVALS, systemClock);
  const registerDeps = (changed: { incidents?: Table; tenants?: Table }): RegisterDeps => {
    const tables = { ...deps, ...changed };
    const control = createTenantControl({
      ...tables,
      clock: systemClock,
      providers: NO_PROVIDERS,
    });
    return { ...tables, control, audit: createAuditLog(audit.table), onChanged: () => {} };
  };
  return {
    incidents,
    tenants,
    audit,
    put: (tenantId, body, tables = {}) =>
      registerTenant(registerDeps(tables), tenantId, readTenantChange(body), 'test'),
    decide: (tenantId, decision, tables = {}) =>
      decideApproval(registerDeps(tables), { tenantId, decision, actor: 'test' }),
    collect: (tenantId) => requestCollection(registerDeps({}), tenantId, 'test'),
    get: (tenantId) => getTenant(deps, tenantId),
    list: (query = '') => listTenants({ ...deps, coverage }, readTenantQuery(new URLSearchParams(query))),
    state: async (tenantId) => {
      const row = await incidents.table.get(shardOf(tenantId), stateKey(tenantId));
      if (row === undefined) throw new Error('There is no state row');
      return readStateRow(row.properties);
    },
  };
}
