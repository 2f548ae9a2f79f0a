import { expect, test } from '@jest/globals';
import type { SourceChoice } from '../../shared/domain/incidents/incident.ts';
import { readHistoryRow } from '../../shared/domain/rows/read-incident-rows.ts';
import { historyRange, stateKey } from '../../shared/domain/rows/row-keys.ts';
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
    defenderEndsMs: Infinity,
    refusedUntilMs: 0,
    maxTop: GRAPH_TOP,
    alertsPerAnswer: Infinity,
    expand: undefined,
  };
  return { small, tenant };
}

function switchTo({ world, state }: SmallWorld, ownSource: SourceChoice): void {
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

/** How often each incident's history says that its source has changed, in the order of their numbers. */
function sourceEntries({ world, state }: SmallWorld, ids: readonly string[]): number[] {
  const { tenantId } = state();
  return ids.map((id) => {
    const { from, to } = historyRange(tenantId, id);
    const rows = world.table.list(shardOf(tenantId), from, to, 1_000);
    return rows
      .flatMap(({ properties }) => readHistoryRow(properties).changes)
      .filter(({ field }) => field === 'source').length;
  });
}

/** Where the tenant is to be read from, one after the other, and where it then is. */
const CHOICES = [
  { wanted: 'graph', readFrom: 'graph' },
  { wanted: 'defender', readFrom: 'defender' },
  { wanted: 'auto', readFrom: 'defender' },
] as const;
const POLLS = 3;
/** Incidents of before the first switch are told by both sources; the one that comes at a switch, by those that follow. */
const EXPECTED = [...Array<number>(INCIDENTS).fill(2), 1, 0, 0];

/** Read from Defender and then by all choices; at so many waits after the first of them the poll that is under way dies. */
async function live(waits: number): Promise<{ wasKilled: boolean; entries: number[]; bad: string[] }> {
  const { small, tenant } = startWorld();
  const { world, checker } = small;
  const pass = (): Promise<number> => world.time.run(world.time.now() + HOUR_MS / 2);
  let waitsLeft: number | undefined;
  const poll = async (): Promise<boolean> => {
    const machine = startPoll(small, waitsLeft);
    await pass();
    waitsLeft = machine.isDead ? undefined : machine.waitsLeft;
    return machine.isDead;
  };
  await poll();
  let wasKilled = false;
  waitsLeft = waits;
  for (const { wanted, readFrom } of CHOICES) {
    switchTo(small, wanted);
    world.time.at(world.time.now() + 500, () => {
      churn(small, tenant);
    });
    for (let polls = 0; polls < POLLS; polls += 1) if (await poll()) wasKilled = true;
    // What a dead poll has left to do takes one more.
    if (wasKilled) await poll();
    expect(small.state()).toMatchObject({ readFrom, move: undefined });
  }
  checker.checkEnd();
  return { wasKilled, entries: sourceEntries(small, tenant.ids), bad: world.violations };
}

test('a poll that is killed at any wait of a tenant’s way to Graph, back and to auto leaves nothing lost, stale, doubled or told twice', async () => {
  let kills = 0;
  for (let waits = 0; ; waits += 1) {
    const { wasKilled, entries, bad } = await live(waits);
    expect({ waits, bad, entries }).toEqual({ waits, bad: [], entries: EXPECTED });
    if (!wasKilled) break;
    kills += 1;
  }
  expect(kills).toBeGreaterThan(100);
}, 120_000);
