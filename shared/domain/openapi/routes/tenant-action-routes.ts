import type { Identification, Verification } from '../../tenants/verification.ts';
import { TENANT } from '../schemas/examples.ts';
import {
  BAD_REQUEST,
  json,
  NOT_FOUND,
  OPERATOR_PROBLEMS,
  problem,
  TENANT_ID,
  type Routes,
} from '../schemas/operation.ts';
import { described, flag, guid, listOf, nullable, objectOf, oneOf, ref, text, time } from '../schemas/schema.ts';

const NOT_AWAITING = problem('The tenant does not wait for a decision.');

const FOUND_PROBLEM = objectOf({
  code: described(text, 'docs/errors.md lists them all.'),
  message: text,
  blame: oneOf(['tenant', 'microsoft', 'partner', 'collector']),
  action: described(text, 'The next step, as a sentence.'),
});

const SOURCE_VERIFICATION = {
  ok: flag,
  claims: described(
    nullable(objectOf({ tid: guid, aud: text, appId: text, roles: listOf(text), expiresAt: time })),
    'What the token says; null when Entra gave none.',
  ),
  missingRoles: listOf(text),
  problem: nullable(FOUND_PROBLEM),
};

const VERIFICATION = objectOf({
  source: described(oneOf(['defender', 'graph']), 'Where the tenant is to be read from now.'),
  ...SOURCE_VERIFICATION,
  standby: described(
    nullable(objectOf(SOURCE_VERIFICATION)),
    'The same of Graph, of a tenant on `auto` that is read from the Defender API.',
  ),
});

const VERIFIED: Verification = {
  source: 'defender',
  ok: false,
  claims: {
    tid: TENANT.tenantId,
    aud: 'https://api.security.microsoft.com',
    appId: '0f8fad5b-d9cb-469f-a165-70867728950e',
    roles: [],
    expiresAt: '2026-11-24T13:00:00.000Z',
  },
  missingRoles: ['Incident.Read.All'],
  problem: {
    code: 'consent-missing',
    message: 'Cannot read the tenant as its token must hold the role Incident.Read.All: it holds no role',
    blame: 'tenant',
    action: 'Send the customer a new consent link',
  },
  standby: null,
};

const IDENTIFICATION = objectOf({
  organization: described(
    nullable(
      objectOf({
        displayName: nullable(text),
        defaultDomain: described(nullable(text), 'The primary one of its verified domains.'),
        brandName: described(nullable(text), 'What its users see where they sign in.'),
      }),
    ),
    'What the tenant calls itself, from Microsoft; null when it could not be read.',
  ),
  problem: nullable(FOUND_PROBLEM),
});

const IDENTIFIED: Identification = {
  organization: { displayName: 'Contoso Ltd.', defaultDomain: 'contoso.com', brandName: null },
  problem: null,
};

export const TENANT_ACTION_ROUTES: Routes = {
  'tenants/{tenantId}/approve': {
    post: {
      operationId: 'approveTenant',
      summary: 'Approves a tenant that came through an unbound link',
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
      summary: 'Rejects a tenant that came through an unbound link',
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
  'tenants/{tenantId}/verify': {
    post: {
      operationId: 'verifyTenant',
      summary: 'Tests a new token and one page of the tenant, and says who must act when that fails',
      parameters: [TENANT_ID],
      responses: {
        200: json('What was found, a failure included. The token is not shown.', VERIFICATION, VERIFIED),
        400: BAD_REQUEST,
        404: NOT_FOUND,
        409: problem('Somebody recalled the command while the collecting app slept.'),
        ...OPERATOR_PROBLEMS,
      },
    },
  },
  'tenants/{tenantId}/identify': {
    post: {
      operationId: 'identifyTenant',
      summary: 'Asks Microsoft what the tenant calls itself, for whoever approves it',
      parameters: [TENANT_ID],
      responses: {
        200: json('What was found, a failure included.', IDENTIFICATION, IDENTIFIED),
        400: BAD_REQUEST,
        404: NOT_FOUND,
        409: problem('Somebody recalled the command while the collecting app slept.'),
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
