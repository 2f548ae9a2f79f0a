import { collectTenant, type CollectDeps } from './collect-tenant.ts';
import { toSliceMessage, type Slice, type SliceMessage } from './domain/slice.ts';
import { mapLimited } from './domain/map-limited.ts';
import { sumFailures, type TenantFailure } from './domain/tenant-failures.ts';
import type { TenantId } from './domain/tenant-id.ts';
import { AppError } from './errors.ts';
import type { LineFields } from './ports/log.ts';
import type { Span, Telemetry } from './ports/telemetry.ts';
import type { TenantOutcome } from './tenant-outcome.ts';
import { codeOf, traced } from './traced.ts';

export interface SliceDeps extends CollectDeps {
  telemetry: Telemetry;
  /** Tenants polled at once. */
  tenantConcurrency: number;
  /** No tenant is begun after this time, in ms from the start of the slice. */
  sliceBudgetMs: number;
}

/** What is left of the slice's time when a tenant is begun, at least. */
const MIN_TENANT_MS = 20_000;

/**
 * Polls the tenants of one message. A slice that comes a second time is first taken apart, one message a tenant, so that a
 * tenant which kills its worker is found. Answers the messages for what there was no time for. `caller` is the platform's
 * `traceparent`: the slice is a part of its tick's trace, and linked with that of its delivery.
 */
export async function collectSlice(
  deps: SliceDeps,
  slice: Slice,
  deliveries: number,
  caller?: string,
): Promise<SliceMessage[]> {
  const span = deps.telemetry.start('slice', { parent: slice.traceparent, link: caller });
  return traced(span, async () => pollTenants(deps, slice, deliveries, span));
}

async function pollTenants(deps: SliceDeps, slice: Slice, deliveries: number, span: Span): Promise<SliceMessage[]> {
  if (deliveries > 1 && slice.tenantIds.length > 1)
    return slice.tenantIds.map((tenantId) => toSliceMessage({ ...slice, tenantIds: [tenantId] }));
  const startedMs = deps.clock.monotonicMs();
  const deadlineMs = startedMs + deps.sliceBudgetMs;
  const outcomes: TenantOutcome[] = [];
  const unbegun: TenantId[] = [];
  let waiting = slice.tenantIds;
  for (let round = 1; waiting.length > 0; round += 1) {
    const ended = await mapLimited(waiting, deps.tenantConcurrency, async (tenantId) => {
      if (deps.clock.monotonicMs() + MIN_TENANT_MS > deadlineMs) {
        if (round === 1) unbegun.push(tenantId);
        return undefined;
      }
      const job = { tenantId, tick: slice.tick, deadlineMs, isContinuation: round > 1 };
      return traced(span.child('tenant', { tenantId }), async (own) => {
        const outcome = await collectTenant(deps, { ...job, span: own });
        describeOutcome(own, outcome);
        return outcome;
      });
    });
    outcomes.push(...ended.filter((outcome) => outcome !== undefined));
    // Everybody gets a first turn before anybody's backfill gets a second one.
    // A turn without a call means that the next call is allowed only after this slice's time.
    waiting = ended
      .filter((outcome) => outcome?.kind === 'more' && outcome.calls > 0)
      .map((outcome) => outcome?.tenantId)
      .filter((id) => id !== undefined);
  }
  const line = describeSlice(outcomes, deps.clock.monotonicMs() - startedMs, unbegun.length);
  span.set(line);
  report(deps, line, outcomes);
  throwBugs(outcomes);
  return unbegun.length === 0 ? [] : [toSliceMessage({ ...slice, tenantIds: unbegun })];
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
    tenants: new Set(outcomes.map(({ tenantId }) => tenantId)).size,
    complete: count('complete'),
    failed: count('failed'),
    skipped: count('skipped'),
    taken: count('taken'),
    waiting: count('waiting'),
    left,
    calls: sum('calls'),
    throttled: sum('throttled'),
    stored: sum('stored'),
    durationMs: Math.round(durationMs),
  };
}

/** One line a slice, and a few of what failed: a line a tenant and tick would cost more than everything else together. */
function report({ log }: SliceDeps, line: LineFields, outcomes: readonly TenantOutcome[]): void {
  log('info', 'slice', line);
  const failures = outcomes.flatMap((outcome): TenantFailure[] => {
    if (outcome.kind !== 'failed') return [];
    const reason = outcome.error instanceof Error ? outcome.error.message.slice(0, 500) : 'unknown';
    return [{ tenantId: outcome.tenantId, code: codeOf(outcome.error), reason }];
  });
  for (const failure of sumFailures(failures)) log('warn', 'tenant_failed', failure);
}

/** A bug of ours fails the run loudly, after everybody else in the slice had their turn. */
function throwBugs(outcomes: readonly TenantOutcome[]): void {
  const bug = outcomes.find((outcome) => outcome.kind === 'failed' && !(outcome.error instanceof AppError));
  if (bug?.kind === 'failed') throw bug.error;
}
