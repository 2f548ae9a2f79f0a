import type { FirstRead } from '../../../shared/domain/views/change-list.ts';
import type { BlindTenant, Coverage } from '../../../shared/domain/views/coverage.ts';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { incidentKey } from '../model/incident-key.ts';
import { severityRank } from '../model/select-incidents.ts';
import type { ChangedIncident, TenantChanges } from './group-changes.ts';

/** An incident of the shift as one line. */
export interface ReportLine {
  tenantId: string;
  tenantName: string | null;
  incidentId: string;
  name: string | null;
  severity: string;
  /** `null`: nobody; `undefined`: not known, as it is closed or beyond what the page has read. */
  owner: string | null | undefined;
  /** What happened to it. */
  news: readonly string[];
}

/** How many there are of each severity, the worst first. */
export type SeverityCounts = readonly (readonly [severity: string, count: number])[];

export interface Report {
  /** New ones that are still open, the worst first. */
  newOpen: readonly ReportLine[];
  /** New ones that are closed already. */
  newClosed: number;
  /** By the verdict, the most frequent first. */
  resolved: readonly { verdict: string; lines: readonly ReportLine[] }[];
  reopened: readonly ReportLine[];
  /** Open ones that were neither new nor reopened, and whose severity has changed. */
  regraded: readonly ReportLine[];
  /** What else has changed. */
  changed: number;
  customers: number;
  /** Incidents of the past that first reads brought. */
  firstRead: number;
  blindNow: readonly BlindTenant[];
  blindMeanwhile: readonly BlindTenant[];
  /** How many incidents were stored long after Microsoft had dated them. */
  late: readonly { tenantId: string; tenantName: string | null; count: number }[];
  /** Everything that is open now, by its owner; `null` is nobody. Whoever has the worst comes first. */
  owners: readonly { owner: string | null; counts: SeverityCounts }[];
  openNow: SeverityCounts;
  /** More is open than the page has read: what is said of it is said of those updated last. */
  isPart: boolean;
}

export interface Shift {
  groups: readonly TenantChanges[];
  /** Incidents of the past, by customer. */
  firstReads: readonly FirstRead[];
  open: readonly ListedIncident[];
  /** There are more of these. */
  isPart: boolean;
  coverage: Coverage;
}

/** What one shift tells the next, over all customers. */
export function buildReport({ groups, firstReads, open, isPart, coverage }: Shift): Report {
  const owners = new Map(open.map((incident) => [incidentKey(incident), incident.assignedTo]));
  const all = groups.flatMap(({ tenantId, tenantName, incidents }) =>
    incidents.map((incident) => ({ incident, line: toLine(tenantId, tenantName, incident, owners) })),
  );
  const linesOf = (isWanted: (incident: ChangedIncident) => boolean): ReportLine[] =>
    all
      .filter(({ incident }) => isWanted(incident))
      .map(({ line }) => line)
      .sort(worstFirst);
  const isNew = ({ kinds }: ChangedIncident): boolean => kinds.includes('appeared');
  const isReopened = (one: ChangedIncident): boolean => one.kinds.includes('reopened') && isOpen(one);
  const isResolved = ({ kinds, status }: ChangedIncident): boolean =>
    kinds.includes('resolved') && status === 'resolved';
  const isRegraded = (one: ChangedIncident): boolean =>
    isOpen(one) && !isNew(one) && !isReopened(one) && one.news.some((text) => text.startsWith('Severity '));
  const isElse = (one: ChangedIncident): boolean =>
    !isNew(one) && !isReopened(one) && !isResolved(one) && !isRegraded(one);
  const blind = coverage.blind.filter(({ kind }) => kind === 'blind');
  return {
    newOpen: linesOf((one) => isNew(one) && isOpen(one)),
    newClosed: all.filter(({ incident }) => isNew(incident) && !isOpen(incident)).length,
    resolved: byVerdict(linesOf(isResolved)),
    reopened: linesOf(isReopened),
    regraded: linesOf(isRegraded),
    changed: all.filter(({ incident }) => isElse(incident)).length,
    customers: groups.length,
    firstRead: firstReads.reduce((sum, { incidents }) => sum + incidents, 0),
    blindNow: blind.filter(({ until }) => until === null),
    blindMeanwhile: blind.filter(({ until }) => until !== null),
    late: groups.flatMap(({ tenantId, tenantName, incidents }) => {
      const count = incidents.filter(({ isLate }) => isLate).length;
      return count === 0 ? [] : [{ tenantId, tenantName, count }];
    }),
    owners: byOwner(open),
    openNow: countSeverities(open),
    isPart,
  };
}

const isOpen = ({ status }: ChangedIncident): boolean => status !== 'resolved' && status !== 'redirected';

function toLine(
  tenantId: string,
  tenantName: string | null,
  { incidentId, name, severity, news }: ChangedIncident,
  owners: ReadonlyMap<string, string | null>,
): ReportLine {
  const owner = owners.get(incidentKey({ tenantId, incidentId }));
  return { tenantId, tenantName, incidentId, name, severity, owner, news };
}

const worstFirst = (a: { severity: string }, b: { severity: string }): number =>
  severityRank(a.severity) - severityRank(b.severity);

function byVerdict(lines: readonly ReportLine[]): Report['resolved'] {
  const groups = Map.groupBy(lines, ({ news }) => news.find((text) => text.startsWith('Resolved')) ?? 'Resolved');
  return [...groups].map(([verdict, own]) => ({ verdict, lines: own })).sort((a, b) => b.lines.length - a.lines.length);
}

function byOwner(open: readonly ListedIncident[]): Report['owners'] {
  const groups = Map.groupBy(open, ({ assignedTo }) => (assignedTo === '' ? null : assignedTo));
  const worst = (own: readonly ListedIncident[]): number =>
    Math.min(...own.map(({ severity }) => severityRank(severity)));
  return [...groups]
    .sort(([, a], [, b]) => worst(a) - worst(b) || b.length - a.length)
    .map(([owner, own]) => ({ owner, counts: countSeverities(own) }));
}

export function countSeverities(all: readonly { severity: string }[]): SeverityCounts {
  const groups = Map.groupBy(all, ({ severity }) => severity);
  return [...groups]
    .map(([severity, own]) => [severity, own.length] as const)
    .sort(([a], [b]) => severityRank(a) - severityRank(b));
}
