import { ENTRA_PROBLEMS } from './domain/entra-problems.ts';
import { encodeCursor, readCursor, badCursor } from './domain/cursor.ts';
import type { LinkView, RefusalView } from './domain/link-view.ts';
import {
  allRequests,
  isExpired,
  LINKS_PARTITION,
  readRequestRow,
  type ConsentRequest,
  type LastRefusal,
} from './domain/consent-request.ts';
import { readQueryParameters } from './domain/query-parameters.ts';
import { formatTicks } from './domain/ticks.ts';
import type { Table } from './ports/table.ts';

export interface LinkList {
  consentLinks: LinkView[];
  cursor: string | null;
}

export interface LinkQuery {
  pageSize: number;
  /** The row key that the page before ended with. */
  after: string | undefined;
}

const PAGE_SIZE = { min: 1, max: 500, fallback: 50 };
const CURSOR_FILTERS = ['consent-links'];

export function readConsentLinkQuery(query: Iterable<[string, string]>): LinkQuery {
  const parameters = readQueryParameters(query, ['pageSize', 'cursor']);
  const cursor = parameters.text('cursor');
  const after = cursor === undefined ? undefined : readCursor(cursor, CURSOR_FILTERS);
  if (after !== undefined && typeof after !== 'string') throw badCursor('it has no position of this list');
  return { pageSize: parameters.integer('pageSize', PAGE_SIZE), after };
}

/** The links that can still be used, in no order. Used and withdrawn ones are stored too, so a page may be short. */
export async function listConsentLinks(requests: Table, { pageSize, after }: LinkQuery): Promise<LinkList> {
  const range = { ...allRequests, from: after === undefined ? allRequests.from : `${after}!` };
  const { rows, next } = await requests.list(LINKS_PARTITION, range, { top: pageSize });
  const now = formatTicks(requests.serviceTime());
  const open = rows.map(readRequestRow).filter((request) => request.status === 'open' && !isExpired(request, now));
  const last = rows.at(-1);
  const isWhole = next === undefined || last === undefined;
  return { consentLinks: open.map(toView), cursor: isWhole ? null : encodeCursor(CURSOR_FILTERS, last.rowKey) };
}

function toView(request: ConsentRequest): LinkView {
  const { id, style, displayName, customer, labels, source, initiator, createdAt, expiresAt, attempts } = request;
  const names = { id, style, tenantId: request.tenantId ?? null, displayName, customer, labels, source };
  return { ...names, initiator, createdAt, expiresAt, attempts, lastRefusal: toRefusalView(request.lastRefusal) };
}

function toRefusalView(refusal: LastRefusal | undefined): RefusalView | null {
  if (refusal === undefined) return null;
  const { at, outcome, code, aadsts = null } = refusal;
  const action = code === undefined ? null : ENTRA_PROBLEMS[code].action;
  return { at, outcome, code: code ?? null, aadsts, action };
}
