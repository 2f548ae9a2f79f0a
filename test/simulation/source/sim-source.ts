import { toIncident } from '../../../shared/domain/defender/to-incident.ts';
import type { ObservedIncident } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { formatTicks, type Ticks } from '../../../shared/domain/values/ticks.ts';
import type { IncidentQuery } from '../../../shared/ports/incident-source.ts';
import type { Random } from '../basics/random.ts';
import type { SourceTraits } from './world.ts';

export interface SourceAlert {
  alertId: string;
  title: string;
}

/** One version of one incident in the simulated cloud. */
export interface SourceVersion {
  incidentId: string;
  /** Rises with every edit of the world: the true order of events. */
  order: number;
  createdAt: Ticks;
  updatedAt: Ticks;
  /** Moment, in ms since 1970, from which the source shows it. */
  visibleAtMs: number;
  /** In the source's own spelling. */
  status: string;
  severity: string;
  redirectIncidentId: string | null;
  alerts: readonly SourceAlert[];
  /** What somebody has written, in lives that know both sources. */
  comment?: string;
}

/** One tenant's incidents with all their versions. */
export interface SourceTenant {
  tenantId: TenantId;
  versions: ReadonlyMap<string, readonly SourceVersion[]>;
  ids: readonly string[];
  add(version: SourceVersion): void;
  /** What the source shows of one incident now. */
  current(incidentId: string): SourceVersion | undefined;
  visible(): IterableIterator<SourceVersion>;
  /** The version whose mapped content has this hash. */
  byHash(contentHash: string): SourceVersion | undefined;
  onAdded(observer: (version: SourceVersion) => void): void;
  observe(version: SourceVersion): ObservedIncident;
}

export function createSourceTenant(tenantId: TenantId, nowMs: () => number): SourceTenant {
  const versions = new Map<string, SourceVersion[]>();
  const ids: string[] = [];
  const shown = new Map<string, SourceVersion>();
  const observed = new Map<SourceVersion, ObservedIncident>();
  const hashes = new Map<string, SourceVersion>();
  const observers: ((version: SourceVersion) => void)[] = [];
  let hidden: SourceVersion[] = [];

  function showDue(): void {
    const now = nowMs();
    if (!hidden.some(({ visibleAtMs }) => visibleAtMs <= now)) return;
    for (const version of hidden)
      if (version.visibleAtMs <= now && version.order > (shown.get(version.incidentId)?.order ?? 0))
        shown.set(version.incidentId, version);
    hidden = hidden.filter(({ visibleAtMs }) => visibleAtMs > now);
  }

  function observe(version: SourceVersion): ObservedIncident {
    const known = observed.get(version);
    if (known !== undefined) return known;
    const made = toObserved(tenantId, version);
    observed.set(version, made);
    hashes.set(made.contentHash, version);
    return made;
  }

  return {
    tenantId,
    versions,
    ids,
    observe,
    add: (version) => {
      const known = versions.get(version.incidentId);
      if (known === undefined) {
        versions.set(version.incidentId, [version]);
        ids.push(version.incidentId);
      } else known.push(version);
      hidden.push(version);
      showDue();
      for (const observer of observers) observer(version);
    },
    current: (incidentId) => {
      showDue();
      return shown.get(incidentId);
    },
    visible: () => {
      showDue();
      return shown.values();
    },
    byHash: (contentHash) => hashes.get(contentHash),
    onAdded: (observer) => {
      observers.push(observer);
    },
  };
}

/** The version as the production mapping reads it from the source's JSON. */
export function toObserved(tenantId: TenantId, version: SourceVersion): ObservedIncident {
  const context = { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom: 0n };
  return toIncident(toEntry(tenantId, version), version.incidentId, context);
}

/** Microsoft prints no trailing zeros, so times as texts do not sort. */
export const printTime = (at: Ticks): string => formatTicks(at).replace(/\.?0+Z$/, 'Z');

/** The JSON that the source sends for one version. */
export function toEntry(tenantId: string, version: SourceVersion): Record<string, unknown> {
  return {
    incidentId: Number(version.incidentId),
    incidentName: nameOf(tenantId, version),
    redirectIncidentId: version.redirectIncidentId === null ? null : Number(version.redirectIncidentId),
    createdTime: printTime(version.createdAt),
    lastUpdateTime: printTime(version.updatedAt),
    status: version.status,
    severity: version.severity,
    ...(version.comment !== undefined && {
      comments: [{ comment: version.comment, createdBy: 'ann@partner.example' }],
    }),
    alerts: version.alerts.map((alert) => ({
      ...alert,
      severity: version.severity,
      status: 'New',
      entities: [{ entityType: 'Ip', ipAddress: evidenceOf(alert) }],
    })),
  };
}

export const nameOf = (tenantId: string, { order }: SourceVersion): string => `${tenantId.slice(0, 8)} edit ${order}`;

/** An alert that is retold has other evidence: what was there is removed. */
export function evidenceOf({ alertId, title }: SourceAlert): string {
  const [number, telling] = [Number(alertId.replace(/\D/g, '')), Number(title.replace(/\D/g, ''))];
  return `10.${telling}.${number >> 8}.${number & 255}`;
}

/** The order in which the edit that a shown name belongs to was made, as `toEntry` writes it. */
export const orderOfName = (name: string | null): number => Number(name?.split(' ').at(-1));

/** What the service would list: filter and order, without any memory between calls. */
export function listMatching(
  tenant: SourceTenant,
  query: IncidentQuery,
  traits: SourceTraits,
  random: Random,
): SourceVersion[] {
  const matching: SourceVersion[] = [];
  for (const version of tenant.visible()) if (matches(version, query, traits.filterTicks)) matching.push(version);
  return traits.order === 'unordered' ? random.shuffle(matching) : matching.sort(byNewest);
}

function byNewest(a: SourceVersion, b: SourceVersion): number {
  if (a.updatedAt === b.updatedAt) return b.order - a.order;
  return a.updatedAt > b.updatedAt ? -1 : 1;
}

function matches(version: SourceVersion, query: IncidentQuery, filterTicks: bigint): boolean {
  const updatedAt = filterTicks === 1n ? version.updatedAt : version.updatedAt - (version.updatedAt % filterTicks);
  return (
    updatedAt >= query.updatedFrom &&
    (query.updatedTo === undefined || updatedAt < query.updatedTo) &&
    (query.createdFrom === undefined || version.createdAt >= query.createdFrom) &&
    (query.createdTo === undefined || version.createdAt < query.createdTo) &&
    (query.status === undefined || version.status === query.status)
  );
}
