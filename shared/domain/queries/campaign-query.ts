import { CAMPAIGN_DAYS } from '../campaigns/campaign.ts';
import { OBSERVABLE_KINDS, type ObservableKind } from '../observables/observable.ts';
import { FORMATS, readFormat, type CsvOrJson } from '../requests/answer-format.ts';
import { badCursor, encodeCursor, readCursor } from '../requests/cursor.ts';
import { badValue, readQueryParameters } from '../requests/query-parameters.ts';
import type { JsonValue } from '../values/json-value.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { formatTicks, readTicks, TICKS_PER_DAY, type Ticks } from '../values/ticks.ts';

export interface CampaignFilter {
  /** Last seen at this time or later. */
  since: Ticks;
  kind: ObservableKind | undefined;
  tenantId: TenantId | undefined;
  customer: string | undefined;
  label: string | undefined;
  /** Only what this incident of the tenant holds. */
  incidentId: string | undefined;
  /** What is taken for noise too. */
  all: boolean;
}

export interface CampaignQuery {
  filter: CampaignFilter;
  /** As it was asked: a cursor belongs to it. */
  identity: JsonValue;
  pageSize: number;
  format: CsvOrJson;
  /** Key of the last row that was looked at; `''` at the beginning. */
  after: string;
}

const PARAMETERS = [
  'since',
  'kind',
  'tenantId',
  'customer',
  'label',
  'incidentId',
  'all',
  'format',
  'pageSize',
  'cursor',
] as const;
const PAGE_SIZE = { min: 1, max: 500, fallback: 50 };
const POSITION = /^L!\d{19}![A-Za-z0-9._=~-]{1,200}$/;

/** The query string of `GET /campaigns`, and what its caller accepts; `now` is the storage service's time. */
export function readCampaignQuery(
  query: Iterable<[string, string]>,
  now: Ticks,
  accept: string | null = null,
): CampaignQuery {
  const parameters = readQueryParameters(query, PARAMETERS);
  const since = parameters.time('since');
  const given = {
    kind: parameters.word('kind', OBSERVABLE_KINDS),
    tenantId: parameters.tenantId('tenantId'),
    customer: parameters.text('customer'),
    label: parameters.text('label'),
    incidentId: parameters.text('incidentId'),
    all: parameters.flag('all') ?? false,
  };
  if (given.incidentId !== undefined && given.tenantId === undefined)
    throw badValue('incidentId', given.incidentId, 'it needs "tenantId": the number alone names no incident');
  const pageSize = parameters.integer('pageSize', PAGE_SIZE);
  const format = readFormat(parameters.word('format', FORMATS), accept);
  const cursor = parameters.text('cursor');
  const filter = { ...given, since: since ?? now - CAMPAIGN_DAYS * TICKS_PER_DAY };
  const identity = identityOf({ ...given, since });
  if (cursor === undefined) return { filter, identity, pageSize, format, after: '' };
  const place = readCursor(cursor, identity);
  const [begun, after] = Array.isArray(place) ? place : [];
  const from = readTicks(begun);
  if (from === undefined || typeof after !== 'string' || !POSITION.test(after))
    throw badCursor('it has no position of this list');
  return { filter: { ...filter, since: from }, identity, pageSize, format, after };
}

/** Later pages look back as far as the first one did, whatever time it is by then. */
export function toCampaignCursor({ identity, filter }: CampaignQuery, after: string): string {
  return encodeCursor(identity, [formatTicks(filter.since), after]);
}

type GivenFilter = Omit<CampaignFilter, 'since'> & { since: Ticks | undefined };

function identityOf({ since, kind, tenantId, customer, label, incidentId, all }: GivenFilter): JsonValue {
  const names = [kind ?? null, tenantId ?? null, customer ?? null, label ?? null, incidentId ?? null];
  return ['campaigns', since?.toString() ?? null, ...names, all];
}
