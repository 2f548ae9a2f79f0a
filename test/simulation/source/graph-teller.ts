import { toAlertsFailure } from '../../../shared/adapters/graph/check-links.ts';
import type { ObservedIncident } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { hasCode } from '../../../shared/errors.ts';
import type { IncidentQuery } from '../../../shared/ports/incident-source.ts';
import type { SourceTenant, SourceVersion } from './sim-source.ts';
import { note, type World } from './world.ts';
import { graphStatus, statusOfGraph } from './graph-entry.ts';
import type { GraphWorld } from './graph-world.ts';

const STATUSES = ['New', 'Active', 'InProgress', 'Resolved', 'Redirected'];

type Asked = Pick<IncidentQuery, 'withoutAlerts'>;

/** How one source tells what its tenant has: the same truth in its own words, whole or in part. */
export interface Teller {
  source: 'defender' | 'graph';
  /** Its documented page limit, and what it sends at most. */
  maxTop: number;
  pageCap: number;
  /** In its own words. */
  statuses: readonly string[];
  /** The query in the words that the truth is kept in. */
  understand(query: IncidentQuery): IncidentQuery;
  statusOf(version: SourceVersion): string;
  tell(version: SourceVersion, asked: Asked): ObservedIncident;
  /** Whether it cannot tell these together with their alerts. */
  failsToExpand(versions: readonly SourceVersion[], asked: Asked): boolean;
  /** It refuses all that is asked, as it was not consented to yet or has ended. */
  isRefusing(): boolean;
}

export function tellAsDefender({ traits, graph, time }: World, tenant: SourceTenant): Teller {
  return {
    source: 'defender',
    maxTop: traits.maxTop,
    pageCap: traits.pageCap,
    statuses: STATUSES,
    understand: (query) => query,
    statusOf: ({ status }) => status,
    tell: (version) => tenant.observe(version),
    failsToExpand: () => false,
    isRefusing: () => graph !== undefined && time.now() >= graph.defenderEndsMs,
  };
}

export function tellAsGraph(world: World, graph: GraphWorld, { tenantId }: SourceTenant): Teller {
  const tellings = tellingsOf(graph, tenantId);
  return {
    source: 'graph',
    maxTop: graph.maxTop,
    pageCap: Math.min(graph.maxTop, world.traits.pageCap),
    statuses: STATUSES.map((status) => graphStatus({ status })),
    understand: ({ status, ...query }) => ({
      ...query,
      ...(status !== undefined && { status: statusOfGraph(status) }),
    }),
    statusOf: graphStatus,
    tell: (version, { withoutAlerts = false }) => {
      if (withoutAlerts) note(world, 'told without its alerts');
      const observed = tellings.observe(version, withoutAlerts ? undefined : graph.alertsPerAnswer);
      if (!withoutAlerts && observed.missingAlerts !== undefined) note(world, 'told with some of its alerts');
      return observed;
    },
    failsToExpand: (versions, { withoutAlerts = false }) => {
      const { expand } = graph;
      if (withoutAlerts || expand === undefined || world.time.now() >= expand.untilMs) return false;
      const isHit = isHitBy(expand.by, versions);
      if (isHit) note(world, `alerts that fail: ${expand.by}`);
      return isHit;
    },
    isRefusing: () => world.time.now() < graph.refusedUntilMs,
  };
}

/** One page of small incidents fits; some incidents have alerts that never do. */
const MOST_ON_A_PAGE = 6;
const isUnexpandable = ({ incidentId, alerts }: SourceVersion): boolean =>
  alerts.length > 0 && Number(incidentId) % 13 === 0;

function isHitBy(by: 'one' | 'page' | 'all', versions: readonly SourceVersion[]): boolean {
  if (by === 'all') return versions.length > 0;
  if (by === 'one') return versions.some(isUnexpandable);
  return versions.length > 1 && versions.reduce((sum, { alerts }) => sum + alerts.length, 0) > MOST_ON_A_PAGE;
}

function tellingsOf({ tellings }: GraphWorld, tenantId: TenantId) {
  const found = tellings.get(tenantId);
  if (found === undefined) throw new Error(`The simulated Graph knows no tenant ${tenantId}`);
  return found;
}

/** One more answer with alerts, of the version that the incident was told of. */
export function tellMoreAlerts(graph: GraphWorld, tenantId: TenantId, observed: ObservedIncident): ObservedIncident {
  const tellings = tellingsOf(graph, tenantId);
  const { version, shown = 0 } = tellings.partsOf(observed);
  return tellings.observe(version, shown + graph.alertsPerAnswer);
}

/** What the adapter makes of an answer without the alerts that it was to have. */
export const toMissingAlerts = (error: unknown, { incident }: ObservedIncident): unknown =>
  hasCode(error, 'unauthorized') || hasCode(error, 'throttled') ? error : toAlertsFailure(error, incident.incidentId);
