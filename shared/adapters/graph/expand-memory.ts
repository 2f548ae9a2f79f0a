import type { TenantId } from '../../domain/values/tenant-id.ts';
import { hasCode } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';

/**
 * What is known of `$expand=alerts`: for some customers Graph answers it with 500 however small the page is, and the same list
 * without it is answered. It is tried again after a day.
 */
export interface ExpandMemory {
  /** Lists of this tenant are asked for without alerts. */
  isOff(tenantId: TenantId): boolean;
  open(tenantId: TenantId): Expansion;
}

type Send<Answer> = (expands: boolean) => Promise<Answer>;

/** One reader's calls: each sends one request, with alerts unless that has failed before and may not fail without. */
export interface Expansion {
  askList<Answer>(filter: string, send: Send<Answer>): Promise<Answer>;
  askOne<Answer>(incidentId: string, send: Send<Answer>): Promise<Answer>;
}

/** The first may have failed because of its size: the next one is smaller. */
const FAILURES_OF_A_LIST = 2;
const A_DAY_MS = 86_400_000;

export function createExpandMemory(clock: Clock): ExpandMemory {
  const offUntilMs = new Map<TenantId, number>();
  const isOff = (tenantId: TenantId): boolean => (offUntilMs.get(tenantId) ?? -Infinity) > clock.monotonicMs();
  return {
    isOff,
    open: (tenantId) => ({
      askList: countFailures(FAILURES_OF_A_LIST, {
        isOff: () => isOff(tenantId),
        onFound: () => offUntilMs.set(tenantId, clock.monotonicMs() + A_DAY_MS),
      }),
      // One that cannot be had with its alerts says nothing about the others.
      askOne: countFailures(1, { isOff: () => false, onFound: () => undefined }),
    }),
  };
}

interface Learnt {
  isOff(): boolean;
  /** The same thing is answered without alerts. */
  onFound(): void;
}

function countFailures(enough: number, { isOff, onFound }: Learnt): Expansion['askList'] {
  const failures = new Map<string, number>();
  return async (key, send) => {
    const failed = failures.get(key) ?? 0;
    const isTrial = failed >= enough;
    const expands = !isTrial && !isOff();
    try {
      const answer = await send(expands);
      if (isTrial) onFound();
      return answer;
    } catch (error) {
      // What fails without alerts too does not fail because of them.
      if (expands && hasCode(error, 'source-unavailable')) failures.set(key, failed + 1);
      else failures.delete(key);
      throw error;
    }
  };
}
