import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { incidentKey } from '../model/incident-key.ts';
import type { Grouping } from '../model/list-look.ts';
import { customerName, severityRank } from '../model/select-incidents.ts';

/** One row of the list: an incident, or what stands for several. */
export type ListRow =
  | { kind: 'incident'; key: string; incident: ListedIncident; isInGroup: boolean }
  | { kind: 'group'; key: string; group: IncidentGroup; isOpen: boolean };

export interface IncidentGroup {
  title: string;
  incidents: readonly ListedIncident[];
  customers: number;
  worst: string;
  unassigned: number;
  /** The newest update. */
  updatedAt: string;
}

/** The rows in the order of the incidents; a group stands where its first incident would. One alone needs no group by title. */
export function toRows(
  incidents: readonly ListedIncident[],
  grouping: Grouping,
  opened: ReadonlySet<string>,
): ListRow[] {
  if (grouping === 'none') return incidents.map((incident) => toIncidentRow(incident, false));
  const groups = Map.groupBy(incidents, (incident) => `${grouping} ${groupKey(incident, grouping)}`);
  return [...groups].flatMap(([key, members]): ListRow[] => {
    const [first] = members;
    if (first === undefined) return [];
    if (grouping === 'title' && members.length === 1) return [toIncidentRow(first, false)];
    const isOpen = opened.has(key);
    const title = grouping === 'title' ? (first.name ?? 'Without a name') : customerName(first);
    const head: ListRow = { kind: 'group', key, group: toGroup(title, members), isOpen };
    return isOpen ? [head, ...members.map((incident) => toIncidentRow(incident, true))] : [head];
  });
}

const toIncidentRow = (incident: ListedIncident, isInGroup: boolean): ListRow => ({
  kind: 'incident',
  key: incidentKey(incident),
  incident,
  isInGroup,
});

const groupKey = (incident: ListedIncident, grouping: Grouping): string =>
  grouping === 'customer' ? incident.tenantId : (incident.name ?? '').trim().toLowerCase();

function toGroup(title: string, incidents: readonly ListedIncident[]): IncidentGroup {
  const worst = incidents.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity))[0]?.severity;
  const updates = incidents.map(({ lastUpdateTime }) => lastUpdateTime).sort();
  return {
    title,
    incidents,
    customers: new Set(incidents.map(({ tenantId }) => tenantId)).size,
    worst: worst ?? 'unknown',
    unassigned: incidents.filter(({ assignedTo }) => assignedTo === null || assignedTo === '').length,
    updatedAt: updates.at(-1) ?? '',
  };
}
