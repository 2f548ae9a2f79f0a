import { expect, test } from '@jest/globals';
import { GAP_REASONS, MAX_GAPS, newGap } from '../../../shared/domain/reading/gaps.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_SECOND, ticksFromMs } from '../../../shared/domain/values/ticks.ts';
import { HOUR_MS, START_MS, startPoll, startSmallWorld, type SmallWorld } from '../small-world.ts';
import { pickGraph, toServiceTime } from '../source/graph-world.ts';
import { createSourceTenant } from '../source/sim-source.ts';
import { makeBad, type FailureKind } from '../source/trouble.ts';
import { readTenantId } from '../../../shared/domain/values/tenant-id.ts';

const MAX_TOP = 20;
/** Gaps that one poll reads again. */
const GAPS_PER_POLL = 3;
const START = ticksFromMs(START_MS);

const NEWEST = START - TICKS_PER_HOUR;
const UP_TO_DATE = { status: 'active', completeFrom: NEWEST, completeThrough: START, frontThrough: START } as const;

interface PendingWorld {
  incidents: number;
  /** Between two of them. */
  apartMs: number;
  byId: FailureKind;
  hasAllGaps?: boolean;
  /** The newest second is a gap that is due, and all else is read. */
  hasGap?: boolean;
}

/** Read from Graph, which tells one alert of two with each incident, while none can be read by its id. */
function startPending({ incidents, apartMs, byId, hasAllGaps = false, hasGap = false }: PendingWorld): SmallWorld {
  const tenantId = readTenantId('10000000-0000-4000-8000-000000000000');
  if (tenantId === undefined) throw new Error('The tenant id of this test is no GUID');
  const tenant = createSourceTenant(tenantId, () => START_MS);
  const small = startSmallWorld(tenant, MAX_TOP, {
    ownSource: 'graph',
    readFrom: 'graph',
    ...(hasAllGaps && { status: 'active', gaps: Array.from({ length: MAX_GAPS }, (_, gap) => elsewhere(gap)) }),
    ...(hasGap && { ...UP_TO_DATE, gaps: [newGap(NEWEST, NEWEST + TICKS_PER_SECOND, 'bad-page', NEWEST)] }),
  });
  for (let index = 0; index < incidents; index += 1) {
    const at = toServiceTime(ticksFromMs(START_MS - HOUR_MS - index * apartMs));
    const incidentId = String(1_000 + index);
    tenant.add({
      incidentId,
      order: index + 1,
      createdAt: at,
      updatedAt: at,
      visibleAtMs: 0,
      status: 'Active',
      severity: 'High',
      redirectIncidentId: null,
      alerts: ['a', 'b'].map((alertId) => ({ alertId, title: 't' })),
    });
    makeBad(small.world.trouble, tenantId, incidentId, {
      list: [],
      byId: [byId],
      scope: 'page',
      isLasting: false,
      place: 'in a first read',
    });
  }
  const graph = pickGraph(1, START_MS, { maxTop: MAX_TOP, tenantIds: [tenantId] }, 'graph');
  if (graph === undefined) throw new Error('A life on Graph knows Graph');
  small.world.graph = { ...graph, maxTop: MAX_TOP, alertsPerAnswer: 1, expand: undefined, refusedUntilMs: 0 };
  return small;
}

/** A gap that nothing closes during the test. */
function elsewhere(number: number) {
  const from = START - 40n * TICKS_PER_DAY - BigInt(number) * TICKS_PER_DAY;
  return { ...newGap(from, from + TICKS_PER_SECOND, 'bad-page', START), retryAt: START + 300n * TICKS_PER_DAY };
}

async function poll(small: SmallWorld, times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) {
    startPoll(small, undefined);
    await small.world.time.run(small.world.time.now() + HOUR_MS);
  }
}

const countStored = ({ world }: SmallWorld): number =>
  world.table.rows().filter(({ rowKey }) => rowKey.startsWith('I!')).length;

test('alerts that fail of more incidents than there may be gaps hold up no incident, and come when they can be read', async () => {
  const incidents = MAX_GAPS + 13;
  const small = startPending({ incidents, apartMs: HOUR_MS, byId: 'status 503' });

  await poll(small, 8);
  expect(countStored(small)).toBe(incidents);
  expect(small.state().gaps).toHaveLength(MAX_GAPS);
  expect(small.state().completeThrough).toBeGreaterThan(START);

  small.world.trouble.bad.clear();
  await poll(small, 30);
  expect(small.state().gaps).toEqual([]);
  small.checker.checkEnd();
  expect(small.world.violations).toEqual([]);
});

test('where there is no room for a gap, the cursor stays before an incident whose alerts a hanging call has left unread', async () => {
  const small = startPending({ incidents: 2, apartMs: 60_000, byId: 'time-out', hasAllGaps: true });

  await poll(small, 4);
  expect(small.world.violations).toEqual([]);

  small.world.trouble.bad.clear();
  await poll(small, 3);
  expect(countStored(small)).toBe(2);
  expect(small.state().completeThrough).toBeGreaterThan(START);
  expect(small.world.violations).toEqual([]);
});

test('the alerts of an incident are asked for by its id, and not with the crowd of its second', async () => {
  const incidents = 25;
  const small = startPending({ incidents, apartMs: 0, byId: 'status 503' });
  await poll(small, 4);
  expect(countStored(small)).toBe(incidents);
  const [ledger] = small.checker.ledgers.values();
  const callsBefore = ledger?.calls.graph.length ?? 0;

  small.world.trouble.bad.clear();
  const polls = Math.ceil(incidents / GAPS_PER_POLL) + 1;
  await poll(small, polls);

  expect(small.state().gaps).toEqual([]);
  // The news take one call; an incident one, and another for the alert that its answer does not hold.
  expect((ledger?.calls.graph.length ?? Infinity) - callsBefore).toBeLessThanOrEqual(polls + 2 * incidents);
  expect(small.world.violations).toEqual([]);
});

test('a crowd whose reads by id hang leaves the gap that it is read again for, each to a gap of its own', async () => {
  const incidents = 6;
  const small = startPending({ incidents, apartMs: 0, byId: 'time-out', hasGap: true });

  await poll(small, 2 * incidents);

  expect(countStored(small)).toBe(incidents);
  expect(small.state().gaps.map(({ reason }) => reason)).toEqual(Array(incidents).fill(GAP_REASONS.alerts));
  expect(small.world.violations).toEqual([]);
});
