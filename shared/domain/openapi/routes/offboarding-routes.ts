import { NOTHING_ERASED } from '../../tenants/erasure.ts';
import { TENANT_STATUSES } from '../../tenants/tenant-state.ts';
import { TENANT } from '../schemas/examples.ts';
import {
  BAD_REQUEST,
  flagParameter,
  json,
  NOT_FOUND,
  OPERATOR_PROBLEMS,
  problem,
  TENANT_ID,
  type Routes,
} from '../schemas/operation.ts';
import {
  described,
  flag,
  guid,
  integer,
  listOf,
  nullable,
  objectOf,
  oneOf,
  ref,
  text,
  time,
} from '../schemas/schema.ts';

const ERASED = objectOf(Object.fromEntries(Object.keys(NOTHING_ERASED).map((kind) => [kind, integer])));

const OFFBOARDING = objectOf({
  tenantId: guid,
  status: oneOf([...TENANT_STATUSES, 'paused', 'erased']),
  startedAt: described(nullable(time), 'When the erasure was ordered.'),
  erasedAt: nullable(time),
  erased: described(nullable(ERASED), 'Rows erased so far, by kind.'),
  remaining: described(nullable(integer), 'Rows that the count at the end has found.'),
  accessStillPossible: described(nullable(flag), 'Entra still issues a token to the app; null while it is unknown.'),
  accessCheckedAt: nullable(time),
  nextSteps: described(listOf(text), 'What is left to do, as sentences.'),
});

/** Together with the others of their path. */
export const DELETE_TENANT: Routes[string] = {
  delete: {
    operationId: 'deleteTenant',
    summary: 'Stops a tenant’s collection, or erases all its rows',
    parameters: [TENANT_ID, flagParameter('purge', 'Erase a paused tenant for good.')],
    responses: {
      200: json('The tenant; its rows are kept.', ref('Tenant'), { ...TENANT, status: 'paused' }),
      202: json('The tenant; its rows are being erased.', ref('Tenant'), { ...TENANT, status: 'purging' }),
      400: BAD_REQUEST,
      404: NOT_FOUND,
      409: problem('The tenant is not paused, or is being erased already.'),
      ...OPERATOR_PROBLEMS,
    },
  },
};

export const OFFBOARDING_ROUTES: Routes = {
  'tenants/{tenantId}/offboarding': {
    get: {
      operationId: 'getOffboarding',
      summary: 'What was erased of a tenant, and whether the app could still read it',
      parameters: [TENANT_ID],
      responses: {
        200: json('How far it has come.', OFFBOARDING),
        400: BAD_REQUEST,
        404: NOT_FOUND,
        ...OPERATOR_PROBLEMS,
      },
    },
  },
};
