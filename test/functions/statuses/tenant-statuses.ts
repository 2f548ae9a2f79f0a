import { getTenant } from '../../../functions/tenants/get-tenant.ts';
import { listTenants } from '../../../functions/tenants/list-tenants.ts';
import { putTenant } from '../../../functions/tenants/put-tenant.ts';
import { seedRecord, seedState, tenantNumber } from '../../helpers/seed.ts';
import type { StatusCases } from './status-cases.ts';

const tenantId = tenantNumber(10);
const request = { params: { tenantId } };
const NOBODY = { params: { tenantId: tenantNumber(19) } };

export const TENANT_STATUSES: readonly StatusCases[] = [
  {
    handler: listTenants,
    request: {},
    statuses: {
      200: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status: 'active' });
        await seedRecord(services.tenants, tenantId, { displayName: 'Ten' });
        return call(listTenants);
      },
      400: ({ call }) => call(listTenants, { query: { sort: 'age' } }),
    },
  },
  {
    handler: getTenant,
    request,
    statuses: {
      200: async ({ call, services }) => {
        const since = services.incidents.serviceTime();
        const lastError = { code: 'throttled', message: 'Slow', blame: 'microsoft', action: 'Wait', since } as const;
        const gap = { from: since - 1n, to: since, reason: 'bad-page', incidentId: undefined, since, retryAt: since };
        await seedState(services.incidents, tenantId, { status: 'active', lastError, gaps: [gap] });
        return call(getTenant, request);
      },
      400: ({ call }) => call(getTenant, { params: { tenantId: 'ten' } }),
      404: ({ call }) => call(getTenant, NOBODY),
    },
  },
  {
    handler: putTenant,
    request: { ...request, body: '{"displayName":"Ten"}' },
    statuses: {
      200: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status: 'active' });
        await seedRecord(services.tenants, tenantId, {});
        return call(putTenant, { ...request, body: '{"displayName":"Ten"}' });
      },
      201: ({ call }) => call(putTenant, { params: { tenantId: tenantNumber(11) }, body: '{}' }),
      400: ({ call }) => call(putTenant, { ...request, body: '{"displayName":' }),
      409: async ({ call, services }) => {
        await seedState(services.incidents, tenantNumber(12), { status: 'purging' });
        return call(putTenant, { params: { tenantId: tenantNumber(12) }, body: '{}' });
      },
      413: ({ call }) => call(putTenant, { ...request, body: ' '.repeat(70_000) }),
    },
  },
];
