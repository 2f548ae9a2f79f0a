import { AppError } from '../../errors.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';
import { formatTicks, readTicks, type Ticks } from '../values/ticks.ts';
import { isTraceParent } from '../values/trace-parent.ts';
import { SOURCE_STAGES, type SourceStage } from './source-state.ts';

/** One queue message: tenants that one worker polls because of one tick. */
export interface Slice {
  tick: Ticks;
  tenantIds: TenantId[];
  /** What all tenants together said of the Defender API at the tick, unless all is well. */
  stage?: SourceStage | undefined;
  /** The tick's place in its trace. */
  traceparent?: string | undefined;
  /** These tenants go on reading where a turn ended: no tick has claimed them, so their first call is not charged yet. */
  isNextTurn?: boolean;
  /** Another worker had these tenants before and may have used the call that the tick has charged. */
  isAgain?: boolean;
}

export interface SliceMessage {
  v: 1;
  /** ISO 8601 UTC with 7 fraction digits, storage service's clock. */
  tick: string;
  tenants: string[];
  stage?: SourceStage;
  traceparent?: string;
  isNextTurn?: true;
  isAgain?: true;
}

export function toSliceMessage(slice: Slice): SliceMessage {
  const { tick, tenantIds, stage, traceparent, isNextTurn, isAgain } = slice;
  return {
    v: 1,
    tick: formatTicks(tick),
    tenants: tenantIds,
    ...(stage !== undefined && { stage }),
    ...(traceparent !== undefined && { traceparent }),
    ...(isNextTurn === true && { isNextTurn }),
    ...(isAgain === true && { isAgain }),
  };
}

/** Reads a queue message that we wrote; anything else is refused by name, ends in the poison queue and is reported there. */
export function readSliceMessage(message: unknown): Slice {
  const fields = typeof message === 'object' && message !== null ? message : {};
  const tick = readTicks('tick' in fields ? fields.tick : undefined);
  const ids = 'tenants' in fields && Array.isArray(fields.tenants) ? fields.tenants.map(readTenantId) : [];
  const tenantIds = ids.filter((id) => id !== undefined);
  if (tick === undefined || tenantIds.length === 0 || tenantIds.length < ids.length)
    throw new AppError(
      'bad-slice',
      `Cannot read a queue message as a slice: current value is ${JSON.stringify(message ?? null).slice(0, 200)}`,
    );
  // A trace that cannot be read is no reason to leave tenants unread.
  const traceparent = 'traceparent' in fields ? fields.traceparent : undefined;
  const stage = SOURCE_STAGES.find((known) => 'stage' in fields && fields.stage === known);
  const isNextTurn = 'isNextTurn' in fields && fields.isNextTurn === true;
  const isAgain = 'isAgain' in fields && fields.isAgain === true;
  return {
    tick,
    tenantIds,
    ...(stage !== undefined && { stage }),
    ...(isTraceParent(traceparent) && { traceparent }),
    ...(isNextTurn && { isNextTurn }),
    ...(isAgain && { isAgain }),
  };
}

export interface Passenger {
  tenantId: TenantId;
  /** Its workers ended without a result the last time: it would take the others of its message down with it. */
  hasCrashed: boolean;
  /** When it was last polled; 0n for never. */
  waitsSince: Ticks;
}

/** Those that have waited longest come first, at most `size` together; a tenant that killed its workers travels alone. */
export function toSlices(tick: Ticks, tenants: readonly Passenger[], size: number): Slice[] {
  const inOrder = tenants.toSorted((one, other) => Number(one.waitsSince - other.waitsSince));
  const idsOf = (passengers: readonly Passenger[]): TenantId[] => passengers.map(({ tenantId }) => tenantId);
  const together = idsOf(inOrder.filter(({ hasCrashed }) => !hasCrashed));
  const alone = idsOf(inOrder.filter(({ hasCrashed }) => hasCrashed));
  const slices: Slice[] = [];
  for (let at = 0; at < together.length; at += size) slices.push({ tick, tenantIds: together.slice(at, at + size) });
  return [...slices, ...alone.map((tenantId) => ({ tick, tenantIds: [tenantId] }))];
}
