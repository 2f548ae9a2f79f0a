import type { TenantLag } from '../domain/tenants/staleness.ts';
import type { LineFields } from './log.ts';

/** Names and values as in the lines of the log: ids, counts, codes and outcomes. Never incident text, tokens or addresses. */
export type SpanFields = Readonly<Record<string, string | number | boolean>>;

/** A piece of work, from its start until it is ended. */
export interface Span {
  child(name: string, fields?: SpanFields): Span;
  set(fields: SpanFields): void;
  /** The work failed, with this code. */
  fail(code: string): void;
  /** For the part of the work that is done elsewhere; `undefined` where nothing is traced. */
  traceparent(): string | undefined;
  end(): void;
}

/** Where a piece of work comes from, as W3C `traceparent`. What is not one is ignored. */
export interface Origin {
  /** The work that this one is a part of. */
  parent?: string | undefined;
  /** Work that caused this one as well. */
  link?: string | undefined;
}

export interface Telemetry {
  start(name: string, origin: Origin): Span;
  /** Counts what a line of the log says. */
  record(message: string, fields: LineFields): void;
  /** How far behind every active tenant is. */
  recordLags(lags: readonly TenantLag[]): void;
}

const NO_SPAN: Span = {
  child: () => NO_SPAN,
  set: () => {},
  fail: () => {},
  traceparent: () => undefined,
  end: () => {},
};

/** Telemetry that is not sent anywhere. */
export const NO_TELEMETRY: Telemetry = { start: () => NO_SPAN, record: () => {}, recordLags: () => {} };
