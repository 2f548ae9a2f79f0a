import { badCursor, encodeCursor, readCursor } from '../requests/cursor.ts';
import { readQueryParameters } from '../requests/query-parameters.ts';
import type { JsonValue } from '../values/json-value.ts';
import type { TenantId } from '../values/tenant-id.ts';

/** The requested part of an incident: the first, or the one after the alert and the history entry shown last. */
export interface IncidentDetailQuery {
  tenantId: TenantId;
  incidentId: string;
  start: DetailMark;
}

/** The end of the key shown last of each list; `''` before the first, `null` when the list has been shown whole. */
export interface DetailMark {
  alert: string | null;
  history: string | null;
}

const START: DetailMark = { alert: '', history: '' };
const KEY_END = /^[A-Za-z0-9._=~!-]{0,250}$/;

export function readIncidentDetailQuery(
  tenantId: TenantId,
  incidentId: string,
  query: Iterable<[string, string]>,
): IncidentDetailQuery {
  const cursor = readQueryParameters(query, ['cursor']).text('cursor');
  const start = cursor === undefined ? START : readMark(readCursor(cursor, identityOf(tenantId, incidentId)));
  return { tenantId, incidentId, start };
}

export function toDetailCursor(tenantId: TenantId, incidentId: string, { alert, history }: DetailMark): string {
  return encodeCursor(identityOf(tenantId, incidentId), [alert, history]);
}

const identityOf = (tenantId: TenantId, incidentId: string): JsonValue => ['incident', tenantId, incidentId];

function readMark(value: JsonValue): DetailMark {
  const [alert, history] = Array.isArray(value) ? value : [];
  if (!isKeyEnd(alert) || !isKeyEnd(history)) throw badCursor('it has no position of this incident');
  return { alert, history };
}

function isKeyEnd(value: JsonValue | undefined): value is string | null {
  return value === null || (typeof value === 'string' && KEY_END.test(value));
}
