import type { TenantId } from '../values/tenant-id.ts';

export type TenantFailure = {
  tenantId: TenantId;
  code: string;
  /** What the log shows of it. */
  reason?: string;
};

/** A line of the log about `tenants` tenants that failed with the same code, of which the first is named. */
export type FailureLine = TenantFailure & { tenants: number };

/** Lines in full for one message; what happens to everybody at once fills no log. */
const IN_FULL = 3;
const TENANTS_A_LINE = 8;

/** Tenants that fail travel few together: then each message has fewer lines. */
export const linesInFull = (tenants: number): number =>
  Math.min(IN_FULL, Math.max(1, Math.floor(tenants / TENANTS_A_LINE)));

/** The first failures one by one, the others together by code: no code is without a line. */
export function sumFailures(failures: readonly TenantFailure[], inFull = IN_FULL): FailureLine[] {
  const lines: FailureLine[] = failures.slice(0, inFull).map((failure) => ({ ...failure, tenants: 1 }));
  const others = new Map<string, FailureLine>();
  for (const failure of failures.slice(inFull)) {
    const line = others.get(failure.code);
    if (line === undefined) others.set(failure.code, { ...failure, tenants: 1 });
    else line.tenants += 1;
  }
  return [...lines, ...others.values()];
}
