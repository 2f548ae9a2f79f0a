import type { CollectDeps } from './collect-tenant.ts';
import type { TenantSession } from './commit.ts';
import type { TenantState } from './domain/tenant-state.ts';
import type { Ticks } from './domain/ticks.ts';
import type { MeteredReader } from './metered-reader.ts';
import type { CycleDeps } from './cycle-progress.ts';

/** One tenant's poll under way. */
export interface Poll {
  deps: CollectDeps;
  session: TenantSession;
  reader: MeteredReader;
  cycles: CycleDeps;
  /** It goes on where this claim's run before stopped: the tenant's calls beside its news are used already. */
  isContinuation: boolean;
  /** What the state row knew as stored when the poll began. */
  knownBefore: ReadonlySet<string>;
  nextTick: Ticks;
  /** `nextDueAt` as it was at the start: an operator who changes it meanwhile is not overruled. */
  dueAtStart: Ticks;
}

export interface PartRead {
  isComplete: boolean;
  /** What the poll's last commit has to say about this part. */
  apply(state: TenantState): TenantState;
}

export const unchanged = (state: TenantState): TenantState => state;
