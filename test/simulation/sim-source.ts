import type { Alert, Incident, ObservedIncident } from '../../shared/domain/incident.ts';
import { formatTicks, TICKS_PER_MS, ticksFromMs, TICKS_PER_SECOND, type Ticks } from '../../shared/domain/ticks.ts';
import type { IncidentPage, IncidentQuery } from '../../shared/ports/incident-source.ts';
import type { Random } from './random.ts';

/** One version of one incident in the simulated cloud. */
export interface SourceVersion {
  incidentId: string;
  /** Rises with every edit of the tenant: the true order of events. */
  order: number;
  createdAt: Ticks;
  updatedAt: Ticks;
  /** Moment, in ms since 1970, from which the source shows it. */
  visibleAtMs: number;
  status: string;
  severity: string;
  redirectIncidentId: string | null;
  alerts: { alertId: string; title: string }[];
}

/** One tenant's incidents with all their versions. */
export interface SourceTenant {
  tenantId: string;
  versions: Map<string, SourceVersion[]>;
  add(version: SourceVersion): void;
  current(incidentId: string, nowMs: number): SourceVersion | undefined;
  visible(nowMs: number): SourceVersion[];
}

export function createSourceTenant(tenantId: string): SourceTenant {
  const versions = new Map<string, SourceVersion[]>();
  const current = (incidentId: string, nowMs: number): SourceVersion | undefined =>
    versions.get(incidentId)?.findLast(({ visibleAtMs }) => visibleAtMs <= nowMs);
  return {
    tenantId,
    versions,
    current,
    add: (version) => {
      const known = versions.get(version.incidentId) ?? [];
      known.push(version);
      versions.set(version.incidentId, known);
    },
    visible: (nowMs) => [...versions.keys()].map((id) => current(id, nowMs)).filter((version) => version !== undefined),
  };
}

export interface AnswerOptions {
  nowMs: number;
  order: 'newest-first' | 'unordered';
  /** The source sends at most so many, whatever `$top` says. */
  maxTop: number;
  durationMs: number;
  random: Random;
}

/** Answers a query as the service would: filter, order, cut, without any memory between calls. */
export function answerQuery(tenant: SourceTenant, query: IncidentQuery, options: AnswerOptions): IncidentPage {
  const matching = tenant.visible(options.nowMs).filter((version) => matches(version, query));
  const ordered =
    options.order === 'unordered'
      ? options.random.shuffle(matching)
      : matching.sort((a, b) => (a.updatedAt > b.updatedAt ? -1 : a.updatedAt < b.updatedAt ? 1 : b.order - a.order));
  const skip = query.skip ?? 0;
  const page = ordered.slice(skip, skip + Math.min(query.top, options.maxTop));
  const date = ticksFromMs(options.nowMs);
  return {
    incidents: page.map((version) => toObserved(tenant.tenantId, version)),
    withoutId: [],
    count: page.length,
    sourceStatuses: [...new Set(page.map(({ status }) => toSourceStatus(status)))],
    nextLink: undefined,
    isPartial: false,
    visibleUntil:
      date - (date % TICKS_PER_SECOND) - BigInt(Math.ceil(options.durationMs)) * TICKS_PER_MS - TICKS_PER_SECOND,
  };
}

const toSourceStatus = (status: string): string => status.slice(0, 1).toUpperCase() + status.slice(1);

function matches(version: SourceVersion, query: IncidentQuery): boolean {
  return (
    version.updatedAt >= query.updatedFrom &&
    (query.updatedTo === undefined || version.updatedAt < query.updatedTo) &&
    (query.createdFrom === undefined || version.createdAt >= query.createdFrom) &&
    (query.createdTo === undefined || version.createdAt < query.createdTo) &&
    (query.status === undefined || toSourceStatus(version.status) === query.status)
  );
}

export const contentHashOf = (version: SourceVersion): string => version.order.toString(16).padStart(32, '0');

export function toObserved(tenantId: string, version: SourceVersion): ObservedIncident {
  const incident: Incident = {
    incidentId: version.incidentId,
    name: `${tenantId.slice(0, 4)} edit ${version.order}`,
    status: version.status,
    severity: version.severity,
    classification: null,
    determination: null,
    assignedTo: null,
    createdTime: formatTicks(version.createdAt),
    lastUpdateTime: formatTicks(version.updatedAt),
    redirectIncidentId: version.redirectIncidentId,
    tags: [],
    comments: [],
    alertsCount: version.alerts.length,
    serviceSources: [],
    categories: [],
    mitreTechniques: [],
    devices: [],
    users: [],
    url: null,
    source: 'defender',
  };
  return {
    incident,
    alerts: version.alerts.map((alert) => toAlert(version, alert)),
    updatedAt: version.updatedAt,
    timeAssumed: false,
    contentHash: contentHashOf(version),
    sourceJson: '{}',
  };
}

function toAlert(version: SourceVersion, { alertId, title }: SourceVersion['alerts'][number]): Alert {
  return {
    alertId,
    incidentId: version.incidentId,
    title,
    description: null,
    severity: version.severity,
    status: 'new',
    category: null,
    classification: null,
    determination: null,
    serviceSource: null,
    detectionSource: null,
    createdTime: null,
    lastUpdateTime: null,
    firstActivity: null,
    lastActivity: null,
    resolvedTime: null,
    assignedTo: null,
    mitreTechniques: [],
    devices: [],
    users: [],
    entities: [],
  };
}
