import type { TenantId } from '../domain/values/tenant-id.ts';
import type { Ticks } from '../domain/values/ticks.ts';

/** What the polls of a tenant have cost and brought. */
export interface Tally {
  tenantId: TenantId;
  calls: number;
  throttled: number;
  stored: number;
}

export type TenantOutcome = Tally &
  (
    | { kind: 'complete' | 'skipped' | 'taken' | 'waiting' }
    /** There is more to read. `nextTurnAt`: the tenant stays claimed for a turn from then on; else it is for the ticks. */
    | { kind: 'more'; nextTurnAt: Ticks | undefined }
    | { kind: 'failed'; error: unknown }
  );
