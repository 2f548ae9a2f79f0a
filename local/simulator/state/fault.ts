import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { SendRaw } from '../http/answer.ts';
import type { RoleName, SimulatedRequest } from '../http/simulated-request.ts';

/** `header-seconds` and `header-date` send `Retry-After`; `body-seconds` names the seconds in the message; `none` says nothing. */
export type ThrottleForm = 'header-seconds' | 'header-date' | 'body-seconds' | 'none';

/** Answers that replace the real one. The call still counts against the rate limits. */
export type ReplacingFault =
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  | { kind: 'throttle'; form: ThrottleForm; seconds: number }
  /** An Entra error body with this AADSTS number; status and `error` follow the number unless given. */
  | { kind: 'entra-error'; code: number; status?: number; error?: string }
  /** Everything that was sent comes back, credentials too, as a careless proxy shows it; `aadsts` makes it an Entra error of this number. */
  | { kind: 'echo'; status: number; form: 'html' | 'json' | 'text'; aadsts?: number }
  | { kind: 'reset' }
  | { kind: 'html' }
  | { kind: 'not-json'; body?: string }
  /** Valid JSON of this many bytes: an `incidentName` that is too long to be one. */
  | { kind: 'huge-body'; bytes: number }
  /** A few KiB on the wire, this many bytes when decoded. */
  | { kind: 'gzip-bomb'; bytes: number }
  /** Writes the answer itself, head included: for what no well-behaved server sends. */
  | { kind: 'raw'; send: SendRaw };

/** Changes to the real answer on its way out. */
export type DeliveryFault =
  | { kind: 'delay'; ms: number }
  /** `cut`: the text ends early although the transfer is whole; `abort`: the connection ends inside the body. */
  | { kind: 'truncated-json'; how?: 'cut' | 'abort' }
  | { kind: 'slow-drip'; chunkBytes: number; intervalMs: number }
  /** A `Warning` header, and `status` (e.g. 206) instead of 200. */
  | { kind: 'warning'; text?: string; status?: number }
  /** Entra and the identity endpoint: claims of the issued token that are overwritten; `null` removes one. */
  | { kind: 'token-claims'; claims: Record<string, unknown> };

export type FilterField = 'lastUpdateTime' | 'createdTime' | 'status' | 'assignedTo';

/** Other choices of what a list answer holds. */
export type ListFault =
  | { kind: 'clamp-top'; top: number }
  | { kind: 'ignore-bound'; field: FilterField; bound: 'lower' | 'upper' | 'both' }
  /** Times are compared after both sides were cut to this unit. */
  | { kind: 'filter-precision'; unit: 'milliseconds' | 'seconds' }
  /**
   * Pages of `pageSize` with `@odata.nextLink` while more remain; `foreign` points it at another origin. With `stopsAtTop` the
   * pages together end at the `$top` that was asked for (OData), otherwise at the end of the result (as Graph does it). With
   * `isEndless` every page has a link, the last and empty ones too.
   */
  | { kind: 'next-link'; pageSize: number; origin: 'same' | 'foreign'; stopsAtTop?: boolean; isEndless?: boolean }
  /** The answer as it was this long ago. */
  | { kind: 'stale-replica'; lagMs: number };

export type Fault = ReplacingFault | DeliveryFault | ListFault;

/**
 * Which of the requests that fit role, tenant, skip and predicate get the fault; they are counted from 1 per rule.
 * Without `nthMatching`, `every`, `from` or `to` it is all of them.
 */
export interface FaultMatch {
  role: RoleName;
  tenantId?: string;
  nthMatching?: number;
  every?: number;
  from?: number;
  to?: number;
  skip?: number;
  predicate?: (request: SimulatedRequest) => boolean;
}

export interface FaultRule {
  /** Shows in the request log of every answer that it touched. */
  name: string;
  match: FaultMatch;
  /** Serves at most this often. */
  times?: number;
  fault: Fault;
}

/** A rule with what happened to it so far. */
export interface FaultRuleState {
  rule: FaultRule;
  matched: number;
  served: number;
  lastServedAt: Ticks | undefined;
}
