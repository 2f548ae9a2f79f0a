import { textColumn } from '../rows/row-columns.ts';
import type { RowProperties, RowRange } from '../values/table-row.ts';
import { formatTicks, readTicks, type Ticks } from '../values/ticks.ts';
import type { QueueFronts } from './queue-front.ts';

/**
 * Rows of the partition `RUN_PARTITION` in addition to the credential's: facts about the run as a whole, for health and alerts.
 */

/** One row, written by every tick. */
export const TICK_KEY = 'tick';

export interface TickRecord {
  tick: Ticks;
  dueTenants: number;
  fronts: QueueFronts;
}

export function toTickRow({ tick, dueTenants, fronts }: TickRecord): RowProperties {
  const { tenants, slowTenants } = fronts;
  return { v: 1, at: formatTicks(tick), dueTenants, front: formatTicks(tenants), slowFront: formatTicks(slowTenants) };
}

export function readTickRow(row: RowProperties): Ticks | undefined {
  return readTicks(textColumn(row, 'at'));
}

/** `undefined` for a row that the version before has written. */
export function readTickFronts(row: RowProperties): QueueFronts | undefined {
  const [tenants, slowTenants] = [readTicks(textColumn(row, 'front')), readTicks(textColumn(row, 'slowFront'))];
  return tenants === undefined || slowTenants === undefined ? undefined : { tenants, slowTenants };
}

const TICK_DIGITS = 19;

/** One row for each message that no worker survived, in order of time. */
export function poisonKey(at: Ticks, id: string): string {
  return `poison!${at.toString().padStart(TICK_DIGITS, '0')}!${id}`;
}

export function poisonRange(since: Ticks): RowRange {
  return { from: poisonKey(since, ''), to: 'poison"' };
}
