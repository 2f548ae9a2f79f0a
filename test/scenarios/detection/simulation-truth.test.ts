import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { playReal, playSimulated } from '../troubles/replay-simulation.ts';

let cloud: ScenarioCloud;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});

afterAll(() => cloud.stop());

const KINDS = ['I!', 'A!', 'F!', 'O!', 'U!', 'H!'];
/** Stamps of commits, the size of what is kept of the wire, and the link, which the simulated source does not have. */
const VOLATILE = ['collectedAt', 'firstCollectedAt', 'at', 'contentHash', 'sourceGzip', 'source', 'url'];

/** Rows by key, a history row without the sequence of its commit. */
function toComparable(rows: readonly { rowKey: string; properties: RowProperties }[]): Record<string, unknown> {
  const compared = rows.filter(({ rowKey }) => KINDS.some((kind) => rowKey.startsWith(kind)));
  return Object.fromEntries(
    compared.map(({ rowKey, properties }) => [
      rowKey.startsWith('H!') ? rowKey.slice(0, rowKey.lastIndexOf('!')) : rowKey,
      Object.fromEntries(
        Object.entries(properties).filter(
          ([name, value]) => !VOLATILE.includes(name) && !(value instanceof Uint8Array),
        ),
      ),
    ]),
  );
}

test.each([3, 4, 8, 12])(
  'seed %i ends with the same rows on the simulated table and on the real service through the real adapters',
  async (seed) => {
    const world = await cloud.createWorld();
    const startMs = Math.ceil(world.time.nowMs() / 1_000) * 1_000;
    const simulated = await playSimulated(seed, world.tenantId, startMs);

    await playReal(world, simulated.history, startMs);

    const real = await listAllRows(world.incidents.table, shardOf(world.tenantId), { from: '!', to: '~' });
    expect(toComparable(real)).toEqual(toComparable(simulated.rows));
    expect(simulated.history.length).toBeGreaterThan(40);
  },
);
