import { AppError } from '../errors.ts';
import { scheduleGaps, type ScheduleGaps } from './schedule-interval.ts';
import type { Settings } from './setting-names.ts';

export interface CollectionConfig {
  /** NCRONTAB, six fields, UTC. */
  readonly schedule: string;
  /** The longest time between two ticks: what "one interval" means for health and for claims. */
  readonly intervalSeconds: number;
  /** The shortest time between two ticks; differs from `intervalSeconds` for uneven schedules. */
  readonly shortestIntervalSeconds: number;
  readonly initialLookbackDays: number;
  readonly overlapMinutes: number;
  readonly tenantConcurrency: number;
  readonly sliceSize: number;
  readonly quietIntervalMinutes: number;
  /** 0: no reconciliation. */
  readonly reconcileDays: number;
  /** 0: kept for ever. */
  readonly retentionDays: number;
}

export const DEFAULT_SCHEDULE = '0 */5 * * * *';

/** A slice has at most 25 tenants; a day of overlap would be read at every tick. */
export function readCollectionSettings(settings: Settings): CollectionConfig {
  const { integer } = settings;
  const schedule = settings.text('COLLECT_SCHEDULE') ?? DEFAULT_SCHEDULE;
  const gaps = readGaps(settings, schedule);
  const collection = {
    schedule,
    intervalSeconds: gaps.longestSeconds,
    shortestIntervalSeconds: gaps.shortestSeconds,
    initialLookbackDays: integer('INITIAL_LOOKBACK_DAYS', 30, { min: 1, max: 180, unit: 'days' }),
    overlapMinutes: integer('OVERLAP_MINUTES', 30, { min: 1, max: 1_440, unit: 'minutes' }),
    tenantConcurrency: integer('TENANT_CONCURRENCY', 8, { min: 1, max: 25, unit: 'tenants' }),
    sliceSize: integer('SLICE_SIZE', 25, { min: 1, max: 25, unit: 'tenants' }),
    quietIntervalMinutes: integer('QUIET_INTERVAL_MINUTES', 5, { min: 5, max: 30, unit: 'minutes' }),
    reconcileDays: integer('RECONCILE_DAYS', 7, { min: 0, max: 30, unit: 'days' }),
    retentionDays: integer('RETENTION_DAYS', 400, { min: 0, max: 36_500, unit: 'days' }),
  };
  checkRetention(settings, collection);
  return collection;
}

/** What is purged must not be read again, or it would come back as new. */
function checkRetention(
  settings: Settings,
  collection: Pick<CollectionConfig, 'retentionDays' | 'initialLookbackDays' | 'reconcileDays'>,
): void {
  const { retentionDays, initialLookbackDays, reconcileDays } = collection;
  if (retentionDays === 0 || (retentionDays > initialLookbackDays && retentionDays > reconcileDays + 1)) return;
  settings.refuse(
    'RETENTION_DAYS',
    `be 0 (keep) or a number of days greater than INITIAL_LOOKBACK_DAYS (${initialLookbackDays}) and than RECONCILE_DAYS + 1 (${reconcileDays + 1})`,
  );
}

function readGaps(settings: Settings, schedule: string): ScheduleGaps {
  try {
    return scheduleGaps(schedule);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    settings.refuse(
      'COLLECT_SCHEDULE',
      'be an NCRONTAB expression with six fields (second minute hour day month weekday) such as 0 */5 * * * *',
    );
    return { shortestSeconds: 0, longestSeconds: 0 };
  }
}
