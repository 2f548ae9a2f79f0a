import { COUNTED_SEVERITIES } from '../../incidents/created-counts.ts';
import { TREND_DAYS } from '../../queries/trend-query.ts';
import type { NotCounted, Trend, TrendDay, TrendTenant } from '../../views/trend-view.ts';
import { COVERAGE_EXAMPLE } from '../schemas/common-schemas.ts';
import {
  BAD_REQUEST,
  guidParameter,
  json,
  OPERATOR_PROBLEMS,
  textParameter,
  type Routes,
} from '../schemas/operation.ts';
import {
  described,
  guid,
  integer,
  listOf,
  nullable,
  objectOf,
  ref,
  text,
  time,
  type Schema,
} from '../schemas/schema.ts';

const COUNTS = described(
  objectOf(Object.fromEntries(COUNTED_SEVERITIES.map((severity) => [severity, integer]))),
  'By severity; `other` is everything outside the known words.',
);

const DAY: Record<keyof TrendDay, Schema> = { day: described(text, 'In the zone: `2026-11-24`.'), counts: COUNTS };

const TENANT: Record<keyof TrendTenant, Schema> = {
  tenantId: guid,
  tenantName: nullable(text),
  customer: nullable(text),
  counts: COUNTS,
};

const NOT_COUNTED: Record<keyof NotCounted, Schema> = {
  tenantId: guid,
  tenantName: nullable(text),
  before: described(nullable(time), 'What was created before then is not counted; null: nothing is, yet.'),
};

const TREND: Record<keyof Trend, Schema> = {
  zone: text,
  days: described(listOf(objectOf(DAY)), 'Oldest first; the last one is today.'),
  tenants: described(listOf(objectOf(TENANT)), 'Those that have any, the busiest first.'),
  notCountedCount: integer,
  notCounted: described(
    listOf(objectOf(NOT_COUNTED)),
    'At most 100 tenants of which incidents of these days may be missing from the counts: they were stored before incidents were counted, or are too many.',
  ),
  coverage: ref('Coverage'),
};

const counts = (high: number, medium: number): object => ({
  unknown: 0,
  informational: 0,
  low: 0,
  medium,
  high,
  other: 0,
});

export const TREND_ROUTES: Routes = {
  trend: {
    get: {
      operationId: 'getTrend',
      summary: 'How many incidents were created on each day, by severity and by customer',
      description:
        'They are counted when they are stored, with the severity that they have now, so it costs the same for any number of them. A day before a tenant’s data begins, or after `coverage` ends, has only what is stored of it.',
      parameters: [
        {
          ...textParameter('days', 'How many days, today included.'),
          schema: { ...integer, minimum: TREND_DAYS.min, maximum: TREND_DAYS.max, default: TREND_DAYS.fallback },
        },
        textParameter('zone', 'In which the days begin, as IANA names it; by default UTC.'),
        guidParameter('tenantId', 'One tenant; 400 `unknown-tenant` where it is not registered.'),
        textParameter('customer', 'Tenants of this customer, in any letter case.'),
        textParameter('label', 'Tenants with this label, in any letter case.'),
      ],
      responses: {
        200: json('The counts, and how far they can be believed.', objectOf(TREND), {
          zone: 'Europe/Berlin',
          days: [
            { day: '2026-11-23', counts: counts(1, 3) },
            { day: '2026-11-24', counts: counts(0, 2) },
          ],
          tenants: [
            {
              tenantId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
              tenantName: 'Contoso',
              customer: null,
              counts: counts(1, 5),
            },
          ],
          notCountedCount: 0,
          notCounted: [],
          coverage: COVERAGE_EXAMPLE,
        }),
        400: BAD_REQUEST,
        ...OPERATOR_PROBLEMS,
      },
    },
  },
};
