import { isOpen, type Incident } from './incident.ts';

/** One readable change. `from` and `to` are the neutral values; alerts have `added`, `removed` and `changed` ids instead. */
export type FieldChange =
  | { field: string; from: unknown; to: unknown }
  | { field: 'alerts'; added: string[]; removed: string[]; changed: string[] };

export type ChangeKind = 'appeared' | 'changed' | 'resolved' | 'reopened' | 'merged';

const COMPARED = [
  'name',
  'status',
  'severity',
  'classification',
  'determination',
  'assignedTo',
  'createdTime',
  'redirectIncidentId',
  'tags',
  'comments',
  'serviceSources',
  'categories',
  'mitreTechniques',
  'devices',
  'users',
  'url',
] as const satisfies readonly (keyof Incident)[];

/** Every field of the incident that differs; the update time is not one of them, as it names the version. */
export function compareIncidents(before: Incident, after: Incident): FieldChange[] {
  if (before.source === after.source) return compareFields(COMPARED, before, after);
  const change: FieldChange = { field: 'source', from: before.source, to: after.source };
  // From another source, a version of the same time is the same one; the differences are those between the sources.
  return before.lastUpdateTime === after.lastUpdateTime
    ? [change]
    : [change, ...compareFields(TOLD_ALIKE, before, after)];
}

/** Each source names the author of a comment and the page of the portal differently. */
const TOLD_ALIKE = COMPARED.filter((field) => field !== 'url' && field !== 'comments');

/** The fields that a response without alerts does not contain. */
const FROM_ALERTS: readonly string[] = ['serviceSources', 'categories', 'mitreTechniques', 'devices', 'users'];
const OF_ITSELF = COMPARED.filter((field) => !FROM_ALERTS.includes(field));

/** Whether two tellings of one source say the same of the incident itself, whatever its alerts are. */
export function saysTheSame(before: Incident, after: Incident): boolean {
  return compareFields(OF_ITSELF, before, after).length === 0;
}

function compareFields(fields: readonly (keyof Incident)[], before: Incident, after: Incident): FieldChange[] {
  return fields
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, from: before[field], to: after[field] }));
}

/** Both maps: alert id → hash of the alert's content. */
export function compareAlerts(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): FieldChange[] {
  const added = [...after.keys()].filter((id) => !before.has(id));
  const removed = [...before.keys()].filter((id) => !after.has(id));
  const changed = [...after].filter(([id, hash]) => before.has(id) && before.get(id) !== hash).map(([id]) => id);
  return added.length + removed.length + changed.length === 0 ? [] : [{ field: 'alerts', added, removed, changed }];
}

export function changeKind(before: Incident | undefined, after: Incident): ChangeKind {
  if (before === undefined) return 'appeared';
  if (after.status === 'redirected' && before.status !== 'redirected') return 'merged';
  if (after.status === 'resolved' && before.status !== 'resolved') return 'resolved';
  return !isOpen(before.status) && isOpen(after.status) ? 'reopened' : 'changed';
}
