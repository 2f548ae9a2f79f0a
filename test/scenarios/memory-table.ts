import { ticksFromMs } from '../../shared/domain/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { createTableState } from '../simulation/sim-table.ts';
import type { VirtualClock } from './virtual-clock.ts';

const MAX_PAGE_ROWS = 1_000;

/** The table service's rules without its process, for what would take minutes on the emulator. */
export function createMemoryTable(time: VirtualClock): Table {
  const state = createTableState();
  return {
    serviceTime: () => ticksFromMs(time.nowMs()),
    get: async (partition, rowKey) => state.get(partition, rowKey),
    list: async (partition, range, { top = MAX_PAGE_ROWS, next } = {}) => {
      const rows = state.list(partition, next ?? range.from, range.to, top + 1);
      return { rows: rows.slice(0, top), next: rows[top]?.rowKey };
    },
    transact: async (partition, operations) => state.apply(partition, operations, time.nowMs()),
  };
}
