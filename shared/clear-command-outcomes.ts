import type { Cleared } from './clear-change-log.ts';
import { deleteRows } from './delete-rows.ts';
import { MAX_TRANSACTION_ROWS } from './domain/row-limits.ts';
import { formatTicks, TICKS_PER_DAY } from './domain/ticks.ts';
import type { Table } from './ports/table.ts';

/** Outcomes of yesterday may still be looked at around midnight; clean-ups that did not happen for a week are made up for. */
const DAYS_BACK = [2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n] as const;

/** Deletes what commands of the days before yesterday ended with; whoever asked has gone. The oldest day first, as it is lost next. */
export async function clearCommandOutcomes(outcomes: Table, isOutOfTime: () => boolean): Promise<Cleared> {
  let cleared = 0;
  for (const back of [...DAYS_BACK].reverse()) {
    const day = formatTicks(outcomes.serviceTime() - back * TICKS_PER_DAY).slice(0, 10);
    for (;;) {
      if (isOutOfTime()) return { rows: cleared, isDone: false };
      const range = { from: '0', to: 'g' };
      const { rows } = await outcomes.list(day, range, { top: MAX_TRANSACTION_ROWS, select: ['kind'] });
      if (rows.length === 0) break;
      const keys = rows.map(({ rowKey }) => rowKey);
      if (await deleteRows(outcomes, day, keys)) cleared += keys.length;
    }
  }
  return { rows: cleared, isDone: true };
}
