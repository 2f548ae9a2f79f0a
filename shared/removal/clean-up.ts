import { createLeaveCampaigns } from '../campaigns/leave-campaigns.ts';
import { sumFailures, type TenantFailure } from '../domain/collection/tenant-failures.ts';
import {
  toCleanUpMessage,
  toSingleTasks,
  type CleanUpMessage,
  type CleanUpTask,
} from '../domain/removal/clean-up-task.ts';
import { expiryCutoff } from '../domain/removal/retention.ts';
import { allStates } from '../domain/rows/row-keys.ts';
import { mapLimited } from '../domain/values/map-limited.ts';
import { SHARDS, type TenantId } from '../domain/values/tenant-id.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import { tableUntil, type RunLimits } from '../tables/table-until.ts';
import { clearChangeLog, type Cleared } from './clear-change-log.ts';
import { clearCommandOutcomes } from './clear-command-outcomes.ts';
import { expireIncidents } from './expire-incidents.ts';
import { forgetTenant, type ForgetDeps } from './forget-tenant.ts';
import { probeErasedTenants, type AccessDeps } from './probe-access.ts';

export interface CleanUpDeps extends ForgetDeps, AccessDeps, RunLimits {
  /** Table `CommandOutcomes`. */
  outcomes: Table;
  clock: Clock;
  log: Log;
  /** 0: incidents are kept. */
  retentionDays: number;
}

interface Run extends CleanUpDeps {
  isOutOfTime(): boolean;
}

/** What a part of the clean-up has come to. */
interface TaskEnd {
  /** Rows or tenants, by what they are. */
  done: Partial<Record<'incidents' | 'changes' | 'outcomes' | 'forgotten' | 'probed', number>>;
  /** Tenants left for the next run: being polled, or refused by storage. */
  left: number;
  /** What there was no time for goes on at once, as a new message. */
  rest: CleanUpTask | undefined;
}

const TENANTS_AT_ONCE = 4;

/**
 * One part of the clean-up, as far as its run's time goes; returns the messages for what is left then. A part that comes a second
 * time is first taken apart, one message a tenant, so that a tenant which kills its worker is found.
 */
export async function cleanUp(deps: CleanUpDeps, task: CleanUpTask, deliveries: number): Promise<CleanUpMessage[]> {
  if (deliveries > 1 && 'tenantIds' in task && task.tenantIds.length > 1)
    return toSingleTasks(task).map(toCleanUpMessage);
  const { clock } = deps;
  const startMs = clock.monotonicMs();
  const open = (table: Table): Table => tableUntil(table, clock, startMs + deps.endMs);
  const [incidents, outcomes] = [open(deps.incidents), open(deps.outcomes)];
  const [tenants, consentRequests] = [open(deps.tenants), open(deps.consentRequests)];
  const isOutOfTime = (): boolean => clock.monotonicMs() - startMs > deps.budgetMs;
  // The first response sets the service's clock, the only one by which ages are computed.
  await incidents.list(SHARDS[0] ?? '0', allStates, { top: 1, select: ['tenantId'] });
  const { done, left, rest } = await runTask(
    { ...deps, incidents, outcomes, tenants, consentRequests, isOutOfTime },
    task,
  );
  const durationMs = Math.round(clock.monotonicMs() - startMs);
  const nothing = { incidents: 0, changes: 0, outcomes: 0, forgotten: 0, probed: 0 };
  const unfinished = rest === undefined ? 0 : 'tenantIds' in rest ? rest.tenantIds.length : 1;
  deps.log('info', 'purge_expired', { kind: task.kind, ...nothing, ...done, left, unfinished, durationMs });
  return rest === undefined ? [] : [toCleanUpMessage(rest)];
}

async function runTask(run: Run, task: CleanUpTask): Promise<TaskEnd> {
  switch (task.kind) {
    case 'incidents':
      return expireTenants(run, task.tenantIds);
    case 'erased-tenants':
      return forgetTenants(run, task.tenantIds);
    case 'change-log': {
      const cleared = await clearChangeLog(run.incidents, task.shard, run.isOutOfTime);
      return { done: { changes: cleared.rows }, left: 0, rest: restOf(task, cleared) };
    }
    case 'command-outcomes': {
      const cleared = await clearCommandOutcomes(run.outcomes, run.isOutOfTime);
      return { done: { outcomes: cleared.rows }, left: 0, rest: restOf(task, cleared) };
    }
    case 'access': {
      const { probed, left } = await probeErasedTenants(run, run.isOutOfTime);
      return { done: { probed }, left, rest: undefined };
    }
  }
}

/** A run that did nothing would not do more at once. */
function restOf(task: CleanUpTask, { rows, isDone }: Cleared): CleanUpTask | undefined {
  return isDone || rows === 0 ? undefined : task;
}

async function expireTenants(run: Run, tenantIds: readonly TenantId[]): Promise<TaskEnd> {
  const { incidents: table, clock, log, isOutOfTime } = run;
  const cutoff = expiryCutoff(table.serviceTime(), run.retentionDays);
  const expiry = { table, clock, log, isOutOfTime, leaveCampaigns: createLeaveCampaigns(table) };
  const ends = await mapLimited(tenantIds, TENANTS_AT_ONCE, async (tenantId) => {
    if (isOutOfTime()) return { tenantId, gone: 0, left: 'out-of-time' };
    return { tenantId, ...(await expireIncidents(expiry, tenantId, cutoff)) };
  });
  const incidents = ends.reduce((sum, { gone }) => sum + gone, 0);
  const unfinished = ends.filter(({ left }) => left === 'out-of-time').map(({ tenantId }) => tenantId);
  const failures = ends.flatMap(({ tenantId, left }): TenantFailure[] =>
    left === undefined || left === 'out-of-time' ? [] : [{ tenantId, code: left }],
  );
  for (const line of sumFailures(failures)) log('warn', 'expiry_left', line);
  const isWorth = unfinished.length > 0 && (incidents > 0 || unfinished.length < tenantIds.length);
  return {
    done: { incidents },
    left: failures.length + (isWorth ? 0 : unfinished.length),
    rest: isWorth ? { kind: 'incidents', tenantIds: unfinished } : undefined,
  };
}

/** One that fails keeps none of the others from being forgotten. */
async function forgetTenants(run: Run, tenantIds: readonly TenantId[]): Promise<TaskEnd> {
  const failures: TenantFailure[] = [];
  const unfinished: TenantId[] = [];
  for (const tenantId of tenantIds)
    try {
      if (!(await forgetTenant(run, tenantId, run.isOutOfTime))) unfinished.push(tenantId);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      failures.push({ tenantId, code: error.code });
    }
  for (const line of sumFailures(failures)) run.log('warn', 'forgetting_left', line);
  const isWorth = unfinished.length > 0 && unfinished.length < tenantIds.length;
  return {
    done: { forgotten: tenantIds.length - failures.length - unfinished.length },
    left: failures.length + (isWorth ? 0 : unfinished.length),
    rest: isWorth ? { kind: 'erased-tenants', tenantIds: unfinished } : undefined,
  };
}
