import { expect } from '@jest/globals';
import { compareWithTruth, type ComparedWorld, type ComparisonOptions } from './compare-with-truth.ts';

/** Lost 0, stale 0, duplicates 0, and something was compared. */
export async function expectIntact(world: ComparedWorld, options?: ComparisonOptions): Promise<void> {
  const { compared, ...result } = await compareWithTruth(world, options);
  expect(result).toEqual({ lost: 0, stale: 0, duplicates: 0, problems: [] });
  expect(compared).toBeGreaterThan(0);
}

/** The fault was not only planned: answers left the simulator with it. */
export function expectServed({ control, tenantId }: ComparedWorld, fault: string, times?: number): void {
  const served = control.countCalls({ fault, tenantId });
  if (times === undefined) expect(served).toBeGreaterThan(0);
  else expect(served).toBe(times);
}

/** Calls to list incidents, as they left the simulator. */
export function listCalls({ control, tenantId }: ComparedWorld): number {
  return control.countCalls({ role: 'defender-list', tenantId });
}
