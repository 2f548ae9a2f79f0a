import { expect, test } from '@jest/globals';
import type { SourceName } from '../../shared/domain/incidents/incident.ts';
import { readHistoryRow } from '../../shared/domain/rows/read-incident-rows.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import { toControlColumns } from '../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { ticksFromMs } from '../../shared/domain/values/ticks.ts';
import { addIncident, updateIncident } from './life/churn.ts';
import { buildTenant, HOUR_MS, START_MS, startPoll, startSmallWorld, type SmallWorld } from './small-world.ts';
import { pickGraph, toServiceTime } from './source/graph-world.ts';
import { createSourceTenant, type SourceTenant } from './source/sim-source.ts';

const INCIDENTS = 3;
const [MAX_TOP, GRAPH_TOP] = [4, 2];

/** The incidents of the other tests in a tenant of its own, as they change here. */
function startWorld(): { small: SmallWorld; tenant: SourceTenant } {
  const pattern = buildTenant(INCIDENTS);
  let now = (): number => START_MS;
  const tenant = createSourceTenant(pattern.tenantId, () => now());
  for (const version of pattern.visible()) {
    const at = toServiceTime(version.updatedAt);
    tenant.add({ ...version, createdAt: at, updatedAt: at, comment: 'seen' });
  }
  const small = startSmallWorld(tenant, MAX_TOP);
  now = small.world.time.now;
  const tenantIds = [tenant.tenantId];
  const graph = pickGraph(1, START_MS, { maxTop: MAX_TOP, tenantIds }, 'switching');
  if (graph === undefined) throw new Error('A life with switches knows Graph');
  small.world.graph = {
    ...graph,
    startsOn: 'defender',
    refusedUntilMs: 0,
    maxTop: GRAPH_TOP,
    alertsPerAnswer: Infinity,
    expand: undefined,
  };
  return { small, tenant };
}

function switchTo({ world, state }: SmallWorld, ownSource: SourceName): void {
  const { tenantId } = state();
  const properties = { tenantId, ...toControlColumns({ ownSource }) };
  world.table.apply(shardOf(tenantId), [{ kind: 'merge', rowKey: stateKey(tenantId), properties }], world.time.now());
}

/** While the new source is being read, an incident changes and another one comes. */
function churn({ world }: SmallWorld, tenant: SourceTenant): void {
  const at = ticksFromMs(world.time.now());
  updateIncident(world, tenant, tenant.ids[0] ?? '', { at, lateMs: 0 });
  addIncident(world, tenant, at, world.time.now());
}

/** How often each incident's history says that its source has changed, of those that were there before the first switch. */
function sourceEntries({ world, state }: SmallWorld): number[] {
  const counts = new Map<string, number>();
  for (const { rowKey, properties } of world.table.list(shardOf(state().tenantId), 'H!', 'H"', 1_000)) {
    const id = rowKey.split('!')[2] ?? '';
    const entries = readHistoryRow(properties).changes.filter(({ field }) => field === 'source').length;
    counts.set(id, (counts.get(id) ?? 0) + entries);
  }
  return [...counts.values()].toSorted().slice(-INCIDENTS);
}

/** Read from Defender, then from Graph, then from Defender again; the poll after one of the switches dies after so many waits. */
async function live(
  killed: SourceName,
  waits: number,
): Promise<{ wasKilled: boolean; entries: number[]; bad: string[] }> {
  const { small, tenant } = startWorld();
  const { world, checker } = small;
  const pass = (): Promise<number> => world.time.run(world.time.now() + HOUR_MS / 2);
  startPoll(small, undefined);
  await pass();
  let wasKilled = false;
  for (const source of ['graph', 'defender'] as const) {
    switchTo(small, source);
    const machine = startPoll(small, source === killed ? waits : undefined);
    world.time.at(world.time.now() + 500, () => {
      churn(small, tenant);
    });
    await pass();
    wasKilled ||= machine.isDead;
    for (let poll = 0; poll < 3; poll += 1) {
      startPoll(small, undefined);
      await pass();
    }
    expect(small.state()).toMatchObject({ readFrom: source, move: undefined });
  }
  checker.checkEnd();
  return { wasKilled, entries: sourceEntries(small), bad: world.violations };
}

test.each(['graph', 'defender'] as const)(
  'a poll that is killed at any of its waits after a switch to %s leaves nothing lost, stale, doubled or told twice',
  async (killed) => {
    let kills = 0;
    for (let waits = 0; ; waits += 1) {
      const { wasKilled, entries, bad } = await live(killed, waits);
      expect({ waits, bad, entries }).toEqual({ waits, bad: [], entries: Array(INCIDENTS).fill(2) });
      if (!wasKilled) break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(20);
  },
  120_000,
);
