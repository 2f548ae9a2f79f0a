import type { TenantId } from './tenant-id.ts';

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

/** The first failures one by one, the others together by code: no code is without a line. */
export function sumFailures(failures: readonly TenantFailure[]): FailureLine[] {
  const lines: FailureLine[] = failures.slice(0, IN_FULL).map((failure) => ({ ...failure, tenants: 1 }));
  const others = new Map<string, FailureLine>();
  for (const failure of failures.slice(IN_FULL)) {
    const line = others.get(failure.code);
    if (line === undefined) others.set(failure.code, { ...failure, tenants: 1 });
    else line.tenants += 1;
  }
  return [...lines, ...others.values()];
}
