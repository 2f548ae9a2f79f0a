import { claimDueTenants } from '../../../shared/collection/claim-tenants.ts';
import { collectSlice, type SliceDeps } from '../../../shared/collection/collect-slice.ts';
import { ALIVE, judgeSource, type SourceState } from '../../../shared/domain/collection/source-state.ts';
import { readSliceMessage, toSlices, type Slice } from '../../../shared/domain/collection/slice.ts';
import { createRepeatBudget } from '../../../shared/domain/reading/repeat-budget.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_SECOND, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CollectSettings } from '../../../shared/polling/collect-settings.ts';
import { NO_TELEMETRY } from '../../../shared/ports/telemetry.ts';
import { createSimSource, type SourceObserver } from '../source/sim-reader.ts';
import { newMachine, note, report, tell, type Machine, type World } from '../source/world.ts';
import { INTERVAL_MS } from '../basics/sim-settings.ts';
import { stateOf } from '../checks/state-of.ts';
import { erase } from './sim-steward.ts';
import { createSimClock, createSimTable } from './sim-table-port.ts';

/** Everything that the machines of one seed share. */
export interface Fleet {
  world: World;
  observer: SourceObserver;
  settings: CollectSettings;
  /** How many messages can be under way at once, a second copy of one included. */
  workers: number;
  sliceSize: number;
  /** What all tenants together say of the Defender API. */
  sourceState?: SourceState;
}

/** One claim's way through the queue: how often each of its tenants has been handed to a worker. */
type Handed = Map<TenantId, number>;

const MAX_DELIVERIES = 4;

/** Dispatch on one machine, then each message to workers: late, twice, or out of order. */
export async function runTick(fleet: Fleet): Promise<void> {
  const { world } = fleet;
  const machine = newMachine(world);
  const table = createSimTable(world, machine);
  try {
    // The timer has written its own status before, so the service's clock is known.
    await table.get('0', 'T!');
    const tick = table.serviceTime();
    const claimed = await claimDueTenants(table, fleet.settings, tick);
    tell(world, () => `${machine.name} claims ${claimed.map(({ tenantId }) => tenantId.slice(0, 8)).join(' ')}`);
    const collected = claimed.filter(({ isPurging }) => !isPurging);
    const stage = judge(fleet, tick);
    for (const slice of toSlices(tick, collected, fleet.sliceSize))
      send(fleet, { ...slice, ...(stage !== 'alive' && { stage }) }, 1, new Map());
    for (const { tenantId, isPurging } of claimed) if (isPurging) void erase(world, tenantId);
  } catch (error) {
    if (!(error instanceof AppError)) reportBug(world, error);
    note(world, 'dispatch failed');
  }
}

/** From the state rows, as each tick has them. */
function judge(fleet: Fleet, now: Ticks): SourceState['stage'] {
  const { world, settings } = fleet;
  const states = [...world.tenants.keys()].flatMap((tenantId) => rowOf(world, tenantId) ?? []);
  const interval = BigInt(INTERVAL_MS / 1_000) * TICKS_PER_SECOND;
  const by = { now, interval, setting: settings.defaultSource };
  fleet.sourceState = judgeSource(states, fleet.sourceState ?? ALIVE, by);
  return fleet.sourceState.stage;
}

function rowOf({ table }: World, tenantId: TenantId): TenantState | undefined {
  const row = table.get(shardOf(tenantId), stateKey(tenantId));
  return row === undefined ? undefined : stateOf(row.properties);
}

/** Shown to a worker now or later; sometimes to two. */
function send(fleet: Fleet, slice: Slice, delivery: number, handed: Handed): void {
  const { world, workers } = fleet;
  const { random, time } = world;
  const delayMs = random.chance(0.2) ? random.below(random.chance(0.1) ? 1_200_000 : 120_000) : random.below(2_000);
  time.at(time.now() + delayMs, () => {
    void work(fleet, slice, delivery, handed);
  });
  if (delivery < MAX_DELIVERIES && workers > 1 && random.chance(0.1 * (workers - 1)))
    send(fleet, slice, delivery + 1, handed);
}

/** Each tenant of a claim reaches at most four workers; then the queue gives the message up as poisoned. */
function takeHanded(slice: Slice, handed: Handed): Slice {
  const tenantIds = slice.tenantIds.filter((tenantId) => (handed.get(tenantId) ?? 0) < MAX_DELIVERIES);
  for (const tenantId of tenantIds) handed.set(tenantId, (handed.get(tenantId) ?? 0) + 1);
  return { ...slice, tenantIds };
}

async function work(fleet: Fleet, message: Slice, delivery: number, handed: Handed): Promise<void> {
  const { world } = fleet;
  const slice = takeHanded(message, handed);
  if (slice.tenantIds.length === 0) return;
  const machine = newMachine(world);
  if (slice.isNextTurn === true) world.nextTurns.add(machine.name);
  machine.onLost = () => {
    if (delivery < MAX_DELIVERIES) send(fleet, slice, delivery + 1, handed);
  };
  try {
    const rest = await collectSlice(toDeps(fleet, machine), slice, delivery);
    // What a turn leaves is a claim of its own.
    for (const { queue, message: left } of rest)
      send(fleet, readSliceMessage(left), 1, queue === 'same' ? handed : new Map<TenantId, number>());
  } catch (error) {
    reportBug(world, error);
  }
}

function toDeps(fleet: Fleet, machine: Machine): SliceDeps {
  const { world, observer, settings } = fleet;
  return {
    table: createSimTable(world, machine),
    clock: createSimClock(world, machine),
    log: (_level, message, fields) => {
      if (message === 'gap_recorded') note(world, 'named gap');
      if (message === 'found_late') note(world, 'found late');
      if (message === 'source_moved' && fleet.sourceState?.stage === 'retired') note(world, 'failed over');
      if (message === 'slice' && Number(fields?.['taken'] ?? 0) > 0) note(world, 'zombie write refused');
      tell(world, () => `${machine.name} logs ${message} ${JSON.stringify(fields)}`);
    },
    telemetry: NO_TELEMETRY,
    sources: {
      defender: createSimSource(world, machine, observer),
      graph: world.graph && createSimSource(world, machine, observer, world.graph),
    },
    settings,
    repeats: createRepeatBudget(),
    random: world.random.next,
    tenantConcurrency: 2,
    sliceBudgetMs: 240_000,
  };
}

/** A failure that nobody expects: in the real program a violation, in a mutant only its own death. */
function reportBug(world: World, error: unknown): void {
  report(world, `bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
