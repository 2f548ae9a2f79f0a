import type { ShownStatus } from '../views/tenant-view.ts';
import type { ConsentRefusal } from './consent-answer.ts';

/** What became of a visit to the consent callback. */
export type ConsentOutcome =
  | { kind: 'connected' | 'being-set-up' | 'awaiting-approval' | 'already-registered' | 'being-erased' }
  | { kind: 'unknown-link' | 'expired' | 'withdrawn' | 'too-many-attempts' | 'other-tenant' | 'incomplete' | 'failed' }
  /** Used before; with a status when the same tenant comes again. */
  | { kind: 'used'; status: ShownStatus | undefined }
  | ConsentRefusal;

export type OutcomeKind = ConsentOutcome['kind'];
