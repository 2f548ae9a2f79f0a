import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isRole } from '../../../local/simulator/http/simulated-request.ts';
import { TICKS_PER_DAY, TICKS_PER_MINUTE, TICKS_PER_SECOND } from '../../../shared/domain/values/ticks.ts';
import { createCollector, type Collector } from '../cloud/collector.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { startScenarioCloud, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents } from '../cloud/seed-incidents.ts';
import { expectIntact } from '../truth/expectations.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud();
});

afterAll(() => cloud.stop());

interface Cost {
  source: number;
  entra: number;
  vault: number;
  worker: number;
  dispatch: number;
}

const CALLS = ['incident-list', 'incident-get', 'graph-alerts'] as const;

function countRequests({ control }: World, collector: Collector): Cost {
  return {
    source: CALLS.reduce((sum, role) => sum + control.countCalls({ role }), 0),
    entra: control.countCalls({ role: 'entra-token' }) + control.countCalls({ role: 'entra-discovery' }),
    vault: control.countCalls({ role: 'vault' }),
    worker: collector.requests(),
    dispatch: collector.dispatchRequests(),
  };
}

/** One list for the clock, one row on how the sources stand, a list for each shard, a transaction of claims, a row for health. */
const DISPATCH_REQUESTS = 20;

/** Fewer than a page; from nine tenths of one on it is cut before it is asked for. */
const NEARLY_A_PAGE = defaultSource() === 'graph' ? 44 : 89;

test.each([0, 30, NEARLY_A_PAGE])(
  'a steady poll with %i incidents in the overlap is one call and two table requests',
  async (recent) => {
    const world = await cloud.createWorld();
    const newest = world.control.now() - TICKS_PER_MINUTE;
    seedIncidents(world, 40, (number) => newest - TICKS_PER_DAY - BigInt(number) * TICKS_PER_MINUTE);
    seedIncidents(world, recent, (number) => newest - BigInt(number) * TICKS_PER_SECOND);
    const collector = createCollector(world);
    await collector.pollUntilComplete();

    for (let poll = 1; poll <= 3; poll += 1) {
      const before = countRequests(world, collector);
      await collector.poll();
      const after = countRequests(world, collector);
      expect({
        source: after.source - before.source,
        entra: after.entra - before.entra,
        vault: after.vault - before.vault,
        worker: after.worker - before.worker,
        dispatch: after.dispatch - before.dispatch,
      }).toEqual({ source: 1, entra: 0, vault: 0, worker: 2, dispatch: DISPATCH_REQUESTS });
    }
    expect(
      world.control
        .log()
        .filter(({ role }) => isRole(role, 'incident-list'))
        .at(-1)?.items,
    ).toBe(recent);
    await expectIntact(world);
  },
);
