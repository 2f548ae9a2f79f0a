import { gunzipSync } from 'node:zlib';
import { expect } from '@jest/globals';
import { readIncidentRow } from '../../shared/domain/rows/read-incident-rows.ts';
import { textColumn } from '../../shared/domain/rows/row-columns.ts';
import { alertRange, incidentKey, tenantRange } from '../../shared/domain/rows/row-keys.ts';
import type { TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import type { StoredRow } from '../../shared/domain/values/table-row.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_MINUTE } from '../../shared/domain/values/ticks.ts';
import type { IncidentSource } from '../../shared/ports/incident-source.ts';
import { listAllRows } from '../../shared/tables/list-all-rows.ts';
import { createCollector, type Collector } from '../scenarios/cloud/collector.ts';
import { isComplete, readState } from '../scenarios/cloud/poll-record.ts';
import type { ScenarioCloud, World } from '../scenarios/cloud/scenario-cloud.ts';
import type { Fields, IncidentPayload, AnswerPayload, Payload } from './payload.ts';
import { HOSTILE_ID } from './payload.ts';

/** Sends one payload to the real collector and checks what became of it, of its neighbours and of the next poll. */
export async function attack(world: World, payload: Payload): Promise<void> {
  const collector = createAttacked(world, payload.on === 'answer' ? payload.timeoutMs : undefined);
  if (payload.on === 'incident') await attackByIncident(world, collector, payload);
  else await attackByAnswer(world, collector, payload);
  await expectCleanRows(world);
}

let shared: { source: IncidentSource; cloud: ScenarioCloud; attacks: number } | undefined;

/** The vault's client counts by the real clock: the secret that it has read ends with a day of the scenario's. */
const ATTACKS_PER_SOURCE = 50;

/** One process for many payloads: one secret and one pool of connections, which no payload may spoil for the next. */
function createAttacked(world: World, timeoutMs: number | undefined): Collector {
  if (timeoutMs !== undefined) return createCollector(world, { timeoutMs });
  return createCollector(world, {
    wrapSource: (own, name) => {
      if (name !== world.source) return own;
      const isUsable = shared?.cloud === world.cloud && shared.attacks < ATTACKS_PER_SOURCE;
      shared = isUsable && shared !== undefined ? shared : { source: own, cloud: world.cloud, attacks: 0 };
      shared.attacks += 1;
      return shared.source;
    },
  });
}

const MOST_POLLS = 6;

async function attackByIncident(
  world: World,
  collector: Collector,
  { expected, build }: IncidentPayload,
): Promise<void> {
  const { control, tenantId } = world;
  const at = control.now() - 60n * TICKS_PER_MINUTE;
  const goods = [control.addIncident(tenantId, { lastUpdateTime: at - TICKS_PER_MINUTE })];
  control.addIncident(tenantId, {
    incidentId: HOSTILE_ID,
    createdTime: at,
    lastUpdateTime: at,
    rawJson: build(formatTicks(at), HOSTILE_ID),
  });
  goods.push(control.addIncident(tenantId, { lastUpdateTime: at + TICKS_PER_MINUTE }));

  let state = await collector.poll();
  for (let polls = 1; polls < MOST_POLLS && !isComplete(state); polls += 1) state = await collector.poll();

  await expectStored(world, goods);
  if (expected.kind === 'stored') await expectHostileStored(world, expected);
  if (expected.kind === 'gap') expect(state.gaps.map(({ reason }) => reason)).toContain(expected.reason);
  else expect(state.gaps).toEqual([]);
  const history = await listHistory(world);

  goods.push(control.addIncident(tenantId));
  await expectNextPoll(world, collector, goods);
  // What was stored is recognised: the same payload again is no new version.
  expect(await listHistory(world)).toHaveLength(history.length + 1);
}

async function attackByAnswer(world: World, collector: Collector, { expected, build }: AnswerPayload): Promise<void> {
  const { cloud, control, tenantId } = world;
  const goods = [control.addIncident(tenantId)];
  await collector.pollUntilComplete();
  const before = await readRows(world);
  const good = readSourceJson(before.find(({ rowKey }) => rowKey.startsWith('I!')));
  goods.push(control.addIncident(tenantId));
  const fault = build({ url: cloud.simulator.url, good });
  control.addFault({ name: 'hostile', match: { role: 'incident-list', tenantId }, fault });

  const state = await collector.poll();

  expect(control.countCalls({ fault: 'hostile', tenantId })).toBeGreaterThan(0);
  expect(await readRows(world)).toEqual(before);
  if (expected.kind === 'refused') expect(state.lastError).toMatchObject({ code: expected.code });
  if (expected.kind === 'gap') expect(state.gaps.map(({ reason }) => reason)).toContain(expected.reason);
  if (expected.kind === 'harmless') expect(state).toMatchObject({ lastError: undefined, gaps: [] });
  control.clearFaults();
  goods.push(control.addIncident(tenantId));
  await expectNextPoll(world, collector, goods);
}

async function expectNextPoll(
  world: World,
  collector: Collector,
  goods: readonly { incidentId: string }[],
): Promise<TenantState> {
  const state = await collector.poll();
  expect(state.lastError).toBeUndefined();
  await expectStored(world, goods);
  return state;
}

/** Each of them, as the source under attack has told it. */
async function expectStored(world: World, goods: readonly { incidentId: string }[]): Promise<void> {
  const { incidents, tenantId, source } = world;
  const rows = await Promise.all(
    goods.map(({ incidentId }) => incidents.table.get(shardOf(tenantId), incidentKey(tenantId, incidentId))),
  );
  expect(rows.map((row) => row && readIncidentRow(row.properties).incident.source)).toEqual(goods.map(() => source));
}

async function expectHostileStored(
  { incidents, tenantId }: World,
  expected: { incidentId?: string; fields?: Fields; truncated?: readonly string[]; alerts?: number },
): Promise<void> {
  const { incidentId = HOSTILE_ID, fields = {}, truncated, alerts } = expected;
  const row = await incidents.table.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  if (row === undefined) throw new Error(`Incident ${incidentId.slice(0, 80)} is not stored`);
  const { incident, generation } = readIncidentRow(row.properties);
  const { url, ...others } = fields;
  expect(incident).toMatchObject(others);
  if (url !== undefined) expect(incident.url).toContain(url);
  expect(JSON.parse(textColumn(row.properties, 'truncated') ?? '[]')).toEqual(truncated ?? []);
  if (alerts === undefined) return;
  const stored = await listAllRows(incidents.table, shardOf(tenantId), alertRange(tenantId, incidentId, generation));
  expect(stored).toHaveLength(alerts);
}

const KINDS = ['I', 'A', 'H', 'U'] as const;

function readSourceJson(row: StoredRow | undefined): string {
  const gzip = row?.properties['sourceJson'];
  if (!(gzip instanceof Uint8Array)) throw new Error('No incident is stored');
  return gunzipSync(gzip).toString('utf8');
}

/** What the tenant has stored, its state apart. */
async function readRows({ incidents, tenantId }: World): Promise<StoredRow[]> {
  const lists = await Promise.all(
    KINDS.map((kind) => listAllRows(incidents.table, shardOf(tenantId), tenantRange(kind, tenantId))),
  );
  return lists.flat();
}

const listHistory = ({ incidents, tenantId }: World): Promise<StoredRow[]> =>
  listAllRows(incidents.table, shardOf(tenantId), tenantRange('H', tenantId));

const UNCLEAN = /[^\P{Cc}\t\n\r]/u;

/** Every text of every row is one that a store, a page and a CSV file can hold, and so is the state that a person reads. */
async function expectCleanRows(world: World): Promise<void> {
  const rows = [...(await readRows(world))];
  const texts = rows.flatMap(({ properties }) =>
    Object.values(properties).filter((value) => typeof value === 'string'),
  );
  const { lastError, gaps } = await readState(world);
  texts.push(lastError?.message ?? '', ...gaps.map(({ reason }) => reason));
  expect(texts.filter((text) => UNCLEAN.test(text) || !text.isWellFormed())).toEqual([]);
}
