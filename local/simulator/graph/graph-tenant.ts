import { jsonAnswer, type Answer } from '../http/answer.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import { authorize } from '../services/authorize.ts';
import { RESOURCES } from '../services/issue-token.ts';
import type { World } from '../state/world.ts';
import { graphError } from './graph-error.ts';
import { GRAPH_APP_ID } from './graph.ts';

const ROLE = 'CrossTenantInformation.ReadBasic.All';

/** `GET /v1.0/tenantRelationships/findTenantInformationByTenantId(tenantId='…')`: the public names of any tenant. */
export function answerTenant(world: World, request: SimulatedRequest): Answer {
  const refuse = (status: number, code: string, message: string): Answer => graphError(world, status, code, message);
  const asking = authorize(world, request, {
    audiences: [RESOURCES.graph, GRAPH_APP_ID],
    roles: [ROLE],
    missingRole: 'Insufficient privileges to complete the operation.',
    refuse,
  });
  if ('status' in asking) return asking;
  if (request.method !== 'GET') return refuse(405, 'MethodNotAllowed', 'The simulator only reads.');
  const tenantId = /'(.+)'/.exec(decodeURIComponent(request.path))?.[1] ?? '';
  const tenant = world.directory.findTenant(tenantId);
  if (tenant === undefined) return refuse(404, 'Request_ResourceNotFound', `Tenant '${tenantId}' was not found`);
  return jsonAnswer(200, {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.tenantInformation',
    tenantId: tenant.tenantId,
    federationBrandName: null,
    displayName: tenant.displayName,
    defaultDomainName: tenant.domain,
  });
}
