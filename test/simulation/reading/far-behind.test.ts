import { expect, test } from '@jest/globals';
import { readTenantId } from '../../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { HOUR_MS, START_MS, startPoll, startSmallWorld } from '../small-world.ts';
import { createSourceTenant } from '../source/sim-source.ts';

const MINUTE_MS = HOUR_MS / 60;
const INCIDENTS = 90;
const PAGE = 2;

test('a front that was parted goes on where it stopped, turn by turn, and is not parted again at each of them', async () => {
  const tenantId = readTenantId('10000000-0000-4000-8000-000000000000');
  if (tenantId === undefined) throw new Error('The tenant id of this test is no GUID');
  let now = (): number => START_MS;
  const tenant = createSourceTenant(tenantId, () => now());
  const small = startSmallWorld(tenant, PAGE);
  now = small.world.time.now;
  startPoll(small, undefined);
  await small.world.time.run(START_MS + MINUTE_MS);

  // While nobody polls, more comes within the overlap than one turn can read in such small pages.
  const resumesMs = START_MS + 90 * MINUTE_MS;
  for (let index = 0; index < INCIDENTS; index += 1) {
    const visibleAtMs = resumesMs - 29 * MINUTE_MS + index * 15_000;
    const at = ticksFromMs(visibleAtMs);
    const [incidentId, order] = [String(1_000 + index), index + 1];
    const status = { status: 'Active', severity: 'High', redirectIncidentId: null };
    tenant.add({ incidentId, order, createdAt: at, updatedAt: at, visibleAtMs, ...status, alerts: [] });
  }
  await small.world.time.run(resumesMs);
  let turns = 0;
  for (; turns < 30 && small.state().storedIncidents < INCIDENTS; turns += 1) {
    startPoll(small, undefined);
    await small.world.time.run(small.world.time.now() + MINUTE_MS);
  }

  expect(turns).toBeLessThanOrEqual(12);
  expect(small.world.violations).toEqual([]);
});
