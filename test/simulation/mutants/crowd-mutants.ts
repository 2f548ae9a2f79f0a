import type { Mutant } from './mutant-list.ts';

/** What must not break for many customers at once, for what operators say, and for incidents without an id. */
export const CROWD_MUTANTS: readonly Mutant[] = [
  {
    name: 'failing first in the queue',
    file: 'shared/collection/dispatch-collection.ts',
    find: 'const [usual, slow] = [polled.filter(({ isSlow }) => !isSlow), polled.filter(({ isSlow }) => isSlow)];',
    replace: `const first = polled.map((tenant) => (tenant.isSlow ? { ...tenant, waitsSince: 0n } : tenant));
  const [usual, slow] = [first, polled.slice(0, 0)];`,
  },
  {
    name: 'claim dropped after a failed batch',
    file: 'shared/collection/claim-tenants.ts',
    find: 'await claimShard(run, shard, (tenants) => claimed.push(...tenants));',
    replace: `const own: ClaimedTenant[] = [];
      await claimShard(run, shard, (tenants) => own.push(...tenants));
      claimed.push(...own);`,
  },
  {
    name: 'lost answer of a claim taken for a change',
    file: 'shared/collection/claim-batch.ts',
    find: 'find(candidate)?.state.claimedTick === run.tick',
    replace: 'find(candidate)?.state.claimedTick === 0n',
  },
  {
    name: 'deadline ignored',
    file: 'shared/sources/bound-reader.ts',
    find: 'if (clock.monotonicMs() + REQUEST_LIMIT_MS > deadlineMs) throw outOfTime(failure);',
    replace: 'if (deadlineMs < 0) throw outOfTime(failure);',
  },
  {
    name: 'refusal of everybody not told',
    file: 'shared/collection/dispatch-collection.ts',
    find: 'fleetRefused: tellFleetRefusal(log, polledOnes),',
    replace: 'fleetRefused: tellFleetRefusal(log, []),',
  },
  {
    name: 'only active customers can be stale',
    file: 'shared/domain/tenants/staleness.ts',
    find: 'return shouldBeCurrent(state) && isStale(state, settings, now);',
    replace: "return state.status === 'active' && state.failedPolls === 0 && isStale(state, settings, now);",
  },
  {
    name: 'expired command executed',
    file: 'shared/domain/commands/waiting-commands.ts',
    find: 'if (expiresAt <= now)',
    replace: 'if (expiresAt <= 0n)',
  },
  {
    name: 'purge taken back and carried out',
    file: 'shared/domain/commands/waiting-commands.ts',
    find: 'if (isTakenBack)',
    replace: 'if (isTakenBack && attempts < 0)',
  },
  {
    name: 'commands in the order of their messages',
    file: 'shared/commands/run-tenant-command.ts',
    find: 'const [first] = waiting.commands;\n    if (first === undefined) return true;',
    replace: 'const first = waiting.commands.at(-1);\n    if (first === undefined) return true;',
  },
  {
    name: 'gap beyond 32 dropped',
    file: 'shared/domain/reading/gaps.ts',
    find: 'if (hasRoom(gaps, [gap])) return shareRoom(addGap(gaps, gap), gap.since);',
    replace: 'if (hasRoom(gaps, [gap]) || gap.entries !== undefined) return addGap(gaps, gap).slice(0, MAX_GAPS);',
  },
  {
    name: 'gap of an incident without an id as narrow as its time',
    file: 'shared/domain/reading/nameless.ts',
    find: "widenWindow(saysWhere(window, at) ? { from: at, to: at + 1n } : whole, 's')",
    replace: '({ from: at, to: at + 1n })',
  },
];
