import { MAX_TRANSACTION_ROWS } from './domain/row-limits.ts';
import { formatTicks, TICKS_PER_DAY } from './domain/ticks.ts';
import type { Table } from './ports/table.ts';

/** Outcomes of yesterday may still be looked at around midnight; a run that did not happen for a week is made up for. */
const DAYS_BACK = [2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n] as const;

/** Deletes what commands of the days before yesterday ended with; whoever asked has gone. Answers how many rows. */
export async function clearCommandOutcomes(outcomes: Table, isOutOfTime: () => boolean): Promise<number> {
  const now = outcomes.serviceTime();
  let cleared = 0;
  for (const back of DAYS_BACK) {
    const day = formatTicks(now - back * TICKS_PER_DAY).slice(0, 10);
    let next: string | undefined;
    do {
      if (isOutOfTime()) return cleared;
      const options = { top: MAX_TRANSACTION_ROWS, select: ['kind'], ...(next !== undefined && { next }) };
      const page = await outcomes.list(day, { from: '0', to: 'g' }, options);
      if (page.rows.length > 0)
        await outcomes.transact(
          day,
          page.rows.map(({ rowKey }) => ({ kind: 'delete', rowKey })),
        );
      cleared += page.rows.length;
      next = page.next;
    } while (next !== undefined);
  }
  return cleared;
}
