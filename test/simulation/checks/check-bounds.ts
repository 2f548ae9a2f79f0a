import type { ReadCycle } from '../../../shared/domain/reading/read-cycle.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { formatTicks, MAX_TICKS, ticksFromMs, type Ticks } from '../../../shared/domain/values/ticks.ts';
import type { AppliedChange } from '../basics/sim-table.ts';
import type { AnsweredRead } from '../source/sim-reader.ts';
import { report, type World } from '../source/world.ts';
import { stateOf } from './state-of.ts';

const CYCLES = ['live', 'backfill', 'reconcile'] as const;

/** Two windows from one start that were both full: a point was learnt at or after the narrower one's end, before the wider one's. */
interface Shell {
  from: Ticks;
  narrower: Ticks;
  wider: Ticks;
  /** A cycle that began later is another one. */
  at: Ticks;
}

interface Run {
  fullAt: { from: Ticks; to: Ticks } | undefined;
  shells: Shell[];
  /** A part that fails is looked for in other steps, which are not learnt from. */
  hasFailed: boolean;
}

export interface BoundsWatch {
  onRead(read: AnsweredRead): void;
  onFailed(machine: string, tenantId: TenantId): void;
  onCommit(machine: string, tenantId: TenantId, change: AppliedChange): void;
}

/** What a run learns of where a crowded stretch has to be cut is committed with its next progress, so that the next run need not. */
export function watchBounds(world: World): BoundsWatch {
  const runs = new Map<string, Run>();
  const runOf = (machine: string, tenantId: TenantId): Run => {
    const key = `${machine} ${tenantId}`;
    const run = runs.get(key) ?? { fullAt: undefined, shells: [], hasFailed: false };
    runs.set(key, run);
    return run;
  };
  return {
    onRead: ({ machine, tenantId, query, versions }) => {
      // Where times are compared coarsely, windows are asked for wider than they are.
      if (world.traits.filterTicks !== 1n) return;
      // A page of one asks whether the size is to blame, and is not learnt from.
      if (query.top === 1) return;
      const run = runOf(machine, tenantId);
      const [from, to] = [query.updatedFrom, query.updatedTo ?? MAX_TICKS];
      if (versions.length < query.top) {
        // The end of the newest part, which is read first: what comes then is another cycle.
        if (to === MAX_TICKS) run.shells = [];
        return;
      }
      const { fullAt } = run;
      if (fullAt?.from === from && to < fullAt.to)
        run.shells.push({ from, narrower: to, wider: fullAt.to, at: ticksFromMs(world.time.now()) });
      run.fullAt = { from, to };
    },
    onFailed: (machine, tenantId) => {
      runOf(machine, tenantId).hasFailed = true;
    },
    onCommit: (machine, tenantId, { before, after }) => {
      const run = runs.get(`${machine} ${tenantId}`);
      if (run === undefined || run.hasFailed || before === undefined || after === undefined) return;
      run.fullAt = undefined;
      // What was learnt where a gap was read again is kept with the gap, if at all.
      const hasEnded = CYCLES.some((name) => before[name] !== undefined && after[name] === undefined);
      if (hasEnded || before['gaps'] !== after['gaps']) run.shells = [];
      const [old, now] = [stateOf(before), stateOf(after)];
      const changed = CYCLES.filter((name) => before[name] !== after[name] && old[name] !== undefined);
      const cycles = changed.map((name) => now[name]).filter((cycle) => cycle !== undefined);
      run.shells = run.shells.filter((shell) => !isSettled(world, tenantId, shell, cycles));
    },
  };
}

/** Reports that no cycle which moves on from the shell's start holds its point; answers whether there is no more to see. */
function isSettled(world: World, tenantId: TenantId, shell: Shell, cycles: readonly ReadCycle[]): boolean {
  const moved = cycles.filter(
    ({ from, to, cursor, startedAt }) =>
      startedAt <= shell.at && from <= shell.from && cursor > shell.from && shell.narrower < (to ?? MAX_TICKS),
  );
  if (moved.length === 0) return false;
  if (moved.some(({ cursor }) => cursor >= shell.narrower)) return true;
  if (moved.some(({ bounds }) => bounds.some((bound) => bound >= shell.narrower && bound < shell.wider))) return false;
  report(world, `${tenantId} has forgotten where to cut after ${formatTicks(shell.narrower)}`);
  return true;
}
