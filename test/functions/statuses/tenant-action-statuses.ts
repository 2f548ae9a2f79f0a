import { approveTenant } from '../../../functions/approve-tenant.ts';
import { collectTenant } from '../../../functions/collect-tenant.ts';
import { rejectTenant } from '../../../functions/reject-tenant.ts';
import { verifyTenant } from '../../../functions/verify-tenant.ts';
import type { ApiHandler } from '../../../shared/http-handler.ts';
import { seedRecord, seedState, tenantNumber } from '../../helpers/seed.ts';
import type { StatusCases } from './status-cases.ts';

const tenantId = tenantNumber(30);
const request = { params: { tenantId } };

function actionCases(handler: ApiHandler, status: 'active' | 'awaiting-approval', success: number): StatusCases {
  return {
    handler,
    request,
    statuses: {
      [success]: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status });
        await seedRecord(services.tenants, tenantId, { displayName: 'Thirty' });
        return call(handler, request);
      },
      400: ({ call }) => call(handler, { params: { tenantId: 'thirty' } }),
      404: ({ call }) => call(handler, { params: { tenantId: tenantNumber(39) } }),
      409: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status: 'consent-missing' });
        return call(handler, request);
      },
    },
  };
}

export const TENANT_ACTION_STATUSES: readonly StatusCases[] = [
  actionCases(approveTenant, 'awaiting-approval', 200),
  actionCases(rejectTenant, 'awaiting-approval', 204),
  actionCases(collectTenant, 'active', 202),
  {
    handler: verifyTenant,
    request,
    statuses: {
      200: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status: 'active' });
        return call(verifyTenant, request);
      },
      400: ({ call }) => call(verifyTenant, { params: { tenantId: 'thirty' } }),
      404: ({ call }) => call(verifyTenant, { params: { tenantId: tenantNumber(39) } }),
    },
  },
];
