import type { HealthProblem } from '../../views/health-problem.ts';
import type { Health, StaleTenant } from '../../views/health.ts';
import { BAD_REQUEST, json, OPERATOR_PROBLEMS, type Routes } from '../schemas/operation.ts';
import {
  described,
  guid,
  integer,
  listOf,
  nullable,
  objectOf,
  oneOf,
  ref,
  text,
  time,
  type Schema,
} from '../schemas/schema.ts';

const STALE_TENANT: Record<keyof StaleTenant, Schema> = {
  tenantId: guid,
  tenantName: nullable(text),
  completeThrough: nullable(time),
  lagSeconds: nullable(integer),
  code: described(text, 'The last error, or `stale`.'),
};

const PROBLEM: Record<keyof HealthProblem, Schema> = {
  code: text,
  message: text,
  blame: oneOf(['tenant', 'microsoft', 'partner', 'collector']),
  action: described(text, 'The next step, as a sentence.'),
};

const HEALTH: Record<keyof Health, Schema> = {
  status: oneOf(['ok', 'degraded', 'failing']),
  problems: described(
    listOf(ref('HealthProblem')),
    'Why it is failing, and what else concerns more than the tenants named.',
  ),
  tenants: objectOf({ byStatus: { type: 'object', additionalProperties: integer } }),
  worstLagSeconds: nullable(integer),
  staleCount: integer,
  staleTenants: described(listOf(ref('StaleTenant')), 'The worst 20.'),
  silentCount: described(integer, 'Tenants from which nothing new has come for unusually long; `status` ignores them.'),
  silentTenants: described(listOf(ref('SilentTenant')), 'The 20 longest silences.'),
  lastTick: nullable(time),
  poisoned: described(integer, 'Messages of the last 24 h that no worker survived.'),
  credentialExpiresAt: described(nullable(time), 'null for a managed identity, or before its first use.'),
};

export const HEALTH_SCHEMAS: Readonly<Record<string, Schema>> = {
  Health: objectOf(HEALTH),
  HealthProblem: objectOf(PROBLEM),
  StaleTenant: objectOf(STALE_TENANT),
};

const EXAMPLE: Health = {
  status: 'ok',
  problems: [],
  tenants: { byStatus: { active: 200 } },
  worstLagSeconds: 240,
  staleCount: 0,
  staleTenants: [],
  silentCount: 0,
  silentTenants: [],
  lastTick: '2026-11-24T12:05:00.0000000Z',
  poisoned: 0,
  credentialExpiresAt: '2027-05-01T00:00:00.000Z',
};

export const HEALTH_ROUTES: Routes = {
  health: {
    get: {
      operationId: 'getHealth',
      summary: 'Whether anything is collected at all, and what lags',
      parameters: [],
      responses: {
        200: json('Most customers are read.', ref('Health'), EXAMPLE),
        400: BAD_REQUEST,
        503: json('Nothing is, or most customers cannot be read: `problems` says why.', ref('Health')),
        ...OPERATOR_PROBLEMS,
      },
    },
  },
};
