import { ERRORS, type ErrorCode } from './errors/error-table.ts';
import type { Blame } from './errors/error-kind.ts';

export interface AppErrorDetails {
  cause?: unknown;
  /** Where it is not the one of the code. */
  blame?: Blame;
  /** Where more is known than the action of the code. */
  action?: string;
  /** Where it is not as the code has it. */
  retriable?: boolean;
  /** How long the service asked us to wait, in milliseconds. */
  retryAfterMs?: number;
  /** HTTP status of the service's response, or of our response when the blame is `caller`. */
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

/**
 * Every expected failure. Handlers, the poll loop and the log decide by its code and what `ERRORS` says of that, never by the
 * text.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly blame: Blame;
  readonly action: string;
  readonly retriable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;
  readonly trackingId: string | undefined;
  readonly missingRoles: readonly string[] | undefined;
  readonly unknownRefusal: string | undefined;
  readonly failedIndex: number | undefined;

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const kind = ERRORS[code];
    this.name = 'AppError';
    this.code = code;
    this.blame = details.blame ?? kind.blame;
    this.action = details.action ?? kind.action;
    this.retriable = details.retriable ?? kind.retriable ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.status = details.status ?? kind.status;
    this.trackingId = details.trackingId;
    this.missingRoles = details.missingRoles;
    this.unknownRefusal = details.unknownRefusal;
    this.failedIndex = details.failedIndex;
  }
}

/** True when a row was changed, made or deleted meanwhile: what was to be written is decided anew. */
export function isRace(error: unknown): error is AppError {
  return error instanceof AppError && ERRORS[error.code].isRace === true;
}

/** True when `error` is an expected failure with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is AppError {
  return error instanceof AppError && codes.includes(error.code);
}
