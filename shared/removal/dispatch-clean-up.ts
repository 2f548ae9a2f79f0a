import {
  toCleanUpMessage,
  toTenantTasks,
  type CleanUpMessage,
  type CleanUpTask,
} from '../domain/removal/clean-up-task.ts';
import { expiryCutoff } from '../domain/removal/retention.ts';
import { allStates } from '../domain/rows/row-keys.ts';
import { mapLimited } from '../domain/values/map-limited.ts';
import { SHARDS } from '../domain/values/tenant-id.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import { tableUntil, type RunLimits } from '../tables/table-until.ts';
import { findExpired, type ExpiredRows } from './find-expired.ts';

export interface DispatchCleanUpDeps extends RunLimits {
  incidents: Table;
  tenants: Table;
  clock: Clock;
  log: Log;
  /** 0: incidents are kept. */
  retentionDays: number;
}

const SHARDS_AT_ONCE = 4;

/**
 * Once an hour: finds what is too old to be kept and what is left of erased tenants, with some requests a partition, and returns
 * the messages that send workers to it. Its line in the log says what should have been gone a day ago.
 */
export async function dispatchCleanUp(deps: DispatchCleanUpDeps): Promise<CleanUpMessage[]> {
  const { clock, log } = deps;
  const startMs = clock.monotonicMs();
  const open = (table: Table): Table => tableUntil(table, clock, startMs + deps.endMs);
  const [incidents, tenants] = [open(deps.incidents), open(deps.tenants)];
  // The first response sets the service's clock, the only one by which ages are computed.
  await incidents.list(SHARDS[0] ?? '0', allStates, { top: 1, select: ['tenantId'] });
  const now = incidents.serviceTime();
  const cutoff = expiryCutoff(now, deps.retentionDays);
  const find = { incidents, tenants, cutoff, wholeShard: wholeShardAt(now) };
  const looks = await mapLimited(shardsFrom(now), SHARDS_AT_ONCE, async (shard) => {
    if (clock.monotonicMs() - startMs > deps.budgetMs) return undefined;
    try {
      return await findExpired(find, shard);
    } catch (error) {
      // What the others have is cleaned up all the same.
      if (!(error instanceof AppError)) throw error;
      log('warn', 'clean_up_unseen', { shard, code: error.code });
      return undefined;
    }
  });
  const seen = looks.filter((look) => look !== undefined);
  const tasks = toTasks(seen);
  log('info', 'clean_up', {
    tenants: sum(seen, ({ tenantIds }) => tenantIds.length),
    messages: tasks.length,
    overdueIncidents: sum(seen, ({ overdueIncidents }) => overdueIncidents),
    overdueLogs: sum(seen, ({ isLogOverdue }) => (isLogOverdue ? 1 : 0)),
    unseenShards: SHARDS.length - seen.length,
    statelessTenants: sum(seen, ({ stateless }) => stateless),
    durationMs: Math.round(clock.monotonicMs() - startMs),
  });
  return tasks.map(toCleanUpMessage);
}

/** Each part is a separate message, so that none waits for the end of another; the short ones first. */
function toTasks(seen: readonly ExpiredRows[]): CleanUpTask[] {
  const erased = seen.flatMap((look) => look.erased);
  const logs = seen.filter(({ hasOldLog }) => hasOldLog);
  const expired = seen.flatMap(({ tenantIds }) => tenantIds);
  return [
    { kind: 'command-outcomes' },
    { kind: 'access' },
    ...toTenantTasks('erased-tenants', erased),
    ...logs.map(({ shard }): CleanUpTask => ({ kind: 'change-log', shard })),
    ...toTenantTasks('incidents', expired),
  ];
}

function sum(seen: readonly ExpiredRows[], of: (look: ExpiredRows) => number): number {
  return seen.reduce((total, look) => total + of(look), 0);
}

/** A run that is too short for all begins elsewhere an hour later. */
function shardsFrom(now: Ticks): readonly string[] {
  const start = Number((now / TICKS_PER_HOUR) % BigInt(SHARDS.length));
  return [...SHARDS.slice(start), ...SHARDS.slice(0, start)];
}

/** The first run of each day visits all tenants of one partition, so that nothing is kept for ever because a list row is missing. */
function wholeShardAt(now: Ticks): string | undefined {
  if (now % TICKS_PER_DAY >= TICKS_PER_HOUR) return undefined;
  return SHARDS[Number((now / TICKS_PER_DAY) % BigInt(SHARDS.length))];
}
