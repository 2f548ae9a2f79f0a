import { AppError } from '../../errors.ts';
import type { ObservedIncident } from '../incidents/incident.ts';
import { parseJson } from '../values/json-text.ts';
import { readFirstTicks, readId, readObject, readText, type JsonObject } from '../values/read-value.ts';
import type { TenantId } from '../values/tenant-id.ts';
import type { Ticks } from '../values/ticks.ts';

export interface MappingContext {
  tenantId: TenantId;
  /** Base URL of the cloud's Defender portal. */
  portalUrl: string;
  /** Lower end of the window that was read: the update time of an incident that has no time at all. */
  updatedFrom: Ticks;
}

/** How one source writes an incident. */
export interface Dialect {
  idKey: string;
  /** Under which it writes when an incident was last updated. */
  timeKeys: readonly [string, ...string[]];
  toIncident(entry: JsonObject, incidentId: string, context: MappingContext): ObservedIncident;
}

export interface ListedPage {
  /** Incidents with an id, in the order of the response, each id as often as it was sent. */
  incidents: ObservedIncident[];
  /**
   * Update times of the entries without an id; for one without a time, the start of the requested window: the creation time
   * says nothing about it.
   */
  withoutId: Ticks[];
  count: number;
  sourceStatuses: string[];
  nextLink: string | undefined;
}

/** Body of a list → page. An entry that cannot be used costs itself only; an unusable body is `bad-page`. */
export function readIncidentPage(bodyText: string, dialect: Dialect, context: MappingContext): ListedPage {
  const { entries, nextLink } = readPageBody(bodyText);
  const page: ListedPage = { incidents: [], withoutId: [], count: entries.length, sourceStatuses: [], nextLink };
  const statuses = new Set<string>();
  for (const value of entries) {
    const entry = readObject(value) ?? {};
    const incidentId = readId(entry[dialect.idKey]);
    if (incidentId === undefined)
      page.withoutId.push(readFirstTicks(entry, ...dialect.timeKeys) ?? context.updatedFrom);
    else page.incidents.push(dialect.toIncident(entry, incidentId, context));
    const status = readText(entry['status']);
    if (status !== null) statuses.add(status);
  }
  page.sourceStatuses = [...statuses];
  return page;
}

/** Body of a read by id → that incident. */
export function readOneIncident(
  bodyText: string,
  expectedId: string,
  dialect: Dialect,
  context: MappingContext,
): ObservedIncident {
  const entry = readBody(bodyText);
  const incidentId = readId(entry[dialect.idKey]);
  if (incidentId !== expectedId)
    throw badPage(`incident ${expectedId} was asked for and ${incidentId ?? 'one without an id'} came`);
  return dialect.toIncident(entry, incidentId, context);
}

/** The entries of any list of the source, and the link to more of them. */
export function readPageBody(bodyText: string): { entries: unknown[]; nextLink: string | undefined } {
  const body = readBody(bodyText);
  const entries = body['value'];
  if (!Array.isArray(entries)) throw badPage(`its "value" is ${kindOf(entries)} and not a list`);
  return { entries, nextLink: readNextLink(body['@odata.nextLink']) };
}

function readBody(bodyText: string): JsonObject {
  const body = readObject(parseBody(bodyText));
  if (body === undefined) throw badPage('it is JSON but not an object');
  return body;
}

function parseBody(bodyText: string): unknown {
  try {
    return parseJson(bodyText);
  } catch {
    // The parser's own message quotes the text, which is a customer's.
    const kind = /^\s*</.test(bodyText) ? 'HTML or XML' : 'not JSON, or cut';
    throw badPage(`its ${bodyText.length} characters are ${kind}`);
  }
}

function readNextLink(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw badPage(`its "@odata.nextLink" is ${kindOf(value)} and not a text`);
  return value;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  return Array.isArray(value) ? 'a list' : typeof value;
}

function badPage(reason: string): AppError {
  return new AppError('bad-page', `Cannot read the answer as incidents: ${reason}`, {
    action: 'Nothing: it is read again; if it lasts, open a support case with Microsoft',
  });
}
