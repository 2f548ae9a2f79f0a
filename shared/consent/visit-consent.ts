import { readConsentAnswer } from '../domain/consent/consent-answer.ts';
import { renderConsentPage, type ConsentPage } from '../domain/consent/consent-page.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import { receiveConsent, type ConsentDeps } from './receive-consent.ts';

/** One visit to the callback, as a page: whatever fails, an administrator of a customer sees a page. */
export async function visitConsent(deps: ConsentDeps, log: Log, query: URLSearchParams): Promise<ConsentPage> {
  try {
    const outcome = await receiveConsent(deps, readConsentAnswer(query));
    const refusal = 'aadsts' in outcome ? { code: outcome.code ?? null, aadsts: outcome.aadsts ?? null } : {};
    log('info', 'consent_visit', { outcome: outcome.kind, ...refusal });
    return renderConsentPage(outcome);
  } catch (error) {
    // The link is claimed by then: the collecting app finishes it.
    if (hasCode(error, 'command-pending')) return renderConsentPage({ kind: 'being-set-up' });
    const code = error instanceof AppError ? error.code : 'internal-error';
    log('error', 'consent_failed', { code, reason: error instanceof Error ? (error.stack ?? error.message) : '' });
    return renderConsentPage({ kind: 'failed' });
  }
}
