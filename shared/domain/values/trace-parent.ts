const TRACE_PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

export function isTraceParent(value: unknown): value is string {
  return typeof value === 'string' && TRACE_PARENT.test(value);
}

/** Ids of a W3C `traceparent`; `undefined` for anything else. */
export function readTraceParent(value: unknown): { traceId: string; spanId: string } | undefined {
  const [, traceId, spanId] = isTraceParent(value) ? (TRACE_PARENT.exec(value) ?? []) : [];
  return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId };
}

/** Always marked as sampled: what is kept is decided where spans end. */
export function formatTraceParent({ traceId, spanId }: { traceId: string; spanId: string }): string {
  return `00-${traceId}-${spanId}-01`;
}
