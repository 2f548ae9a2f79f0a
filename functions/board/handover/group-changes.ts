import type { ShownChange } from '../../../shared/domain/views/change-list.ts';
import { severityRank } from '../model/select-incidents.ts';
import { describeNews } from './describe-news.ts';

/** What happened to one incident since the hand-over, all its changes taken together. */
export interface ChangedIncident {
  incidentId: string;
  name: string | null;
  severity: string;
  status: string;
  kinds: readonly string[];
  /** What happened, in words. */
  news: readonly string[];
  lastStoredAt: string;
  /** It is new, and was stored more than half an hour after Microsoft had dated it. */
  isLate: boolean;
}

export interface TenantChanges {
  tenantId: string;
  tenantName: string | null;
  /** Incidents by what happened to them; one that did several things is in several. */
  counts: Readonly<Record<ShownChange['kind'], number>>;
  incidents: readonly ChangedIncident[];
}

const NO_COUNTS = { appeared: 0, changed: 0, resolved: 0, reopened: 0, merged: 0 } as const;

/** Changes for a hand-over: by customer, those with the worst changes first, then those with the most. */
export function groupChanges(changes: readonly ShownChange[]): TenantChanges[] {
  const byTenant = Map.groupBy(changes, ({ tenantId }) => tenantId);
  return [...byTenant]
    .map(([tenantId, own]) => toTenantChanges(tenantId, own))
    .sort((a, b) => worstOf(a) - worstOf(b) || b.incidents.length - a.incidents.length);
}

/** Its incidents are sorted already. */
const worstOf = ({ incidents }: TenantChanges): number => severityRank(incidents[0]?.severity ?? '');

function toTenantChanges(tenantId: string, changes: readonly ShownChange[]): TenantChanges {
  const byIncident = Map.groupBy(changes, ({ incidentId }) => incidentId);
  const incidents = [...byIncident].map(toChangedIncident);
  return {
    tenantId,
    tenantName: changes.at(-1)?.tenantName ?? null,
    counts: countKinds(incidents),
    incidents: incidents.sort(worstFirst),
  };
}

/** The worst severity first, then the newest. */
function worstFirst(a: ChangedIncident, b: ChangedIncident): number {
  const bySeverity = severityRank(a.severity) - severityRank(b.severity);
  return bySeverity === 0 ? b.lastStoredAt.localeCompare(a.lastStoredAt) : bySeverity;
}

function toChangedIncident([incidentId, changes]: [string, ShownChange[]]): ChangedIncident {
  const last = changes.at(-1);
  return {
    incidentId,
    name: last?.name ?? null,
    severity: last?.severity ?? 'unknown',
    status: last?.status ?? 'unknown',
    kinds: [...new Set(changes.map(({ kind }) => kind))],
    news: describeNews(changes),
    lastStoredAt: last?.storedAt ?? '',
    isLate: changes.some(isLate),
  };
}

const LATE_MS = 30 * 60_000;

function isLate({ kind, storedAt, lastUpdateTime }: ShownChange): boolean {
  return kind === 'appeared' && Date.parse(storedAt) - Date.parse(lastUpdateTime) > LATE_MS;
}

function countKinds(incidents: readonly ChangedIncident[]): TenantChanges['counts'] {
  const counts: Record<ShownChange['kind'], number> = { ...NO_COUNTS };
  for (const { kinds } of incidents)
    for (const kind of ['appeared', 'changed', 'resolved', 'reopened', 'merged'] as const)
      if (kinds.includes(kind)) counts[kind] += 1;
  return counts;
}
