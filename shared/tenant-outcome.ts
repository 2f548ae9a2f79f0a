import type { TenantId } from './domain/tenant-id.ts';

/** What the polls of a tenant have cost and brought. */
export interface Tally {
  tenantId: TenantId;
  calls: number;
  throttled: number;
  stored: number;
}

export type TenantOutcome = Tally &
  ({ kind: 'complete' | 'more' | 'skipped' | 'taken' | 'waiting' } | { kind: 'failed'; error: unknown });
