import { textColumn } from './read-incident-rows.ts';
import type { RowProperties, RowRange } from './table-row.ts';
import { formatTicks, readTicks, type Ticks } from './ticks.ts';

/** Rows of the partition `RUN_PARTITION` beside the credential's: what only the run as a whole knows, for health and alerts. */

/** One row, written by every tick. */
export const TICK_KEY = 'tick';

export function toTickRow(tick: Ticks, dueTenants: number): RowProperties {
  return { v: 1, at: formatTicks(tick), dueTenants };
}

export function readTickRow(row: RowProperties): Ticks | undefined {
  return readTicks(textColumn(row, 'at'));
}

const TICK_DIGITS = 19;

/** One row for each message that no worker survived, in order of time. */
export function poisonKey(at: Ticks, id: string): string {
  return `poison!${at.toString().padStart(TICK_DIGITS, '0')}!${id}`;
}

export function poisonRange(since: Ticks): RowRange {
  return { from: poisonKey(since, ''), to: 'poison"' };
}
