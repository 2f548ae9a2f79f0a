import { stringify } from 'csv-stringify/sync';
import type { FoundIncident, FoundMatch } from './search-view.ts';

const INCIDENT_COLUMNS = [
  'tenantName',
  'customer',
  'tenantId',
  'incidentId',
  'name',
  'severity',
  'status',
  'createdTime',
] as const satisfies readonly (keyof FoundIncident)[];

const MATCH_COLUMNS = [
  'kind',
  'value',
  'exact',
  'verdict',
  'remediation',
  'alertId',
  'firstSeen',
  'lastSeen',
] as const satisfies readonly (keyof FoundMatch)[];

/**
 * One row for each match; as in the list of incidents, a cell that a spreadsheet would run as a formula gets an apostrophe in
 * front.
 */
export function toSearchCsv(incidents: readonly FoundIncident[]): string {
  const rows = incidents.flatMap((incident) =>
    incident.matches.map((match) => [
      ...INCIDENT_COLUMNS.map((column) => incident[column] ?? ''),
      ...MATCH_COLUMNS.map((column) => String(match[column] ?? '')),
    ]),
  );
  return stringify(rows, {
    columns: [...INCIDENT_COLUMNS, ...MATCH_COLUMNS].map((key) => ({ key })),
    header: true,
    bom: true,
    record_delimiter: 'windows',
    escape_formulas: true,
  });
}
