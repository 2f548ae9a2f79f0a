import { MAX_TRANSACTION_ROWS } from '../domain/rows/row-limits.ts';
import { formatTicks, TICKS_PER_DAY } from '../domain/values/ticks.ts';
import type { Table } from '../ports/table.ts';
import { deleteRows } from '../tables/delete-rows.ts';
import type { Cleared } from './clear-change-log.ts';

/** Outcomes of yesterday may still be looked at around midnight; clean-ups that did not happen for a week are made up for. */
const DAYS_BACK = [2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n] as const;

/**
 * Deletes the outcomes of commands of the days before yesterday; no sender waits for them any more. The oldest day first, as it
 * is lost next.
 */
export async function clearCommandOutcomes(outcomes: Table, isOutOfTime: () => boolean): Promise<Cleared> {
  let cleared = 0;
  for (const back of [...DAYS_BACK].reverse()) {
    const day = formatTicks(outcomes.serviceTime() - back * TICKS_PER_DAY).slice(0, 10);
    let next: string | undefined;
    for (let isDone = false; !isDone;) {
      if (isOutOfTime()) return { rows: cleared, isDone: false };
      const options = { top: MAX_TRANSACTION_ROWS, select: ['kind'], ...(next !== undefined && { next }) };
      const page = await outcomes.list(day, { from: '0', to: 'g' }, options);
      const keys = page.rows.map(({ rowKey }) => rowKey);
      const isOurs = await deleteRows(outcomes, day, keys);
      if (isOurs) cleared += keys.length;
      next = isOurs ? page.next : undefined;
      isDone = isOurs && next === undefined;
    }
  }
  return { rows: cleared, isDone: true };
}
