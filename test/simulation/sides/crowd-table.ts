import { ticksFromMs, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Table } from '../../../shared/ports/table.ts';
import type { Random } from '../basics/random.ts';
import type { TableState } from '../basics/sim-table.ts';
import type { VirtualTime } from '../basics/virtual-time.ts';

const STORAGE_MS = 5;

/** The table as a machine reaches it that nothing happens to. `pageSize`: so few rows come with one answer. */
export function openCrowdTable(time: VirtualTime, state: TableState, pageSize = 1_000): Table {
  return {
    serviceTime: () => ticksFromMs(time.now()),
    get: async (partition, rowKey) => {
      await time.wait(STORAGE_MS);
      return state.get(partition, rowKey);
    },
    list: async (partition, { from, to }, { top = pageSize, next } = {}) => {
      await time.wait(STORAGE_MS);
      const rows = state.list(partition, next ?? from, to, top + 1);
      return { rows: rows.slice(0, top), next: rows[top]?.rowKey };
    },
    transact: async (partition, operations) => {
      await time.wait(STORAGE_MS);
      return state.apply(partition, operations, time.now());
    },
  };
}

export interface ClaimFaults {
  /** Of the transactions of claims: applied, and the answer is lost, or the SDK's repeat of it is refused. 0 to 1. */
  lostAnswer: number;
  /** From then on no transaction of claims in that partition succeeds. 0 to 1. */
  lostPartition: number;
}

/** What a tick's table has really claimed, with the moment of the claim. */
export interface WatchedTable {
  table: Table;
  claimed: Map<string, Ticks>;
  /** Names what went wrong. */
  seen: Set<string>;
}

/** The same table as a tick reaches it: with lost answers, and with partitions in which all fails from some batch on. */
export function openFaultyTable(table: Table, random: Random, faults: ClaimFaults): WatchedTable {
  const claimed = new Map<string, Ticks>();
  const seen = new Set<string>();
  const lost = new Set<string>();
  const transact: Table['transact'] = async (partition, operations) => {
    const claims = operations.flatMap((operation) => {
      const at = operation.kind === 'delete' ? undefined : operation.properties['claimedTick'];
      return typeof at === 'bigint' ? [{ rowKey: operation.rowKey, at }] : [];
    });
    if (claims.length === 0) return table.transact(partition, operations);
    if (random.chance(faults.lostPartition)) lost.add(partition);
    if (lost.has(partition)) {
      seen.add('batch of claims refused');
      throw unclear();
    }
    const etags = await table.transact(partition, operations);
    for (const { rowKey, at } of claims) claimed.set(rowKey.slice(STATE_PREFIX.length), at);
    if (!random.chance(faults.lostAnswer)) return etags;
    seen.add('lost answer in dispatch');
    if (random.chance(0.5)) throw unclear();
    return table.transact(partition, operations);
  };
  return { table: { ...table, transact }, claimed, seen };
}

const STATE_PREFIX = 'S!';

const unclear = (): AppError => new AppError('storage-unclear', 'The simulated table did not answer');

/** The table of a worker that ends at one of its requests: what it asked for may have been done. */
export function mortal(table: Table, life: { requestsLeft: number }): Table {
  async function beat<T>(work: () => Promise<T>): Promise<T> {
    life.requestsLeft -= 1;
    if (life.requestsLeft < -1) return forever();
    const answer = await work();
    return life.requestsLeft < 0 ? forever() : answer;
  }
  return {
    ...table,
    get: (...args) => beat(() => table.get(...args)),
    list: (...args) => beat(() => table.list(...args)),
    transact: (...args) => beat(() => table.transact(...args)),
  };
}

const forever = (): Promise<never> => new Promise<never>(() => undefined);
