import { TENANT } from './examples.ts';
import { BAD_REQUEST, json, NOT_FOUND, OPERATOR_PROBLEMS, problem, TENANT_ID, type Routes } from './operation.ts';
import { described, guid, objectOf, ref, time } from './schema.ts';

const NOT_AWAITING = problem('The tenant does not wait for a decision.');

export const TENANT_ACTION_ROUTES: Routes = {
  'tenants/{tenantId}/approve': {
    post: {
      operationId: 'approveTenant',
      summary: 'Lets a tenant in that came through a link which expected nobody',
      parameters: [TENANT_ID],
      responses: {
        200: json('The tenant, now `pending` and due at once.', ref('Tenant'), { ...TENANT, status: 'pending' }),
        400: BAD_REQUEST,
        404: NOT_FOUND,
        409: NOT_AWAITING,
        ...OPERATOR_PROBLEMS,
      },
    },
  },
  'tenants/{tenantId}/reject': {
    post: {
      operationId: 'rejectTenant',
      summary: 'Forgets a tenant that came through a link which expected nobody',
      parameters: [TENANT_ID],
      responses: {
        204: { description: 'Nothing is left of it but the audit.' },
        400: BAD_REQUEST,
        404: NOT_FOUND,
        409: NOT_AWAITING,
        ...OPERATOR_PROBLEMS,
      },
    },
  },
  'tenants/{tenantId}/collect': {
    post: {
      operationId: 'collectTenant',
      summary: 'Makes an active tenant due at the next tick, whatever its interval',
      parameters: [TENANT_ID],
      responses: {
        202: json('It is due.', objectOf({ tenantId: guid, dueAt: described(time, 'The tick after then reads it.') }), {
          tenantId: TENANT.tenantId,
          dueAt: '2026-11-24T12:01:35.0000000Z',
        }),
        400: BAD_REQUEST,
        404: NOT_FOUND,
        409: problem('The tenant is not `active`.'),
        ...OPERATOR_PROBLEMS,
      },
    },
  },
};
