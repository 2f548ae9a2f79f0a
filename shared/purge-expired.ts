import { clearChangeLog } from './clear-change-log.ts';
import { clearCommandOutcomes } from './clear-command-outcomes.ts';
import { mapLimited } from './domain/map-limited.ts';
import { allStates } from './domain/row-keys.ts';
import { readTenantId, SHARDS } from './domain/tenant-id.ts';
import { TICKS_PER_DAY, type Ticks } from './domain/ticks.ts';
import { expireIncidents, type ExpireDeps } from './expire-incidents.ts';
import { listAllRows } from './list-all-rows.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Table } from './ports/table.ts';

export interface PurgeExpiredDeps {
  table: Table;
  /** Table `CommandOutcomes`. */
  outcomes: Table;
  clock: Clock;
  log: Log;
  /** 0: incidents are kept. */
  retentionDays: number;
  /** Nothing is begun after so many ms; the next run goes on. */
  budgetMs: number;
}

const TENANTS_AT_ONCE = 4;

/** One run: deletes what is too old to be kept, as far as its time goes. */
export async function purgeExpired(deps: PurgeExpiredDeps): Promise<void> {
  const { table, clock, log, retentionDays } = deps;
  const deadlineMs = clock.monotonicMs() + deps.budgetMs;
  const work = { table, clock, log, isOutOfTime: () => clock.monotonicMs() > deadlineMs };
  // The first answer sets the service's clock, which alone says how old something is.
  await table.list(SHARDS[0] ?? '0', allStates, { top: 1, select: ['tenantId'] });
  const now = table.serviceTime();
  const cutoff = retentionDays === 0 ? undefined : now - BigInt(retentionDays) * TICKS_PER_DAY;
  const done = { incidents: 0, changes: 0, left: 0 };
  for (const shard of fromShardOfDay(now)) {
    done.changes += await clearChangeLog(table, shard, work.isOutOfTime);
    const rows = await listAllRows(table, shard, allStates, ['tenantId']);
    const gone = await mapLimited(rows, TENANTS_AT_ONCE, ({ properties }) =>
      expireTenant(work, properties['tenantId'], cutoff),
    );
    done.incidents += gone.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    done.left += gone.filter((count) => count === undefined).length;
  }
  const outcomes = await clearCommandOutcomes(deps.outcomes, work.isOutOfTime);
  log('info', 'purge_expired', { ...done, outcomes });
}

/** A run that is too short for all begins elsewhere the next day. */
function fromShardOfDay(now: Ticks): readonly string[] {
  const start = Number((now / TICKS_PER_DAY) % BigInt(SHARDS.length));
  return [...SHARDS.slice(start), ...SHARDS.slice(0, start)];
}

/** How many incidents are gone; `undefined` when the tenant is left to the next run. */
async function expireTenant(work: ExpireDeps, id: unknown, cutoff: Ticks | undefined): Promise<number | undefined> {
  const tenantId = readTenantId(id);
  if (tenantId === undefined || work.isOutOfTime()) return undefined;
  const { gone, left } = await expireIncidents(work, tenantId, cutoff);
  if (left === undefined) return gone;
  work.log('warn', 'expiry_left', { tenantId, code: left });
  return undefined;
}
