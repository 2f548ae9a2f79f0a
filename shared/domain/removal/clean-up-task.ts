import { AppError } from '../../errors.ts';
import { readTenantId, SHARDS, type TenantId } from '../values/tenant-id.ts';

/** A part of the clean-up that one worker does within one run. */
export type CleanUpTask =
  /** Incidents that are too old, or what the registry still knows of tenants that are erased. */
  | { kind: 'incidents' | 'erased-tenants'; tenantIds: readonly TenantId[] }
  /** The log of changes of one partition. */
  | { kind: 'change-log'; shard: string }
  /** What commands ended with; whether erased tenants still let the app in. */
  | { kind: 'command-outcomes' | 'access' };

/** One queue message. */
export interface CleanUpMessage {
  v: 1;
  kind: CleanUpTask['kind'];
  tenants?: readonly string[];
  shard?: string;
}

/** As many as a slice of polls has: a tenant that kills its worker is found among few. */
const TENANTS_A_TASK = 25;

export function toTenantTasks(kind: 'incidents' | 'erased-tenants', tenantIds: readonly TenantId[]): CleanUpTask[] {
  return splitInto(tenantIds, TENANTS_A_TASK).map((part) => ({ kind, tenantIds: part }));
}

/** The same task, one tenant a message: for one that came before and did not end. */
export function toSingleTasks(task: CleanUpTask): CleanUpTask[] {
  return 'tenantIds' in task ? task.tenantIds.map((tenantId) => ({ ...task, tenantIds: [tenantId] })) : [task];
}

function splitInto<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}

export function toCleanUpMessage(task: CleanUpTask): CleanUpMessage {
  if ('tenantIds' in task) return { v: 1, kind: task.kind, tenants: task.tenantIds };
  return { v: 1, ...task };
}

/** Reads a queue message that we wrote; anything else is refused by name, ends in the poison queue and is reported there. */
export function readCleanUpMessage(message: unknown): CleanUpTask {
  const fields: Record<string, unknown> = typeof message === 'object' && message !== null ? { ...message } : {};
  const task = readTask(fields);
  if (task !== undefined) return task;
  throw new AppError(
    'bad-clean-up-message',
    `Cannot read a queue message as a part of the clean-up: current value is ${JSON.stringify(message ?? null).slice(0, 200)}`,
  );
}

function readTask({ kind, tenants, shard }: Record<string, unknown>): CleanUpTask | undefined {
  if (kind === 'command-outcomes' || kind === 'access') return { kind };
  if (kind === 'change-log') return typeof shard === 'string' && SHARDS.includes(shard) ? { kind, shard } : undefined;
  if (kind !== 'incidents' && kind !== 'erased-tenants') return undefined;
  const ids = Array.isArray(tenants) ? tenants.map(readTenantId) : [];
  const tenantIds = ids.filter((id) => id !== undefined);
  return tenantIds.length === 0 || tenantIds.length < ids.length ? undefined : { kind, tenantIds };
}
