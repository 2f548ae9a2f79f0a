import { AppError } from '../errors.ts';
import { readTenantId, type TenantId } from './tenant-id.ts';
import { formatTicks, readTicks, type Ticks } from './ticks.ts';
import { isTraceParent } from './trace-parent.ts';

/** One queue message: tenants that one worker polls because of one tick. */
export interface Slice {
  tick: Ticks;
  tenantIds: TenantId[];
  /** The tick's place in its trace. */
  traceparent?: string | undefined;
}

export interface SliceMessage {
  v: 1;
  /** ISO 8601 UTC with 7 fraction digits, storage service's clock. */
  tick: string;
  tenants: string[];
  traceparent?: string;
}

export function toSliceMessage({ tick, tenantIds, traceparent }: Slice): SliceMessage {
  return { v: 1, tick: formatTicks(tick), tenants: tenantIds, ...(traceparent !== undefined && { traceparent }) };
}

/** Reads a queue message that we wrote; anything else is refused by name, ends in the poison queue and is reported there. */
export function readSliceMessage(message: unknown): Slice {
  const fields = typeof message === 'object' && message !== null ? message : {};
  const tick = readTicks('tick' in fields ? fields.tick : undefined);
  const ids = 'tenants' in fields && Array.isArray(fields.tenants) ? fields.tenants.map(readTenantId) : [];
  const tenantIds = ids.filter((id) => id !== undefined);
  if (tick === undefined || tenantIds.length === 0 || tenantIds.length < ids.length)
    throw new AppError(
      'collector',
      'bad-slice',
      `Cannot read a queue message as a slice: current value is ${JSON.stringify(message ?? null).slice(0, 200)}`,
    );
  // A trace that cannot be read is no reason to leave tenants unread.
  const traceparent = 'traceparent' in fields ? fields.traceparent : undefined;
  return { tick, tenantIds, ...(isTraceParent(traceparent) && { traceparent }) };
}

/** Tenants that failed last time travel alone, the others at most `size` together. */
export function toSlices(
  tick: Ticks,
  tenants: readonly { tenantId: TenantId; hasFailed: boolean }[],
  size: number,
): Slice[] {
  const healthy = tenants.filter(({ hasFailed }) => !hasFailed).map(({ tenantId }) => tenantId);
  const slices = tenants
    .filter(({ hasFailed }) => hasFailed)
    .map(({ tenantId }): Slice => ({ tick, tenantIds: [tenantId] }));
  for (let at = 0; at < healthy.length; at += size) slices.push({ tick, tenantIds: healthy.slice(at, at + size) });
  return slices;
}
