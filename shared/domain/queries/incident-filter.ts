import { INCIDENT_STATUSES, isOpen, SEVERITIES } from '../incidents/incident.ts';
import { badValue, type QueryParameters } from '../requests/query-parameters.ts';
import { textColumn } from '../rows/row-columns.ts';
import type { JsonValue } from '../values/json-value.ts';
import type { RowProperties } from '../values/table-row.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { MAX_TICKS, readTicks, type Ticks } from '../values/ticks.ts';

const STATUS_WORDS = [...INCIDENT_STATUSES, 'other'] as const;
export const SEVERITY_WORDS = [...SEVERITIES, 'other'] as const;

/** What `GET /incidents` selects by; `undefined` selects everything. `…Since` is inclusive, `…Before` exclusive. */
export interface IncidentFilter {
  tenantId: TenantId | undefined;
  customer: string | undefined;
  label: string | undefined;
  status: readonly string[] | undefined;
  severity: readonly string[] | undefined;
  open: boolean | undefined;
  assignedTo: string | undefined;
  updatedSince: Ticks;
  updatedBefore: Ticks;
  createdSince: Ticks | undefined;
  createdBefore: Ticks | undefined;
}

export const INCIDENT_FILTER_PARAMETERS = [
  'tenantId',
  'customer',
  'label',
  'status',
  'severity',
  'open',
  'assignedTo',
  'updatedSince',
  'updatedBefore',
  'createdSince',
  'createdBefore',
] as const;

export function readIncidentFilter(parameters: QueryParameters): IncidentFilter {
  const updated = readPeriod(parameters, 'updatedSince', 'updatedBefore');
  const created = readPeriod(parameters, 'createdSince', 'createdBefore');
  return {
    tenantId: parameters.tenantId('tenantId'),
    customer: parameters.text('customer'),
    label: parameters.text('label'),
    status: parameters.words('status', STATUS_WORDS),
    severity: parameters.words('severity', SEVERITY_WORDS),
    open: parameters.flag('open'),
    assignedTo: parameters.text('assignedTo')?.toLowerCase(),
    updatedSince: updated.since ?? 0n,
    updatedBefore: updated.before ?? MAX_TICKS + 1n,
    createdSince: created.since,
    createdBefore: created.before,
  };
}

function readPeriod(parameters: QueryParameters, sinceName: string, beforeName: string) {
  const since = parameters.time(sinceName);
  const before = parameters.time(beforeName);
  if (since !== undefined && before !== undefined && since > before)
    throw badValue(sinceName, parameters.text(sinceName) ?? '', `it may not be after "${beforeName}"`);
  return { since, before };
}

/** Everything that a cursor of this list is bound to. */
export function filterIdentity(filter: IncidentFilter): JsonValue {
  const { tenantId, customer, label, status, severity, open, assignedTo } = filter;
  const { updatedSince, updatedBefore, createdSince, createdBefore } = filter;
  const times = [updatedSince, updatedBefore, createdSince, createdBefore].map((at) => at?.toString() ?? null);
  const texts = [tenantId, customer, label, assignedTo].map((text) => text ?? null);
  return [...texts, status?.join() ?? null, severity?.join() ?? null, open ?? null, ...times];
}

/** True when rows are left out after they were read; update times and `open=true` are part of the keys instead. */
export function filtersRows(filter: IncidentFilter): boolean {
  const { status, severity, open, assignedTo, createdSince, createdBefore } = filter;
  return [status, severity, open === true ? undefined : open, assignedTo, createdSince, createdBefore].some(
    (value) => value !== undefined,
  );
}

/** Whether a list row is selected, the tenant and the update time apart. */
export function matchesRow(filter: IncidentFilter, row: RowProperties): boolean {
  const status = textColumn(row, 'status') ?? 'unknown';
  const open = isOpen(status) && row['sourceMissing'] !== true;
  return (
    (filter.open === undefined || open === filter.open) &&
    isAnyOf(filter.status, status, INCIDENT_STATUSES) &&
    isAnyOf(filter.severity, textColumn(row, 'severity') ?? 'unknown', SEVERITIES) &&
    (filter.assignedTo === undefined || textColumn(row, 'assignedTo')?.toLowerCase() === filter.assignedTo) &&
    isCreatedWithin(filter, textColumn(row, 'createdTime'))
  );
}

function isAnyOf(wanted: readonly string[] | undefined, value: string, known: readonly string[]): boolean {
  return wanted === undefined || wanted.includes(known.includes(value) ? value : 'other');
}

/** An incident without a creation time lies in no period. */
function isCreatedWithin({ createdSince, createdBefore }: IncidentFilter, createdTime: string | null): boolean {
  if (createdSince === undefined && createdBefore === undefined) return true;
  const at = readTicks(createdTime);
  return at !== undefined && at >= (createdSince ?? 0n) && at < (createdBefore ?? MAX_TICKS + 1n);
}
