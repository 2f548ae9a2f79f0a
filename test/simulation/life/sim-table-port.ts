import type { RowOperation } from '../../../shared/domain/values/table-row.ts';
import { TICKS_PER_MS, ticksFromMs, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { AppError, hasCode } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { disturb, note, pass, tell, type Machine, type World } from '../source/world.ts';

export function createSimClock(world: World, machine: Machine): Clock {
  return {
    nowMs: () => world.time.now() + machine.clockSkewMs,
    monotonicMs: () => world.time.now(),
    sleep: (ms) => pass(world, machine, ms),
  };
}

const LATENCY_MS = 20;
const MAX_STALL_MS = 40_000;

/** The table as one machine reaches it: with delays, lost answers and requests that arrive when nobody waits for them any more. */
export function createSimTable(world: World, machine: Machine): Table {
  const { table, random, time } = world;
  let known: { at: Ticks; atMs: number } | undefined;

  const serviceTime = (): Ticks =>
    known === undefined
      ? ticksFromMs(time.now() + machine.clockSkewMs)
      : known.at + BigInt(time.now() - known.atMs) * TICKS_PER_MS;
  function observe(): void {
    // The answer's `Date` has whole seconds.
    const second = ticksFromMs(Math.floor(time.now() / 1_000) * 1_000);
    if (known === undefined || second > serviceTime()) known = { at: second, atMs: time.now() };
  }
  const latency = (): number => 1 + random.below(LATENCY_MS);

  async function request<T>(work: () => T): Promise<T> {
    const isStalled = random.chance(world.faults.tableStall);
    if (isStalled) note(world, 'table stall');
    await pass(world, machine, latency() + (isStalled ? random.below(MAX_STALL_MS) : 0));
    if (random.chance(world.faults.tableError)) throw giveUp(work);
    const answer = work();
    await pass(world, machine, latency());
    observe();
    return answer;
  }

  /** A time-out or a 5xx; one time in three the request reaches the service all the same, later. */
  function giveUp(work: () => unknown): AppError {
    note(world, 'table error');
    disturb(world, machine);
    if (random.chance(0.3))
      time.at(time.now() + random.below(MAX_STALL_MS), () => {
        tell(world, () => `a request that ${machine.name} gave up arrives`);
        try {
          work();
        } catch {
          // Nobody is there to hear of the refusal.
        }
      });
    return unclear();
  }

  function applyNoting(partition: string, operations: readonly RowOperation[]): (string | undefined)[] {
    try {
      return table.apply(partition, operations, time.now(), machine.name);
    } catch (error) {
      if (hasCode(error, 'precondition-failed')) note(world, '412');
      disturb(world, machine);
      tell(world, () => `${machine.name} is refused: ${error instanceof AppError ? error.code : String(error)}`);
      throw error;
    }
  }

  function applyWithFaults(partition: string, operations: readonly RowOperation[]): (string | undefined)[] {
    const etags = applyNoting(partition, operations);
    if (!random.chance(world.faults.lostAnswer)) return etags;
    note(world, 'lost answer after success');
    disturb(world, machine);
    if (random.chance(0.5)) throw unclear();
    // The SDK repeats the request by itself, and its own success makes the repeat fail.
    return applyNoting(partition, operations);
  }

  return {
    serviceTime,
    get: (partition, rowKey) => request(() => table.get(partition, rowKey)),
    list: (partition, range, options = {}) =>
      request(() => {
        const top = options.top ?? 1_000;
        const rows = table.list(partition, options.next ?? range.from, range.to, top + 1);
        return { rows: rows.slice(0, top), next: rows[top]?.rowKey };
      }),
    transact: (partition, operations) => request(() => applyWithFaults(partition, operations)),
  };
}

const unclear = (): AppError => new AppError('storage-unclear', 'The simulated table did not answer');
