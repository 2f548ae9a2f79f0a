import { AppError } from '../../shared/errors.ts';
import type { TenantOutcome } from '../../shared/polling/tenant-outcome.ts';
import { formatCount } from '../start/screen/format-text.ts';

/** What one turn of a tenant did, in one line. */
export function outcomeText(outcome: TenantOutcome): string {
  const sum = `${formatCount(outcome.calls, 'call')}, ${formatCount(outcome.stored, 'incident')} stored`;
  switch (outcome.kind) {
    case 'complete':
      return `complete: ${sum}`;
    case 'more':
      return `not complete yet: ${sum}`;
    case 'skipped':
      return 'skipped: the tenant was paused, deleted or claimed by another worker meanwhile';
    case 'taken':
      return `given up: ${sum}, and another worker went on`;
    case 'waiting':
      return 'waiting: Entra refused the app for other tenants, and this one stays due';
    case 'failed':
      return `failed: ${sum}; ${explain(outcome.error)}`;
  }
}

/** Message and next step of an expected failure. */
export function explain(error: unknown): string {
  if (error instanceof AppError) return `${error.message}. ${error.action}`;
  return error instanceof Error ? error.message : String(error);
}
