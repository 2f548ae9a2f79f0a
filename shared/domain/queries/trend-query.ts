import { badValue, readQueryParameters } from '../requests/query-parameters.ts';
import type { TenantId } from '../values/tenant-id.ts';

/** What `GET /trend` counts. */
export interface TrendQuery {
  /** Today is the last one. */
  days: number;
  /** In which the days begin and end, as IANA names it. */
  zone: string;
  tenantId: TenantId | undefined;
  customer: string | undefined;
  label: string | undefined;
}

const PARAMETERS = ['days', 'zone', 'tenantId', 'customer', 'label'] as const;
export const TREND_DAYS = { min: 1, max: 90, fallback: 30 };

/** The query string of `GET /trend`. */
export function readTrendQuery(query: Iterable<[string, string]>): TrendQuery {
  const parameters = readQueryParameters(query, PARAMETERS);
  const zone = parameters.text('zone') ?? 'UTC';
  if (!isZone(zone)) throw badValue('zone', zone, 'it must be a time zone such as Europe/Berlin');
  return {
    days: parameters.integer('days', TREND_DAYS),
    zone,
    tenantId: parameters.tenantId('tenantId'),
    customer: parameters.text('customer'),
    label: parameters.text('label'),
  };
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
