import type { TruthVersion } from '../../../local/simulator/state/simulator.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import { readStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_MINUTE, type Ticks } from '../../../shared/domain/values/ticks.ts';
import type { Table } from '../../../shared/ports/table.ts';
import type { World } from './scenario-cloud.ts';

/** A poll that went through: it cannot have missed what was served from `start` to `end` and is dated `from` or later. */
export interface PollRecord {
  from: Ticks;
  start: Ticks;
  end: Ticks;
}

/** Half of the default overlap: what is younger was certainly in the window of a poll. */
const CERTAINLY_READ = 15n * TICKS_PER_MINUTE;

export function isComplete({ live, backfill, lastError, completeThrough }: TenantState): boolean {
  return live === undefined && backfill === undefined && lastError === undefined && completeThrough !== undefined;
}

export async function readState({
  incidents,
  tenantId,
}: {
  incidents: { table: Table };
  tenantId: TenantId;
}): Promise<TenantState> {
  const row = await incidents.table.get(shardOf(tenantId), stateKey(tenantId));
  if (row === undefined) throw new Error('The tenant has no state row');
  return readStateRow(row.properties);
}

/** Runs one poll and notes what it must have seen. */
export async function recordPoll(world: World, poll: () => Promise<void>): Promise<TenantState> {
  const before = (await readState(world)).completeThrough ?? 0n;
  const start = world.control.now();
  await poll();
  const after = await readState(world);
  const now = world.control.now();
  const { completeThrough = 0n } = after;
  if (completeThrough < before || completeThrough > now)
    throw new Error(
      `completeThrough went from ${formatTicks(before)} to ${formatTicks(completeThrough)}, now is ${formatTicks(now)}`,
    );
  const from = before - CERTAINLY_READ;
  if (isComplete(after)) world.polls.push({ from, start, end: now });
  return after;
}

export function wasCertainlyRead(
  { visibleAt, supersededAt, lastUpdateTime, wasShown }: TruthVersion,
  polls: readonly PollRecord[],
): boolean {
  return (
    wasShown &&
    polls.some(
      ({ from, start, end }) =>
        lastUpdateTime >= from && visibleAt <= start && (supersededAt === undefined || supersededAt > end),
    )
  );
}
