import {
  allRequests,
  isExpired,
  LINKS_PARTITION,
  readRequestRow,
  type ConsentRequest,
  type LastRefusal,
} from '../domain/consent/consent-request.ts';
import type { LinkView, RefusalView } from '../domain/consent/link-view.ts';
import { ENTRA_ERRORS } from '../errors/entra-errors.ts';
import { encodeCursor, readCursor, badCursor } from '../domain/requests/cursor.ts';
import { readQueryParameters } from '../domain/requests/query-parameters.ts';
import type { JsonValue } from '../domain/values/json-value.ts';
import type { StoredRow } from '../domain/values/table-row.ts';
import { formatTicks } from '../domain/values/ticks.ts';
import type { Table } from '../ports/table.ts';

export interface LinkList {
  consentLinks: LinkView[];
  cursor: string | null;
}

export interface LinkQuery {
  pageSize: number;
  start: LinkMark;
}

/** Behind the row key `after`; where the page before had no row at all, its continuation is the only progress. */
interface LinkMark {
  after: string | null;
  continuation: string | null;
}

const PAGE_SIZE = { min: 1, max: 500, fallback: 50 };
const CURSOR_FILTERS = ['consent-links'];

export function readConsentLinkQuery(query: Iterable<[string, string]>): LinkQuery {
  const parameters = readQueryParameters(query, ['pageSize', 'cursor']);
  const cursor = parameters.text('cursor');
  return {
    pageSize: parameters.integer('pageSize', PAGE_SIZE),
    start: cursor === undefined ? { after: null, continuation: null } : readMark(readCursor(cursor, CURSOR_FILTERS)),
  };
}

/** A cursor of an older version is the row key alone. */
function readMark(value: JsonValue): LinkMark {
  const [after, continuation] = Array.isArray(value) ? value : [value, null];
  if (!isTextOrNull(after) || !isTextOrNull(continuation)) throw badCursor('it has no position of this list');
  return { after, continuation };
}

function isTextOrNull(value: JsonValue | undefined): value is string | null {
  return value === null || typeof value === 'string';
}

/** The links that can still be used, in no order. Used and withdrawn ones are stored too, so a page may be short, even empty. */
export async function listConsentLinks(requests: Table, { pageSize, start }: LinkQuery): Promise<LinkList> {
  const { after, continuation } = start;
  const range = { ...allRequests, from: after === null ? allRequests.from : `${after}!` };
  const options = { top: pageSize, ...(continuation !== null && { next: continuation }) };
  const { rows, next } = await requests.list(LINKS_PARTITION, range, options);
  const now = formatTicks(requests.serviceTime());
  const open = rows.map(readRequestRow).filter((request) => request.status === 'open' && !isExpired(request, now));
  return { consentLinks: open.map(toView), cursor: next === undefined ? null : cursorBehind(rows.at(-1), next, after) };
}

function cursorBehind(last: StoredRow | undefined, next: string, after: string | null): string {
  return encodeCursor(CURSOR_FILTERS, last === undefined ? [after, next] : [last.rowKey, null]);
}

function toView(request: ConsentRequest): LinkView {
  const { id, style, displayName, customer, labels, source, initiator, createdAt, expiresAt, attempts } = request;
  const names = { id, style, tenantId: request.tenantId ?? null, displayName, customer, labels, source };
  return { ...names, initiator, createdAt, expiresAt, attempts, lastRefusal: toRefusalView(request.lastRefusal) };
}

function toRefusalView(refusal: LastRefusal | undefined): RefusalView | null {
  if (refusal === undefined) return null;
  const { at, outcome, code, aadsts = null } = refusal;
  const action = code === undefined ? null : ENTRA_ERRORS[code].action;
  return { at, outcome, code: code ?? null, aadsts, action };
}
