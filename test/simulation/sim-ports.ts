import { stateKey } from '../../shared/domain/row-keys.ts';
import type { RowOperation } from '../../shared/domain/table-row.ts';
import { readTenantId, shardOf } from '../../shared/domain/tenant-id.ts';
import { formatTicks, ticksFromMs, type Ticks } from '../../shared/domain/ticks.ts';
import { AppError, hasCode } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { IncidentQuery, IncidentSource, TenantIncidents } from '../../shared/ports/incident-source.ts';
import type { Table } from '../../shared/ports/table.ts';
import type { Random } from './random.ts';
import { answerQuery, toObserved, type SourceTenant } from './sim-source.ts';
import type { TableState } from './sim-table.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How often things go wrong, each 0 to 1. */
export interface FaultRates {
  /** The table applies the write and the answer is lost; the SDK's own repeat then sees 412. */
  lostAnswer: number;
  tableError: number;
  tableStall: number;
  sourceError: number;
  throttled: number;
  crash: number;
}

export const NO_FAULTS: FaultRates = {
  lostAnswer: 0,
  tableError: 0,
  tableStall: 0,
  sourceError: 0,
  throttled: 0,
  crash: 0,
};

/** What one machine of the simulated world is: its own clocks, and a life that can end at any wait. */
export interface Machine {
  name: string;
  clockSkewMs: number;
  isDead: boolean;
  /** Counts down at every wait; at 0 the machine dies. Absent: it dies by chance. */
  waitsLeft?: number;
}

export interface World {
  time: VirtualTime;
  random: Random;
  table: TableState;
  tenants: Map<string, SourceTenant>;
  faults: FaultRates;
  order: 'newest-first' | 'unordered';
  maxTop: number;
  /** `tenant|incident` whose presence spoils every page that holds it. */
  poisoned: Set<string>;
  /** Counts what happened, by name. */
  seen: Map<string, number>;
  /** Every call at the source: tenant and moment. */
  calls: { tenantId: string; atMs: number }[];
  /** Called after each answered list call, so that the world can change between two pages. */
  afterCall(tenantId: string): void;
  violations?: string[];
  /** Edits made so far: the order of versions. */
  edits: number;
  isChanging: boolean;
  /** One line for each thing that happens, for the story of a failing seed. */
  tell(line: string): void;
}

export function note(world: World, event: string): void {
  world.seen.set(event, (world.seen.get(event) ?? 0) + 1);
}

/** Waits on the world's time; a machine that is dead by then never wakes. */
async function pass(world: World, machine: Machine, ms: number): Promise<void> {
  if (!machine.isDead && isStruck(world, machine)) {
    machine.isDead = true;
    note(world, 'crash');
    if (hasBackfill(world)) note(world, 'crash in a backfill');
    world.tell(`${machine.name} crashes`);
  }
  if (machine.isDead) await new Promise<never>(() => undefined);
  await world.time.wait(ms);
  if (machine.isDead) await new Promise<never>(() => undefined);
}

function isStruck(world: World, machine: Machine): boolean {
  if (machine.waitsLeft === undefined) return world.random.chance(world.faults.crash);
  machine.waitsLeft -= 1;
  return machine.waitsLeft < 0;
}

function hasBackfill(world: World): boolean {
  return [...world.tenants.keys()].some((text) => {
    const tenantId = readTenantId(text);
    return (
      tenantId !== undefined &&
      world.table.get(shardOf(tenantId), stateKey(tenantId))?.properties['backfill'] !== undefined
    );
  });
}

export function createSimClock(world: World, machine: Machine): Clock {
  return {
    nowMs: () => world.time.now() + machine.clockSkewMs,
    monotonicMs: () => world.time.now(),
    sleep: (ms) => pass(world, machine, ms),
  };
}

const LATENCY_MS = 20;

export function createSimTable(world: World, machine: Machine): Table {
  const { table, random, time } = world;
  let known: { at: Ticks; atMs: number } | undefined;
  const observe = (): void => {
    const second = Math.floor(time.now() / 1_000) * 1_000;
    if (known === undefined || ticksFromMs(second) > serviceTime())
      known = { at: ticksFromMs(second), atMs: time.now() };
  };
  const serviceTime = (): Ticks =>
    known === undefined
      ? ticksFromMs(time.now() + machine.clockSkewMs)
      : known.at + ticksFromMs(time.now() - known.atMs) - ticksFromMs(0);
  const latency = (): number => 1 + random.below(LATENCY_MS);
  const unclear = (): AppError =>
    new AppError('microsoft', 'storage-unclear', 'The simulated table did not answer', { retriable: true });

  async function request<T>(work: () => T): Promise<T> {
    const isStalled = random.chance(world.faults.tableStall);
    if (isStalled) note(world, 'table stall');
    await pass(world, machine, latency() + (isStalled ? random.below(40_000) : 0));
    if (random.chance(world.faults.tableError)) {
      note(world, 'table error');
      throw unclear();
    }
    const answer = work();
    await pass(world, machine, latency());
    observe();
    return answer;
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

  function applyNoting(partition: string, operations: readonly RowOperation[]): (string | undefined)[] {
    try {
      return table.apply(partition, operations, time.now());
    } catch (error) {
      if (hasCode(error, 'precondition-failed')) note(world, 'precondition failed');
      throw error;
    }
  }

  function applyWithFaults(partition: string, operations: readonly RowOperation[]): (string | undefined)[] {
    const etags = applyNoting(partition, operations);
    if (!random.chance(world.faults.lostAnswer)) return etags;
    note(world, 'lost answer after success');
    if (random.chance(0.5)) throw unclear();
    // The SDK repeats the request by itself, and its own success makes the repeat fail.
    table.apply(partition, operations, time.now());
    return etags;
  }
}

export function createSimSource(world: World, machine: Machine): IncidentSource {
  return { open: (tenantId) => Promise.resolve(openTenant(world, machine, tenantId)) };
}

function describeQuery({
  updatedFrom,
  updatedTo,
  createdFrom,
  createdTo,
  status,
  top,
  skip = 0,
}: IncidentQuery): string {
  const time = (at: Ticks | undefined): string => (at === undefined ? '' : formatTicks(at).slice(5));
  const created =
    createdFrom === undefined && createdTo === undefined ? '' : ` created [${time(createdFrom)}, ${time(createdTo)})`;
  return `[${time(updatedFrom)}, ${time(updatedTo)})${created} ${status ?? ''} top ${top} skip ${skip}`;
}

function openTenant(world: World, machine: Machine, tenantId: string): TenantIncidents {
  const { random, time } = world;
  const tenant = world.tenants.get(tenantId);
  if (tenant === undefined) throw new AppError('tenant', 'consent-missing', `No consent in ${tenantId}`);

  async function call<T>(work: (durationMs: number) => T): Promise<T> {
    const startedMs = time.now();
    await pass(world, machine, 5 + random.below(200));
    world.calls.push({ tenantId, atMs: time.now() });
    if (random.chance(world.faults.throttled)) {
      const hint = random.below(3);
      note(world, hint === 0 ? 'throttled without a hint' : 'throttled with a hint');
      throw new AppError('microsoft', 'throttled', 'Slow down', {
        retriable: true,
        ...(hint === 0 ? {} : { retryAfterMs: 1_000 + random.below(hint === 1 ? 20_000 : 90_000) }),
      });
    }
    if (random.chance(world.faults.sourceError)) {
      note(world, 'source error');
      throw new AppError('microsoft', 'source-unavailable', 'Try later', { retriable: true });
    }
    const answer = work(time.now() - startedMs);
    await pass(world, machine, 1 + random.below(50));
    world.afterCall(tenantId);
    return answer;
  }

  const answerOptions = (durationMs: number) => ({
    nowMs: time.now(),
    order: world.order,
    maxTop: world.maxTop,
    durationMs: durationMs + 60,
    random,
  });

  return {
    source: 'defender',
    maxTop: 100,
    list: (query) =>
      call((durationMs) => {
        const page = answerQuery(tenant, query, answerOptions(durationMs));
        if (page.incidents.some(({ incident }) => world.poisoned.has(`${tenantId}|${incident.incidentId}`))) {
          note(world, 'spoilt page');
          throw new AppError('microsoft', 'bad-page', 'Not JSON', { retriable: true });
        }
        if (page.count >= Math.min(query.top, world.maxTop)) note(world, 'page split');
        if ((query.skip ?? 0) >= 100) note(world, 'tie passes');
        world.tell(`${machine.name} reads ${tenantId.slice(0, 1)} ${describeQuery(query)}: ${page.count}`);
        return page;
      }),
    follow: () => Promise.reject(new Error('The simulated source sends no links')),
    get: (incidentId) =>
      call(() => {
        const version = tenant.current(incidentId, time.now());
        return version === undefined ? undefined : toObserved(tenantId, version);
      }),
    dropToken: () => undefined,
  };
}
