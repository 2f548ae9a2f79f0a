import { stringify } from 'csv-stringify/sync';
import type { ListedIncident } from './incident-view.ts';

/** The most important columns come first; every column of the lists is there. */
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
  'alertsPending',
  'devicesCount',
  'usersCount',
] as const satisfies readonly (keyof ListedIncident)[];

/** `exact`: as everywhere in the API · `seconds`: as spreadsheets know times, `2026-11-30 05:01:52`, still UTC. */
export const CSV_TIMES = ['exact', 'seconds'] as const;
export type CsvTimes = (typeof CSV_TIMES)[number];

/**
 * RFC 4180, and a BOM, without which spreadsheets read UTF-8 wrongly. An attacker may write a title: a cell that a spreadsheet
 * would run as a formula gets an apostrophe in front.
 */
export function toIncidentCsv(
  incidents: readonly ListedIncident[],
  { isFirstPart, times }: { isFirstPart: boolean; times: CsvTimes },
): string {
  const cell = times === 'exact' ? toCell : toSheetCell;
  return stringify(
    incidents.map((incident) => COLUMNS.map((column) => cell(incident[column]))),
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

const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d{7}Z$/;

function toSheetCell(value: ListedIncident[keyof ListedIncident]): string {
  return toCell(value).replace(TIME, '$1 $2');
}
