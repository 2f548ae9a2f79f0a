import { textAnswer, type Answer } from '../http/answer.ts';
import { readListQuery, type ListQuery } from '../http/list-query.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import type { Tenant } from '../state/directory.ts';
import type { ListFault } from '../state/fault.ts';
import { isSamePage, selectIncidents, type Selection } from '../state/select-incidents.ts';
import type { World } from '../state/world.ts';
import { authorize } from './authorize.ts';
import { DEFENDER_APP_ID, RESOURCES } from './issue-token.ts';
import { answerRetired } from './retired-defender.ts';
import { serviceError } from './service-error.ts';
import { throttleAnswer } from './throttle-answer.ts';

const CONTEXT = 'https://api.security.microsoft.com/api/$metadata#Incidents';
const READ_ROLES = ['Incident.Read.All', 'Incident.ReadWrite.All'];
const JSON_TYPE = { 'content-type': 'application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8' };

/** `GET /api/incidents` and `GET /api/incidents/{id}`. */
export function answerDefender(world: World, request: SimulatedRequest, faults: readonly ListFault[]): Answer {
  const tenant = authorize(world, request, {
    audiences: [RESOURCES.defender, DEFENDER_APP_ID],
    roles: READ_ROLES,
    missingRole:
      'The application does not have any of the required application permissions (Incident.ReadWrite.All, Incident.Read.All) to access the resource.',
    notLicensed: { code: 'DisabledFeature', message: "Tenant feature isn't enabled." },
    refuse: (status, code, message) => refuse(world, status, code, message),
  });
  if ('status' in tenant) return tenant;
  const throttled = checkRate(world, request, tenant.tenantId);
  if (throttled !== undefined) return throttled;
  chargeCall(world, request);
  if (world.settings.retired !== undefined) return answerRetired(world, request, world.settings.retired);
  if (request.method !== 'GET') return refuse(world, 405, 'MethodNotAllowed', 'The simulator only reads incidents.');
  return request.role === 'defender-get'
    ? answerOne(world, request, tenant)
    : answerList(world, request, tenant, faults);
}

/** Counts a call against its tenant's limits. */
export function chargeCall(world: World, { role, tenantId = '' }: SimulatedRequest): void {
  if (role === 'defender-list' || role === 'defender-get') world.limiter.charge(`${role}|${tenantId}`);
}

function checkRate(world: World, { role }: SimulatedRequest, tenantId: string): Answer | undefined {
  const { rateLimits: limits } = world.settings;
  if (limits === 'off') return undefined;
  const [perMinute, perHour] =
    role === 'defender-list' ? [limits.listPerMinute, limits.listPerHour] : [limits.getPerMinute, limits.getPerHour];
  const wait = world.limiter.waitSeconds(`${role}|${tenantId}`, perMinute, perHour);
  return wait === 0 ? undefined : throttleAnswer(limits.form, wait, world.clock.nowMs(), world.random.guid());
}

function answerOne(world: World, { incidentId = '' }: SimulatedRequest, { tenantId }: Tenant): Answer {
  const version = world.storeOf(tenantId).current(incidentId);
  if (version === undefined) return refuse(world, 404, 'ResourceNotFound', `Incident ${incidentId} was not found`);
  const body = version.json().replace(/^\{/, `{"@odata.context":"${CONTEXT}/$entity",`);
  return { ...textAnswer(200, body, JSON_TYPE), items: 1 };
}

function answerList(
  world: World,
  request: SimulatedRequest,
  { tenantId }: Tenant,
  faults: readonly ListFault[],
): Answer {
  const query = request.query ?? readListQuery(request.search);
  if ('problem' in query) return refuse(world, 400, query.code, query.problem);
  const store = world.storeOf(tenantId);
  const { order, seed } = world.settings;
  const context = { order, shuffleSeed: seed * 31 + request.sequence, now: world.clock.now() };
  const page = selectIncidents(store, query, { ...context, faults });
  const plain = faults.length === 0 ? page : selectIncidents(store, query, context);
  const link = toNextLink(world, query, page, faults);
  const body = `{"@odata.context":"${CONTEXT}","value":[${page.versions.map((version) => version.json()).join(',')}]${link}}`;
  return {
    ...textAnswer(200, body, JSON_TYPE),
    items: page.versions.length,
    isAltered: page.nextSkip !== undefined || !isSamePage(page, plain),
  };
}

function toNextLink(world: World, query: ListQuery, { nextSkip }: Selection, faults: readonly ListFault[]): string {
  const fault = faults.find(({ kind }) => kind === 'next-link');
  if (nextSkip === undefined || fault?.kind !== 'next-link') return '';
  const isForeign = fault.origin === 'foreign';
  const link = new URL('/api/incidents', isForeign ? 'https://incidents.attacker.example' : world.settings.url);
  const top = fault.stopsAtTop === true ? query.top - (nextSkip - query.skip) : query.top;
  if (query.filter !== undefined) link.searchParams.set('$filter', query.filter);
  link.searchParams.set('$top', String(top));
  link.searchParams.set('$skip', String(nextSkip));
  // A link is the service's own and may say more than a query of ours can.
  link.searchParams.set('continued', 'true');
  return `,"@odata.nextLink":${JSON.stringify(link.href)}`;
}

function refuse(world: World, status: number, code: string, message: string): Answer {
  return serviceError(status, code, message, world.random.guid());
}
