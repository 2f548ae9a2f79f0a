import { expect, test } from '@jest/globals';
import { newGap } from '../../shared/domain/reading/gaps.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import { toStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../shared/domain/values/ticks.ts';
import { buildTenant, START_MS, startSmallWorld } from './small-world.ts';
import type { SourceVersion } from './source/sim-source.ts';

const PAGE = 4;
const AT = ticksFromMs(START_MS - 60_000);

/** A worker is shown `seen` of a crowd in one instant, of which `left` are still there when it records a gap. */
function recordGapAfter(seen: number, left: number): string[] {
  const tenant = buildTenant(1);
  const [pattern] = tenant.visible();
  if (pattern === undefined) throw new Error('The incident of this tenant is visible');
  const crowd = Array.from({ length: Math.max(seen, left) }, (_, index): SourceVersion => ({
    ...pattern,
    incidentId: String(2_000 + index),
    order: 2 + index,
    updatedAt: AT,
  }));
  const { world, checker, state } = startSmallWorld(tenant, PAGE);
  const { tenantId } = state();
  crowd.slice(0, left).forEach(tenant.add);
  checker.observer.onOpened('m1', tenantId);
  const query = { updatedFrom: AT, updatedTo: AT + 1n, top: PAGE };
  checker.observer.onRead({ machine: 'm1', tenantId, query, versions: crowd.slice(0, seen), isWhole: true });
  const gaps = [newGap(AT, AT + 1n, 'instant-cannot-be-paged', ticksFromMs(START_MS))];
  const properties = toStateRow({ ...state(), sequence: state().sequence + 1n, commitId: 'next', gaps });
  world.table.apply(shardOf(tenantId), [{ kind: 'merge', rowKey: stateKey(tenantId), properties }], START_MS, 'm1');
  return world.violations;
}

test('a gap of an instant is true when the last look was a full page, whatever has moved on since', () => {
  expect(recordGapAfter(PAGE, PAGE - 1)).toEqual([]);
});

test('a gap of an instant is untrue when the last look was a short answer, whatever has come since', () => {
  expect(recordGapAfter(PAGE - 1, PAGE)).toEqual([expect.stringContaining('nothing stood in the way there')]);
});
