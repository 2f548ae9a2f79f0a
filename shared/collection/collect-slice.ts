import { toSliceMessage, type Slice, type SliceMessage } from '../domain/collection/slice.ts';
import { linesInFull, sumFailures, type TenantFailure } from '../domain/collection/tenant-failures.ts';
import { mapLimited } from '../domain/values/map-limited.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { maxTicks, TICKS_PER_SECOND } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import { pollTenant } from '../polling/poll-tenant.ts';
import type { TenantOutcome } from '../polling/tenant-outcome.ts';
import type { CollectDeps } from '../polling/tenant-poll.ts';
import type { LineFields } from '../ports/log.ts';
import type { Span, Telemetry } from '../ports/telemetry.ts';
import { codeOf, traced } from '../storing/traced.ts';

export interface SliceDeps extends CollectDeps {
  telemetry: Telemetry;
  /** Tenants polled at once. */
  tenantConcurrency: number;
  /** No turn begins that may end after this time, in ms from the start of the slice. */
  sliceBudgetMs: number;
}

/** A message for the remaining work of a slice. */
export interface OnwardSlice {
  /** `same`: its tenants have not had their turn. `slow`: they may take long and go to the queue of slow tenants. */
  queue: 'same' | 'slow';
  message: SliceMessage;
  /** No worker sees it earlier. */
  delaySeconds: number;
}

/**
 * Polls the tenants of one message, each for one turn. A slice that is delivered a second time is first split into one message
 * per tenant, so that the tenant that kills its worker is identified. Returns the messages for the remaining work. `caller` is
 * the platform's `traceparent`: the slice is a part of its tick's trace, and linked with that of its delivery.
 */
export async function collectSlice(
  deps: SliceDeps,
  slice: Slice,
  deliveries: number,
  caller?: string,
): Promise<OnwardSlice[]> {
  const span = deps.telemetry.start('slice', { parent: slice.traceparent, link: caller });
  return traced(span, async () => pollTenants(deps, slice, deliveries, span));
}

async function pollTenants(deps: SliceDeps, slice: Slice, deliveries: number, span: Span): Promise<OnwardSlice[]> {
  const { tenantIds } = slice;
  if (deliveries > 1 && tenantIds.length > 1)
    return tenantIds.map((tenantId) => onward('slow', { ...slice, tenantIds: [tenantId], isAgain: true }));
  const startedMs = deps.clock.monotonicMs();
  const deadlineMs = startedMs + deps.sliceBudgetMs;
  const unbegun: TenantId[] = [];
  const ended = await mapLimited(tenantIds, deps.tenantConcurrency, async (tenantId) => {
    if (deps.clock.monotonicMs() + deps.settings.turnMs > deadlineMs) {
      unbegun.push(tenantId);
      return undefined;
    }
    const isContinuation = slice.isNextTurn === true;
    const isPrepaid = !isContinuation && slice.isAgain !== true && deliveries === 1;
    const job = { tenantId, tick: slice.tick, deadlineMs, isContinuation, isPrepaid, stage: slice.stage };
    return traced(span.child('tenant', { tenantId }), async (own) => {
      const outcome = await pollTenant(deps, { ...job, span: own });
      describeOutcome(own, outcome);
      return outcome;
    });
  });
  const outcomes = ended.filter((outcome) => outcome !== undefined);
  const line = describeSlice(outcomes, deps.clock.monotonicMs() - startedMs, unbegun.length);
  span.set(line);
  report(deps, line, outcomes);
  throwBugs(outcomes);
  return [
    ...(unbegun.length === 0 ? [] : [onward('same', { ...slice, tenantIds: unbegun })]),
    ...nextTurns(deps, slice, outcomes),
  ];
}

function onward(queue: OnwardSlice['queue'], slice: Slice, delaySeconds = 0): OnwardSlice {
  return { queue, message: toSliceMessage(slice), delaySeconds };
}

/** One message for all that have claimed a further turn, shown to a worker when the calls of the last of them are allowed again. */
function nextTurns({ table }: SliceDeps, slice: Slice, outcomes: readonly TenantOutcome[]): OnwardSlice[] {
  const waiting = outcomes.flatMap((outcome) =>
    outcome.kind === 'more' && outcome.nextTurnAt !== undefined
      ? [{ tenantId: outcome.tenantId, at: outcome.nextTurnAt }]
      : [],
  );
  if (waiting.length === 0) return [];
  // Not earlier than any of the claims: a message with an older tick than its tenant's claim is out of date.
  const tick = table.serviceTime();
  const latest = waiting.reduce((last, { at }) => maxTicks(last, at), tick);
  const delaySeconds = Math.ceil(Number(latest - tick) / Number(TICKS_PER_SECOND));
  const tenantIds = waiting.map(({ tenantId }) => tenantId);
  return [onward('slow', { ...slice, tick, tenantIds, isNextTurn: true }, delaySeconds)];
}

function describeOutcome(span: Span, outcome: TenantOutcome): void {
  const { kind, calls, throttled, stored } = outcome;
  span.set({ kind, calls, throttled, stored });
  if (outcome.kind === 'failed') span.fail(codeOf(outcome.error));
}

function describeSlice(outcomes: readonly TenantOutcome[], durationMs: number, left: number) {
  const count = (kind: TenantOutcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  const sum = (of: 'calls' | 'throttled' | 'stored'): number =>
    outcomes.reduce((total, outcome) => total + outcome[of], 0);
  return {
    tenants: outcomes.length,
    complete: count('complete'),
    failed: count('failed'),
    skipped: count('skipped'),
    taken: count('taken'),
    waiting: count('waiting'),
    more: count('more'),
    left,
    calls: sum('calls'),
    throttled: sum('throttled'),
    stored: sum('stored'),
    durationMs: Math.round(durationMs),
  };
}

/**
 * One line for each slice, and a few for its failures: a line for each tenant and tick would cost more than everything else
 * together.
 */
function report({ log }: SliceDeps, line: LineFields, outcomes: readonly TenantOutcome[]): void {
  log('info', 'slice', line);
  const failures = outcomes.flatMap((outcome): TenantFailure[] => {
    if (outcome.kind !== 'failed') return [];
    const reason = outcome.error instanceof Error ? outcome.error.message.slice(0, 500) : 'unknown';
    return [{ tenantId: outcome.tenantId, code: codeOf(outcome.error), reason }];
  });
  for (const failure of sumFailures(failures, linesInFull(outcomes.length))) log('warn', 'tenant_failed', failure);
}

/** A bug of ours fails the run loudly, after all other tenants of the slice had their turn. */
function throwBugs(outcomes: readonly TenantOutcome[]): void {
  const bug = outcomes.find((outcome) => outcome.kind === 'failed' && !(outcome.error instanceof AppError));
  if (bug?.kind === 'failed') throw bug.error;
}
