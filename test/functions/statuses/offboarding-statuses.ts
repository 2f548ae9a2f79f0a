import { deleteTenant } from '../../../functions/tenants/delete-tenant.ts';
import { getOffboarding } from '../../../functions/tenants/get-offboarding.ts';
import { anErasure, seedRecord, seedState, tenantNumber } from '../../helpers/seed.ts';
import type { StatusCases } from './status-cases.ts';

const tenantId = tenantNumber(40);
const request = { params: { tenantId } };
const NOBODY = { params: { tenantId: tenantNumber(49) } };
const BAD = { params: { tenantId: 'forty' } };
const purge = { ...request, query: { purge: 'true' } };

export const OFFBOARDING_STATUSES: readonly StatusCases[] = [
  {
    handler: deleteTenant,
    request,
    statuses: {
      200: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status: 'active' });
        await seedRecord(services.tenants, tenantId, { displayName: 'Forty' });
        return call(deleteTenant, request);
      },
      202: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status: 'active', isPaused: true });
        return call(deleteTenant, purge);
      },
      400: ({ call }) => call(deleteTenant, BAD),
      404: ({ call }) => call(deleteTenant, NOBODY),
      409: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status: 'active' });
        return call(deleteTenant, purge);
      },
    },
  },
  {
    handler: getOffboarding,
    request,
    statuses: {
      200: async ({ call, services }) => {
        const erased = tenantNumber(41);
        await services.audit.saveErasure(anErasure(erased));
        return call(getOffboarding, { params: { tenantId: erased } });
      },
      400: ({ call }) => call(getOffboarding, BAD),
      404: ({ call }) => call(getOffboarding, NOBODY),
    },
  },
];
