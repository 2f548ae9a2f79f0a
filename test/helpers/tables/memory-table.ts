import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import { TICKS_PER_SECOND, type Ticks } from '../../../shared/domain/values/ticks.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { asTable, createTableState, type AppliedChange } from '../../simulation/basics/sim-table.ts';
import { ticksOf } from '../seed.ts';

export interface MemoryTable extends Table {
  /** What the service applied, one entry a transaction. */
  readonly applied: AppliedChange[][];
  /** Time passes at the service. */
  advance(seconds: number): void;
  rows(partitionKey: string): Map<string, RowProperties>;
}

/** A table in memory whose clock moves on by one second with every transaction that is sent. */
export function createMemoryTable(): MemoryTable {
  const state = createTableState();
  const applied: AppliedChange[][] = [];
  let now: Ticks = ticksOf('2026-01-01T00:00:00Z');
  state.onApplied((_partition, changes) => applied.push([...changes]));
  const table = asTable(state, () => now);
  return {
    applied,
    advance: (seconds) => {
      now += BigInt(seconds) * TICKS_PER_SECOND;
    },
    rows: (partitionKey) =>
      new Map(
        state
          .rows()
          .filter(({ partition }) => partition === partitionKey)
          .map(({ rowKey, properties }) => [rowKey, properties]),
      ),
    ...table,
    transact: (partition, operations) => {
      now += TICKS_PER_SECOND;
      return table.transact(partition, operations);
    },
  };
}
