import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { label } from '../model/describe-change.ts';
import { customerName } from '../model/select-incidents.ts';
import { showControls } from '../parts/show-controls.ts';

/** A line for each incident, for a ticket or a chat. It begins with a word of ours, so that no spreadsheet takes it for a formula. */
export function describeForCopy(incidents: readonly ListedIncident[]): string {
  return incidents.map(toLine).join('\n');
}

function toLine(incident: ListedIncident): string {
  const { incidentId, name, severity, assignedTo, url } = incident;
  const parts = [
    label(severity),
    customerName(incident),
    `#${incidentId}`,
    name ?? 'Without a name',
    assignedTo === null || assignedTo === '' ? 'unassigned' : assignedTo,
    ...(url === null ? [] : [url]),
  ];
  return showControls(parts.join(' · ').replace(/\s+/g, ' '));
}
