import { textAnswer, type Answer } from '../http/answer.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import { authorize } from '../services/authorize.ts';
import { RESOURCES } from '../services/issue-token.ts';
import { throttleAnswer } from '../services/throttle-answer.ts';
import type { Tenant } from '../state/directory.ts';
import type { ListFault } from '../state/fault.ts';
import type { IncidentVersion } from '../state/incident-store.ts';
import { isSamePage, selectIncidents } from '../state/select-incidents.ts';
import type { World } from '../state/world.ts';
import { graphError } from './graph-error.ts';
import { readGraphQuery, type GraphQuery } from './graph-query.ts';
import { toGraphIncident, type GraphIncident } from './to-graph-json.ts';

export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';
const PATH = '/v1.0/security/incidents';
const CONTEXT = 'https://graph.microsoft.com/v1.0/$metadata#security/incidents';
const READ_ROLES = ['SecurityIncident.Read.All', 'SecurityIncident.ReadWrite.All'];
const JSON_TYPE = { 'content-type': 'application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8' };

/** `GET /v1.0/security/incidents`, `…/{id}` and `…/{id}/alerts`: the same incidents that the Defender API tells. */
export function answerGraph(world: World, request: SimulatedRequest, faults: readonly ListFault[]): Answer {
  const refuse = (status: number, code: string, message: string): Answer => graphError(world, status, code, message);
  const tenant = authorize(world, request, {
    audiences: [RESOURCES.graph, GRAPH_APP_ID],
    roles: READ_ROLES,
    missingRole: `Missing application roles. API required roles: ${READ_ROLES.join(', ')}, application roles: .`,
    notLicensed: { code: 'Forbidden', message: 'The tenant has no license for Microsoft Defender XDR.' },
    refuse,
  });
  if ('status' in tenant) return tenant;
  const throttled = checkRate(world, tenant.tenantId);
  if (throttled !== undefined) return throttled;
  chargeGraphCall(world, request);
  if (request.method !== 'GET') return refuse(405, 'MethodNotAllowed', 'The simulator only reads incidents.');
  if (request.role === 'graph-list') return answerList(world, request, tenant, faults);
  const version = world.storeOf(tenant.tenantId).current(request.incidentId ?? '');
  if (version === undefined) return refuse(404, 'ResourceNotFound', `Incident ${request.incidentId} was not found`);
  const incident = toIncident(request, tenant, version);
  return request.role === 'graph-get' ? answerOne(world, request, incident) : answerAlerts(world, request, incident);
}

/** All of Graph's security API shares one limit. */
export function chargeGraphCall(world: World, { role, tenantId = '' }: SimulatedRequest): void {
  if (role.startsWith('graph-')) world.limiter.charge(`graph|${tenantId}`);
}

function checkRate(world: World, tenantId: string): Answer | undefined {
  const { rateLimits: limits } = world.settings;
  if (limits === 'off') return undefined;
  const wait = world.limiter.waitSeconds(`graph|${tenantId}`, limits.graphPerMinute, Infinity);
  return wait === 0 ? undefined : throttleAnswer('header-seconds', wait, world.clock.nowMs(), world.random.guid());
}

function answerList(world: World, request: SimulatedRequest, tenant: Tenant, faults: readonly ListFault[]): Answer {
  const query = readGraphQuery(request.search);
  if ('problem' in query)
    return graphError(
      world,
      400,
      query.code === '' ? '' : 'BadRequest',
      `The query specified in the URI is not valid. ${query.problem}`,
    );
  const store = world.storeOf(tenant.tenantId);
  const { order, seed } = world.settings;
  const context = { order, shuffleSeed: seed * 31 + request.sequence, now: world.clock.now() };
  const page = selectIncidents(store, query, { ...context, faults });
  const plain = faults.length === 0 ? page : selectIncidents(store, query, context);
  const end = query.skip + page.versions.length;
  const hasMore =
    page.versions.length >= query.top &&
    selectIncidents(store, { ...query, skip: end, top: 1 }, { ...context, faults }).versions.length > 0;
  const nextSkip = page.nextSkip ?? (hasMore ? end : undefined);
  const link = nextSkip === undefined ? '' : toNextLink(world, request, nextSkip, faults);
  const incidents = page.versions.map((version) => toIncident(request, tenant, version));
  const failing = query.expands && incidents.some(({ alerts }) => alerts.length > world.settings.graph.mostExpandable);
  if (failing) return graphError(world, 500, 'InternalServerError', 'Encountered an internal server error.');
  const count = query.hasCount ? `"@odata.count":${countAll(world, tenant, query)},` : '';
  const value = incidents.map((incident) => toText(world, incident, query.expands)).join(',');
  const body = `{"@odata.context":"${CONTEXT}${query.expands ? '(alerts())' : ''}",${count}"value":[${value}]${link}}`;
  return {
    ...textAnswer(200, body, JSON_TYPE),
    items: page.versions.length,
    isAltered: page.nextSkip !== undefined || !isSamePage(page, plain),
  };
}

function countAll(world: World, { tenantId }: Tenant, query: GraphQuery): number {
  const context = { order: 'updated-desc', shuffleSeed: 0, now: world.clock.now() } as const;
  return selectIncidents(world.storeOf(tenantId), { ...query, skip: 0, top: Infinity }, context).versions.length;
}

function answerOne(world: World, request: SimulatedRequest, incident: GraphIncident): Answer {
  const expands = request.search.get('$expand') === 'alerts';
  if (expands && incident.alerts.length > world.settings.graph.mostExpandable)
    return graphError(world, 500, 'InternalServerError', 'Encountered an internal server error.');
  const text = toText(world, incident, expands);
  const body = text.replace(/^\{/, `{"@odata.context":"${CONTEXT}/$entity",`);
  return { ...textAnswer(200, body, JSON_TYPE), items: 1 };
}

function answerAlerts(world: World, request: SimulatedRequest, { alerts }: GraphIncident): Answer {
  const skip = Number(request.search.get('$skip') ?? 0);
  const { alertsPerAnswer } = world.settings.graph;
  const shown = alerts.slice(skip, skip + alertsPerAnswer);
  const next = skip + alertsPerAnswer;
  const link = next < alerts.length ? `,"@odata.nextLink":"${alertsLink(world, request.incidentId ?? '', next)}"` : '';
  return textAnswer(200, `{"@odata.context":"${CONTEXT}","value":[${shown.join(',')}]${link}}`, JSON_TYPE);
}

/** The incident with as many of its alerts as one answer may hold. */
function toText(world: World, incident: GraphIncident, expands: boolean): string {
  if (incident.raw !== undefined) return incident.raw;
  if (!expands) return `${incident.head}}`;
  const { alertsPerAnswer } = world.settings.graph;
  const shown = incident.alerts.slice(0, alertsPerAnswer);
  const id = /"id":"([^"]*)"/.exec(incident.head)?.[1] ?? '';
  const hasMore = shown.length < incident.alerts.length;
  const link = hasMore ? `,"alerts@odata.nextLink":"${alertsLink(world, id, alertsPerAnswer)}"` : '';
  return `${incident.head},"alerts":[${shown.join(',')}]${link}}`;
}

function alertsLink({ settings }: World, incidentId: string, skip: number): string {
  return `${settings.url}${PATH}/${incidentId}/alerts?$skip=${skip}`;
}

function toIncident({ headers }: SimulatedRequest, { tenantId }: Tenant, version: IncidentVersion): GraphIncident {
  const hasLateWords = (headers['prefer'] ?? '').includes('include-unknown-enum-members');
  const known = hasLateWords ? made.get(version) : undefined;
  const incident = known ?? toGraphIncident(version, tenantId, hasLateWords);
  if (hasLateWords) made.set(version, incident);
  return incident;
}

/** With all words. Kept, as a version is sent again and again. */
const made = new WeakMap<IncidentVersion, GraphIncident>();

/** It repeats the options that were sent. */
function toNextLink(world: World, { search }: SimulatedRequest, skip: number, faults: readonly ListFault[]): string {
  const fault = faults.find(({ kind }) => kind === 'next-link');
  const isForeign = fault?.kind === 'next-link' && fault.origin === 'foreign';
  const link = new URL(PATH, isForeign ? 'https://incidents.attacker.example' : world.settings.url);
  for (const [name, value] of search) link.searchParams.set(name, value);
  link.searchParams.set('$skip', String(skip));
  // A link is the service's own and may say more than a query of ours can.
  link.searchParams.set('continued', 'true');
  return `,"@odata.nextLink":${JSON.stringify(link.href)}`;
}
