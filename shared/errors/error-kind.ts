/**
 * Who must act. `caller`: the query is wrong · `tenant`: the customer acts · `microsoft`: wait · `partner`: our registration,
 * credential, settings or storage · `collector`: a bug of ours.
 */
export const BLAMES = ['caller', 'tenant', 'microsoft', 'partner', 'collector'] as const;

export type Blame = (typeof BLAMES)[number];

/** What is true of every failure with one code. docs/errors.md and docs/operations.md are made from these. */
export interface ErrorKind {
  blame: Blame;
  /** The end of a sentence, as Markdown. */
  meaning: string;
  /** The operator's next step, as one sentence without a full stop; a failure that knows more says so instead. */
  action: string;
  /** The failure may be transient: trying again later is useful. */
  retriable?: true;
  /** The HTTP status of the response to a caller; 400 without it. */
  status?: number;
  /**
   * What else is not touched. `window`: another stretch of time or another incident may be read · `link`: so may the list itself
   * while a link to more of it fails · `state-row`: nothing, as the tenant's state row is not ours to write, or cannot be ·
   * `app`: no tenant, until the app's registration or credential is corrected.
   */
  concerns?: 'window' | 'link' | 'state-row' | 'app';
  /** A row was changed, made or deleted meanwhile: what was to be written is decided anew. */
  isRace?: true;
  /**
   * Ends a poll early without being a failure. `more`: the tenant continues when its calls are allowed again · `waiting`: still
   * due at the next tick, as the problem is reported once for the run and not on each of its tenants.
   */
  ends?: 'more' | 'waiting';
  /** The status of a tenant whose poll fails so; `unreachable` without it. */
  tenantStatus?: 'consent-missing' | 'not-licensed';
  /** The alert that fires when one customer fails so; other alerts count customers or ticks. */
  alert?: 'credential-refused';
}
