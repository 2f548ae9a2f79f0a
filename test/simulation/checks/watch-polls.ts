import { allowedCalls, DEFAULT_CALL_LIMITS } from '../../../shared/domain/reading/call-budget.ts';
import { REQUEST_LIMIT_MS } from '../../../shared/domain/reading/request-limit.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import type { AppliedChange } from '../basics/sim-table.ts';
import { SETTINGS } from '../basics/sim-settings.ts';
import type { SourceVersion } from '../source/sim-source.ts';
import type { SpoilCause } from '../source/sim-spoiler.ts';
import type { World } from '../source/world.ts';
import { stateOf } from './state-of.ts';

/**
 * One machine's poll of one tenant: from when it got its token to the first commit that says that the tenant was polled. What
 * the same message goes on with after that is a part of the next poll's past, and counted as calls only.
 */
export interface WatchedPoll {
  machine: string;
  tenantId: TenantId;
  openedAtMs: number;
  /** It could begin no call later: its turn was about to end. */
  lastCallMs: number;
  calls: number;
  /** Lists that were answered with something. */
  answers: number;
  /** Calls that failed because of one bad version, in the order of the first. */
  bad: Map<SourceVersion, number>;
  /** The same of versions that lay in a gap already. */
  known: Map<SourceVersion, number>;
  sizes: number;
  outages: number;
  refusals: number;
  hasEnded: boolean;
}

/** How a poll ended. */
export interface PollEnd {
  /** Nothing but the source's lasting trouble stood in its way, and the source as such could be reached. */
  isClean: boolean;
  /** It had to leave work for the next: its calls, its budget or its time were used up. */
  isBusy: boolean;
  /** Its time was used up: a call that hangs costs half a minute of it. */
  isLong: boolean;
}

export interface PollsWatch {
  onOpened(machine: string, tenantId: TenantId): void;
  onCalled(tenantId: TenantId, machine: string): void;
  onAnswered(machine: string, tenantId: TenantId): void;
  onSpoilt(machine: string, tenantId: TenantId, cause: SpoilCause, isKnown: boolean): void;
  onCommit(machine: string, tenantId: TenantId, change: AppliedChange): void;
}

/** A turn begins no call that could end after it; nor does one that has already taken most of a slice's four minutes. */
const LONG_MS = SETTINGS.turnMs - REQUEST_LIMIT_MS;
const LONG_FAILING_MS = SETTINGS.failingTurnMs - REQUEST_LIMIT_MS;

export function watchPolls(world: World, onEnd: (poll: WatchedPoll, end: PollEnd) => void): PollsWatch {
  const polls = new Map<string, WatchedPoll>();
  const find = (machine: string, tenantId: TenantId): WatchedPoll | undefined => polls.get(`${machine} ${tenantId}`);

  const isLong = ({ lastCallMs }: WatchedPoll): boolean => world.time.now() > lastCallMs;

  /** How long a poll of this tenant may call, in ms: one that failed before has a short turn. */
  function timeOf(tenantId: TenantId): number {
    const row = world.table.get(shardOf(tenantId), stateKey(tenantId));
    return row !== undefined && stateOf(row.properties).failedPolls > 0 ? LONG_FAILING_MS : LONG_MS;
  }

  /** A run takes half of its calls for the newest part where an older one waits; so few are a reason to go on later. */
  function isBusy(poll: WatchedPoll, after: AppliedChange['after']): boolean {
    if (poll.calls >= Math.floor(world.callsPerRun / 2)) return true;
    if (isLong(poll)) return true;
    const { budget, readFrom, live, backfill } = stateOf(after);
    // What it has left to read is counted by its calls.
    if (live !== undefined || backfill !== undefined) return true;
    return allowedCalls(budget, ticksFromMs(world.time.now()), DEFAULT_CALL_LIMITS[readFrom]) === 0;
  }

  return {
    onOpened: (machine, tenantId) => {
      if (find(machine, tenantId) !== undefined) return;
      polls.set(`${machine} ${tenantId}`, {
        machine,
        tenantId,
        openedAtMs: world.time.now(),
        lastCallMs: world.time.now() + timeOf(tenantId),
        calls: 0,
        answers: 0,
        bad: new Map(),
        known: new Map(),
        sizes: 0,
        outages: 0,
        refusals: 0,
        hasEnded: false,
      });
    },
    onCalled: (tenantId, machine) => {
      const poll = find(machine, tenantId);
      if (poll !== undefined) poll.calls += 1;
    },
    onAnswered: (machine, tenantId) => {
      const poll = find(machine, tenantId);
      if (poll !== undefined) poll.answers += 1;
    },
    onSpoilt: (machine, tenantId, cause, isKnown) => {
      const poll = find(machine, tenantId);
      if (poll === undefined) return;
      if (typeof cause !== 'string') {
        const calls = isKnown ? poll.known : poll.bad;
        calls.set(cause, (calls.get(cause) ?? 0) + 1);
      }
      if (cause === 'size') poll.sizes += 1;
      if (cause === 'outage') poll.outages += 1;
      if (cause === 'refusal') poll.refusals += 1;
    },
    onCommit: (machine, tenantId, { before, after }) => {
      const poll = find(machine, tenantId);
      if (poll === undefined || poll.hasEnded || before?.['lastPolledAt'] === after?.['lastPolledAt']) return;
      poll.hasEnded = true;
      const isReached = poll.outages + poll.refusals === 0;
      onEnd(poll, {
        isClean: isReached && poll.answers > 0 && !world.disturbed.has(machine),
        isBusy: isBusy(poll, after) || world.nextTurns.has(machine),
        isLong: isLong(poll) || world.nextTurns.has(machine),
      });
    },
  };
}
