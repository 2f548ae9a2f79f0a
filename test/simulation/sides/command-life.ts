import { createQueuedControl } from '../../../shared/commands/create-queued-control.ts';
import { runTenantCommand } from '../../../shared/commands/run-tenant-command.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { readStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { readTenantId, shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Table } from '../../../shared/ports/table.ts';
import type { TenantControl } from '../../../shared/ports/tenant-control.ts';
import { createTenantControl } from '../../../shared/tenants/create-tenant-control.ts';
import { createRandom, type Random } from '../basics/random.ts';
import { registerTenant } from '../basics/register-tenant.ts';
import { createTableState, type TableState } from '../basics/sim-table.ts';
import { createVirtualTime, type VirtualTime } from '../basics/virtual-time.ts';
import { checkCommands, type CommandRecord, type Word } from './check-commands.ts';
import type { SideLife } from './crowd-life.ts';
import { mortal, openCrowdTable } from './crowd-table.ts';

const START_MS = Date.parse('2026-03-01T00:00:00Z');
const MINUTE_MS = 60_000;
/** Words come in the first part; then all that was sent is carried out or expires. */
const TALK_MS = 40 * MINUTE_MS;
const LIFE_MS = 120 * MINUTE_MS;
/** The queue shows a message again that its worker has not finished by then. */
const VISIBILITY_MS = 10 * MINUTE_MS;
const WORDS: readonly Word[] = ['pause', 'resume', 'purge'];

/** What operators say about one tenant while the app that carries it out comes and goes, messages overtake each other and workers die. */
export async function liveWithCommands(seed: number): Promise<SideLife> {
  const random = createRandom(Math.imul(seed, 0x165667b1) ^ 0x3c6ef372);
  const time = createVirtualTime(START_MS);
  const tenantId = readTenantId('10000000-0000-4000-8000-000000000000');
  if (tenantId === undefined) throw new Error('The tenant of the commands has no id');
  const [incidents, tenants, outcomes] = [createTableState(), createTableState(), createTableState()];
  const record: CommandRecord = { said: [], done: [], status: 'active', isPaused: false };
  registerTenant(incidents, tenantId, START_MS);
  incidents.onApplied((_partition, changes) => {
    for (const { before, after } of changes) noteChange(record, time.now(), before, after);
  });
  const bugs: unknown[] = [];
  const ears = pickEars(random);
  const world = { random, time, incidents, tenants, outcomes, record, bugs, ears, mayDie: random.chance(0.5) };
  const clock = { nowMs: time.now, monotonicMs: time.now, sleep: time.wait };
  const control = createQueuedControl({
    queue: {
      send: async (message, options) => {
        deliverLater(world, message, options?.lifetimeSeconds ?? 0);
      },
    },
    tenants: openCrowdTable(time, tenants),
    outcomes: openCrowdTable(time, outcomes),
    clock,
  });
  // One operator after the other: who speaks later has the last word.
  void talk(world, control, tenantId);
  await time.run(START_MS + LIFE_MS);
  const row = incidents.get(shardOf(tenantId), stateKey(tenantId));
  const { status, isPaused } = readStateRow(row?.properties ?? {});
  const violations = checkCommands({ ...record, status, isPaused });
  for (const bug of bugs) violations.push(`bug: ${bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)}`);
  return { violations, seen: new Set(describe(record, ears)) };
}

interface CommandWorld {
  random: Random;
  time: VirtualTime;
  incidents: TableState;
  tenants: TableState;
  outcomes: TableState;
  record: CommandRecord;
  bugs: unknown[];
  /** When the collecting app is awake. */
  ears: readonly { fromMs: number; toMs: number }[];
  mayDie: boolean;
}

function pickEars(random: Random): { fromMs: number; toMs: number }[] {
  const asleepFromMs = START_MS + random.below(TALK_MS);
  const asleepToMs = asleepFromMs + random.below(30 * MINUTE_MS);
  return [
    { fromMs: START_MS, toMs: asleepFromMs },
    { fromMs: asleepToMs, toMs: START_MS + LIFE_MS },
  ];
}

async function talk({ random, time, record, bugs }: CommandWorld, control: TenantControl, tenantId: TenantId) {
  for (let words = 2 + random.below(5); words > 0; words -= 1) {
    await time.wait(random.below(random.chance(0.5) ? MINUTE_MS : TALK_MS / 4));
    const word = random.pick(WORDS);
    record.said.push({ word, atMs: time.now() });
    try {
      if (word === 'purge') await control.purge(tenantId);
      else await control.register(tenantId, { paused: word === 'pause' });
    } catch (error) {
      if (!(error instanceof AppError)) bugs.push(error);
    }
  }
}

/** A message waits for an ear, is late by chance, and comes twice by chance. */
function deliverLater(world: CommandWorld, message: unknown, lifetimeSeconds: number): void {
  const { random, time } = world;
  const expiresAtMs = time.now() + lifetimeSeconds * 1_000;
  for (let copies = random.chance(0.2) ? 2 : 1; copies > 0; copies -= 1)
    showAt(world, message, expiresAtMs, time.now() + random.below(random.chance(0.2) ? MINUTE_MS : 500));
}

function showAt(world: CommandWorld, message: unknown, expiresAtMs: number, atMs: number): void {
  const ear = world.ears.find(({ toMs }) => atMs < toMs);
  if (ear === undefined || Math.max(atMs, ear.fromMs) > expiresAtMs) return;
  world.time.at(Math.max(atMs, ear.fromMs + world.random.below(2_000)), () => {
    void carryOut(world, JSON.parse(JSON.stringify(message)), expiresAtMs);
  });
}

async function carryOut(world: CommandWorld, message: unknown, expiresAtMs: number): Promise<void> {
  const { random, time, incidents, tenants, outcomes, bugs } = world;
  // One death in a life: after three, a command is given up, and then it is not the last word.
  const diesAfter = world.mayDie && random.chance(0.3) ? random.below(30) : undefined;
  if (diesAfter !== undefined) {
    world.mayDie = false;
    showAt(world, message, expiresAtMs, time.now() + VISIBILITY_MS);
  }
  const life = { requestsLeft: diesAfter ?? Infinity };
  const open = (state: TableState): Table => mortal(openCrowdTable(time, state), life);
  const clock = { nowMs: time.now, monotonicMs: time.now, sleep: time.wait };
  const providers = { defender: undefined, graph: undefined };
  try {
    await runTenantCommand(
      {
        controlOn: (table) => createTenantControl({ incidents: table, clock, providers, defaultSource: 'defender' }),
        incidents: open(incidents),
        tenants: open(tenants),
        outcomes: open(outcomes),
        clock,
        log: () => {},
      },
      message,
    );
  } catch (error) {
    if (!(error instanceof AppError)) bugs.push(error);
  }
}

type Properties = Parameters<typeof readStateRow>[0] | undefined;

function noteChange({ done }: CommandRecord, atMs: number, before: Properties, after: Properties): void {
  if (before === undefined || after === undefined) return;
  const [old, now] = [readStateRow(before), readStateRow(after)];
  if (old.status !== 'purging' && now.status === 'purging') done.push({ word: 'purge', atMs });
  if (old.isPaused !== now.isPaused) done.push({ word: now.isPaused ? 'pause' : 'resume', atMs });
}

function describe({ said, done }: CommandRecord, ears: CommandWorld['ears']): string[] {
  const [first, second] = ears;
  const isAsleep = (atMs: number): boolean => atMs >= (first?.toMs ?? 0) && atMs < (second?.fromMs ?? 0);
  return [
    ...(said.some(({ word, atMs }) => word === 'purge' && isAsleep(atMs)) ? ['purge sent to an app that sleeps'] : []),
    ...(done.some(({ word }) => word === 'purge') ? ['purge carried out'] : []),
  ];
}
