import { SOURCE_CHOICES } from '../../incidents/incident.ts';
import { TENANT_STATUSES } from '../../tenants/tenant-state.ts';
import { COVERAGE_EXAMPLE } from '../schemas/common-schemas.ts';
import { TENANT } from '../schemas/examples.ts';
import {
  BAD_REQUEST,
  json,
  NOT_FOUND,
  OPERATOR_PROBLEMS,
  PAGE_PARAMETERS,
  problem,
  TENANT_ID,
  textParameter,
  wordParameter,
  wordsParameter,
  type Routes,
} from '../schemas/operation.ts';
import { described, flag, listOf, nullable, objectOf, oneOf, ref, text } from '../schemas/schema.ts';
import { DELETE_TENANT } from './offboarding-routes.ts';

const LIST = objectOf({
  tenants: listOf(ref('Tenant')),
  cursor: nullable(text),
  blind: described(listOf(ref('BlindTenant')), 'Those of this page that are blind, all of them.'),
});

const CHANGE = {
  ...objectOf(
    {
      displayName: nullable(text),
      customer: nullable(text),
      labels: listOf(text),
      source: described(nullable(oneOf([...SOURCE_CHOICES])), 'null leaves it to the setting `INCIDENT_SOURCE`.'),
      paused: flag,
    },
    ['displayName', 'customer', 'labels', 'source', 'paused'],
  ),
  additionalProperties: false,
};

export const TENANT_ROUTES: Routes = {
  tenants: {
    get: {
      operationId: 'listTenants',
      summary: 'The registered tenants and how fresh their data is',
      parameters: [
        wordsParameter('status', [...TENANT_STATUSES, 'paused'], 'Any of these.'),
        textParameter('customer', 'In any letter case; 400 `unknown-customer` where no tenant has it.'),
        textParameter('label', 'In any letter case; 400 `unknown-label` where no tenant has it.'),
        textParameter('q', 'Part of name, customer, label or id.'),
        wordParameter('sort', ['name', 'lag'], 'By name, or the longest lag first.'),
        ...PAGE_PARAMETERS,
      ],
      responses: {
        200: json('One page.', LIST, { tenants: [TENANT], cursor: null, blind: COVERAGE_EXAMPLE.blind }),
        400: BAD_REQUEST,
        ...OPERATOR_PROBLEMS,
      },
    },
  },
  'tenants/{tenantId}': {
    ...DELETE_TENANT,
    get: {
      operationId: 'getTenant',
      summary: 'One tenant',
      parameters: [TENANT_ID],
      responses: {
        200: json('The tenant.', ref('Tenant'), TENANT),
        400: BAD_REQUEST,
        404: NOT_FOUND,
        ...OPERATOR_PROBLEMS,
      },
    },
    put: {
      operationId: 'putTenant',
      summary: 'Registers a tenant, or changes what is given of a known one',
      parameters: [TENANT_ID],
      requestBody: {
        required: false,
        content: { 'application/json': { schema: CHANGE, example: { displayName: 'Contoso', labels: ['gold'] } } },
      },
      responses: {
        200: json('The tenant as it is now.', ref('Tenant'), TENANT),
        201: json('It was not registered; it is `pending` and due at once.', ref('Tenant')),
        400: problem('The id or the body is wrong: the detail says what is allowed.'),
        409: problem('The tenant is being erased.'),
        413: problem('The body is longer than 65,536 characters.'),
        ...OPERATOR_PROBLEMS,
      },
    },
  },
};
