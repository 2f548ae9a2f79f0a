import { expect } from '@jest/globals';
import { isRole } from '../../../local/simulator/http/simulated-request.ts';
import { compareWithTruth, type ComparedWorld, type ComparisonOptions } from './compare-with-truth.ts';

/** Lost 0, stale 0, duplicates 0, something was compared, and the source was never called more often than it allows. */
export async function expectIntact(world: ComparedWorld, options?: ComparisonOptions): Promise<void> {
  const { compared, ...result } = await compareWithTruth(world, options);
  expect(result).toEqual({ lost: 0, stale: 0, duplicates: 0, problems: [] });
  expect(compared).toBeGreaterThan(0);
  const refused = world.control.log().filter(({ status, faults }) => status === 429 && faults.length === 0);
  expect(refused).toEqual([]);
}

/** The fault was not only planned: answers left the simulator with it. */
export function expectServed({ control, tenantId }: ComparedWorld, fault: string, times?: number): void {
  const served = control.countCalls({ fault, tenantId });
  if (times === undefined) expect(served).toBeGreaterThan(0);
  else expect(served).toBe(times);
}

/** Calls to list incidents, as they left the simulator. */
export function listCalls({ control, tenantId }: ComparedWorld): number {
  return control.countCalls({ role: 'incident-list', tenantId });
}

/** Versions that appeared while pages were read: after one call and before a later one. */
export function versionsBetweenCalls({ control, tenantId }: ComparedWorld): number {
  const calls = control.log().filter((entry) => isRole(entry.role, 'incident-list') && entry.tenantId === tenantId);
  const [first, last] = [calls[0]?.at ?? 0n, calls.at(-1)?.at ?? 0n];
  const { versions } = control.truth(tenantId);
  return versions.filter(({ visibleAt }) => visibleAt > first && visibleAt < last).length;
}
