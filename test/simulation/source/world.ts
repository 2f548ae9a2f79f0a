import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { Random } from '../basics/random.ts';
import type { TableState } from '../basics/sim-table.ts';
import type { VirtualTime } from '../basics/virtual-time.ts';
import type { GraphWorld } from './graph-world.ts';
import type { SourceTenant } from './sim-source.ts';
import type { Trouble } from './trouble.ts';

/** How often things go wrong, each 0 to 1. */
export interface FaultRates {
  /** The table applies the write and the answer is lost; the SDK's own repeat then sees 412. */
  lostAnswer: number;
  /** The request is given up, and what it asked for is done or not, now or later. */
  tableError: number;
  tableStall: number;
  sourceError: number;
  throttled: number;
  /** The answer is marked as incomplete, and is. */
  partial: number;
  crash: number;
  /** The machine sleeps for minutes in the middle of its work, and then goes on as if nothing had been. */
  sleep: number;
}

export const NO_FAULTS: FaultRates = {
  lostAnswer: 0,
  tableError: 0,
  tableStall: 0,
  sourceError: 0,
  throttled: 0,
  partial: 0,
  crash: 0,
  sleep: 0,
};

/** What one machine of the simulated world is: its own clocks, and a life that can end at any wait. */
export interface Machine {
  name: string;
  clockSkewMs: number;
  isDead: boolean;
  /** Counts down at every wait; at 0 the machine dies. Absent: it dies by chance. */
  waitsLeft?: number;
  /** Called when the machine dies or has slept for so long that its message is given to another. */
  onLost?: () => void;
}

/** What the source is like in this world. */
export interface SourceTraits {
  order: 'newest-first' | 'unordered';
  /** The documented page limit; small in most worlds, so that few incidents fill many pages. */
  maxTop: number;
  /** What the source sends at most, whatever `$top` says. */
  pageCap: number;
  /** Its slowest answers, in ms. */
  slowestMs: number;
  /** How often something changes right after it has answered, 0 to 1. */
  restlessness: number;
  /** Sends short pages with a link to the rest. */
  hasLinks: boolean;
  /** Ticks that its filter compares: 1, or 10,000 where it cuts times to milliseconds. */
  filterTicks: bigint;
}

export interface World {
  time: VirtualTime;
  random: Random;
  table: TableState;
  tenants: Map<TenantId, SourceTenant>;
  faults: FaultRates;
  traits: SourceTraits;
  /** What is wrong with the source itself. */
  trouble: Trouble;
  /** Absent: this life knows only the Defender API. */
  graph?: GraphWorld;
  /** Machines that met something else than that: their work is no proof of how soon a tenant is read. */
  disturbed: Set<string>;
  /** Machines that go on with a poll that another has begun: a further turn is no poll of its own. */
  nextTurns: Set<string>;
  /** What the workers may call in one run of a tenant. */
  callsPerRun: number;
  /** Counts what happened, by name. */
  seen: Map<string, number>;
  violations: string[];
  /** Edits made so far: the order of versions. */
  edits: number;
  /** Machines so far, for their names. */
  machines: number;
  isChanging: boolean;
  /** Incidents are deleted so many days after their last update. Absent: never. */
  retentionDays?: number;
  /** The tenant whose erasure is ordered during the life. */
  erasedTenant?: TenantId;
  /** The newest date of what becomes visible long after it: only a second reading finds it. */
  hiddenThrough?: Ticks;
  /** Called after each answered call at the source, so that the world can change between two pages. */
  afterCall(tenantId: TenantId): void;
  /** Gets one line for each thing that happens, for the story of a failing seed. */
  storyteller?: (line: string) => void;
}

const MAX_SKEW_MS = 600_000;

export function newMachine(world: World): Machine {
  world.machines += 1;
  return {
    name: `m${world.machines}`,
    clockSkewMs: world.random.below(2 * MAX_SKEW_MS + 1) - MAX_SKEW_MS,
    isDead: false,
  };
}

/** From here on nobody asks why this machine's polls got nowhere. */
export function disturb(world: World, machine: Machine): void {
  world.disturbed.add(machine.name);
}

export function note(world: World, event: string): void {
  world.seen.set(event, (world.seen.get(event) ?? 0) + 1);
}

const MAX_VIOLATIONS = 20;

export function report(world: World, text: string): void {
  const line = `${new Date(world.time.now()).toISOString()} ${text}`;
  if (world.violations.length < MAX_VIOLATIONS) world.violations.push(line);
  tell(world, () => `VIOLATION ${text}`);
}

export function tell(world: World, line: () => string): void {
  world.storyteller?.(`${new Date(world.time.now()).toISOString()} ${line()}`);
}

const forever = (): Promise<never> => new Promise<never>(() => undefined);

/** From here on the queue no longer believes in the worker and shows its message to another. */
const VISIBILITY_MS = 600_000;

/** Waits on the world's time; a machine that is dead by then never wakes, and one that sleeps wakes much later. */
export async function pass(world: World, machine: Machine, ms: number): Promise<void> {
  if (!isDead(machine) && isStruck(world, machine)) crash(world, machine);
  if (isDead(machine)) return forever();
  await world.time.wait(ms + sleepMs(world, machine));
  if (isDead(machine)) return forever();
}

const isDead = (machine: Machine): boolean => machine.isDead;

function crash(world: World, machine: Machine): void {
  machine.isDead = true;
  disturb(world, machine);
  note(world, 'crash');
  if (hasBackfill(world)) note(world, 'crash in a backfill');
  tell(world, () => `${machine.name} crashes`);
  machine.onLost?.();
}

function sleepMs(world: World, machine: Machine): number {
  if (world.faults.sleep === 0 || !world.random.chance(world.faults.sleep)) return 0;
  const ms = world.random.below(3 * VISIBILITY_MS);
  note(world, 'sleep');
  disturb(world, machine);
  tell(world, () => `${machine.name} sleeps for ${Math.round(ms / 1_000)} s`);
  if (ms > VISIBILITY_MS) machine.onLost?.();
  return ms;
}

function isStruck(world: World, machine: Machine): boolean {
  if (machine.waitsLeft === undefined) return world.faults.crash > 0 && world.random.chance(world.faults.crash);
  machine.waitsLeft -= 1;
  return machine.waitsLeft < 0;
}

function hasBackfill(world: World): boolean {
  return [...world.tenants.keys()].some(
    (tenantId) => world.table.get(shardOf(tenantId), stateKey(tenantId))?.properties['backfill'] !== undefined,
  );
}
