/**
 * Who has to act. `caller`: the query is wrong · `tenant`: the customer acts · `microsoft`: wait ·
 * `partner`: our registration, credential, settings or storage · `collector`: a bug of ours.
 */
export type Blame = 'caller' | 'tenant' | 'microsoft' | 'partner' | 'collector';

export interface AppErrorDetails {
  cause?: unknown;
  /** The operator's next step, as one sentence. */
  action?: string;
  /** The failure may pass by itself: asking again later is useful. */
  retriable?: boolean;
  /** How long the service asked us to wait, in milliseconds. */
  retryAfterMs?: number;
  /** HTTP status that the service answered with, or that we answer with where the blame is `caller`. */
  status?: number;
  /** Microsoft's tracking id of the failed call, to be quoted in a support case. */
  trackingId?: string;
  /** Roles that the checked token lacked. */
  missingRoles?: readonly string[];
  /** What Entra refused with where its meaning is not known here: `AADSTS` and a number, or the `error` text. */
  unknownRefusal?: string;
  /** 0-based index of the operation that made a table transaction fail. */
  failedIndex?: number;
}

/** Every expected failure. Handlers, the poll loop and the log decide by `blame`, `code` and `retriable`, never by the text. */
export class AppError extends Error {
  readonly blame: Blame;
  /** Stable, kebab-case, listed in docs/errors.md. */
  readonly code: string;
  readonly action: string | undefined;
  readonly retriable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;
  readonly trackingId: string | undefined;
  readonly missingRoles: readonly string[] | undefined;
  readonly unknownRefusal: string | undefined;
  readonly failedIndex: number | undefined;

  constructor(blame: Blame, code: string, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.blame = blame;
    this.code = code;
    this.action = details.action;
    this.retriable = details.retriable ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.status = details.status;
    this.trackingId = details.trackingId;
    this.missingRoles = details.missingRoles;
    this.unknownRefusal = details.unknownRefusal;
    this.failedIndex = details.failedIndex;
  }
}

/** True when `error` is an expected failure with this stable code. */
export function hasCode(error: unknown, code: string): error is AppError {
  return error instanceof AppError && error.code === code;
}
