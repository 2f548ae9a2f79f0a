import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** An instance keeps the spans of at most this many tenants a minute: in an outage all tenants fail at every tick. */
const TENANTS_A_MINUTE = 20;
/** … and at most this many commits of each poll; a first read may have hundreds. */
const COMMITS_A_TENANT = 50;

/**
 * A tail sampler. Nearly all polls find nothing new, and their spans would cost more than everything else: a tenant's spans are
 * kept, with its commits, if it stored something, failed, was throttled or lost its claim.
 */
export function createTailSampler(next: SpanProcessor): SpanProcessor {
  const commits = new Map<string, ReadableSpan[]>();
  const minute = { number: 0, tenants: 0 };

  function endTenant(tenant: ReadableSpan): void {
    const { spanId } = tenant.spanContext();
    const own = commits.get(spanId) ?? [];
    commits.delete(spanId);
    const number = Math.floor(tenant.endTime[0] / 60);
    if (number !== minute.number) Object.assign(minute, { number, tenants: 0 });
    if (isIdle(tenant) || minute.tenants >= TENANTS_A_MINUTE) return;
    minute.tenants += 1;
    for (const span of [...own, tenant]) next.onEnd(span);
  }

  function endCommit(commit: ReadableSpan): void {
    const spanId = commit.parentSpanContext?.spanId ?? '';
    const own = commits.get(spanId) ?? [];
    if (own.length < COMMITS_A_TENANT) commits.set(spanId, [...own, commit]);
  }

  return {
    onStart: (span, parent) => {
      next.onStart(span, parent);
    },
    onEnd: (span) => {
      if (span.name === 'tenant') endTenant(span);
      else if (span.name === 'commit') endCommit(span);
      else next.onEnd(span);
    },
    forceFlush: () => next.forceFlush(),
    shutdown: () => next.shutdown(),
  };
}

function isIdle({ attributes: { kind, stored, throttled } }: ReadableSpan): boolean {
  return (kind === 'complete' || kind === 'skipped') && stored === 0 && throttled === 0;
}
