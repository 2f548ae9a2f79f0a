import { TICKS_PER_DAY, type Ticks } from '../values/ticks.ts';

/** How long log entries are kept; `GET /changes` promises it. */
export const CHANGE_LOG_DAYS = 90n;

/** What is older than its time by more than this was left by a whole day of clean-ups. */
export const OVERDUE_AFTER = TICKS_PER_DAY;

/**
 * Incidents that were last updated before this are too old; `undefined`: none are. It moves at midnight UTC, so that the incidents
 * of a customer's day go together and the later clean-ups of a day find only what was left.
 */
export function expiryCutoff(now: Ticks, retentionDays: number): Ticks | undefined {
  return retentionDays === 0 ? undefined : now - (now % TICKS_PER_DAY) - BigInt(retentionDays) * TICKS_PER_DAY;
}

export const changeLogCutoff = (now: Ticks): Ticks => now - CHANGE_LOG_DAYS * TICKS_PER_DAY;
