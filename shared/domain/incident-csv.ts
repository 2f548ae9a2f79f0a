import { stringify } from 'csv-stringify/sync';
import type { ListedIncident } from './incident-view.ts';

/** What people look at first stands first; every column of the lists is there. */
const COLUMNS = [
  'tenantName',
  'customer',
  'tenantId',
  'incidentId',
  'name',
  'severity',
  'status',
  'assignedTo',
  'classification',
  'determination',
  'createdTime',
  'lastUpdateTime',
  'alertsCount',
  'tags',
  'serviceSources',
  'categories',
  'mitreTechniques',
  'redirectIncidentId',
  'url',
  'source',
  'firstCollectedAt',
  'collectedAt',
  'sourceMissing',
  'beyondSourceRetention',
  'truncated',
] as const satisfies readonly (keyof ListedIncident)[];

/**
 * RFC 4180, and a BOM, without which spreadsheets take UTF-8 for something else. A title is the attacker's text: what a
 * spreadsheet would run as a formula gets an apostrophe in front.
 */
export function toIncidentCsv(incidents: readonly ListedIncident[], isFirstPart: boolean): string {
  return stringify(
    incidents.map((incident) => COLUMNS.map((column) => toCell(incident[column]))),
    {
      columns: COLUMNS.map((key) => ({ key })),
      header: isFirstPart,
      bom: isFirstPart,
      record_delimiter: 'windows',
      escape_formulas: true,
    },
  );
}

function toCell(value: ListedIncident[keyof ListedIncident]): string {
  if (Array.isArray(value)) return value.join('; ');
  return value === null ? '' : String(value);
}
