import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ClaimSettings } from '../../shared/collection/claim-batch.ts';
import { claimDueTenants, type ClaimedTenant } from '../../shared/collection/claim-tenants.ts';
import type { QueueFronts } from '../../shared/domain/collection/queue-front.ts';
import { chargeCalls, DEFAULT_CALL_LIMITS, EMPTY_BUDGET } from '../../shared/domain/reading/call-budget.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import type { TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import { readStateRow } from '../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_MINUTE, type Ticks } from '../../shared/domain/values/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import { seedState, tenantNumber } from '../helpers/seed.ts';
import { createFaultyTable, type Fault } from '../helpers/tables/faulty-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';

const SETTINGS: ClaimSettings = { intervalSeconds: 300, quietIntervalMinutes: 5, callLimits: DEFAULT_CALL_LIMITS };
const SHARD = '0';
const TENANTS = 400;
/** Enough of one shard for four transactions of claims. */
const OF_ONE_SHARD = Array.from({ length: 20_000 }, (_, number) => tenantNumber(number))
  .filter((tenantId) => shardOf(tenantId) === SHARD)
  .slice(0, TENANTS);
const [FIRST = tenantNumber(0), SECOND = tenantNumber(1)] = OF_ONE_SHARD;

let table: MemoryTable;
beforeEach(() => {
  table = createMemoryTable();
});

async function seed(tenantIds: readonly TenantId[], fields: Partial<TenantState> = {}): Promise<void> {
  for (const tenantId of tenantIds) await seedState(table, tenantId, { status: 'active', nextDueAt: 0n, ...fields });
}

const idsOf = (claimed: readonly ClaimedTenant[]): TenantId[] => claimed.map(({ tenantId }) => tenantId).sort();

/** Those whose row says that they are claimed by `tick`. */
async function claimedBy(tick: Ticks): Promise<TenantId[]> {
  const rows = [...table.rows(SHARD).values()].map(readStateRow);
  return rows.filter(({ claimedTick }) => claimedTick === tick).map(({ tenantId }) => tenantId);
}

async function claim(
  faults: readonly Fault[] = [],
  change?: (faulty: ReturnType<typeof createFaultyTable>) => void,
): Promise<{ tick: Ticks; handedOut: TenantId[]; failures: unknown[]; sent: number }> {
  const faulty = createFaultyTable(table);
  faulty.faults.push(...faults);
  change?.(faulty);
  const failures: unknown[] = [];
  const tick = table.serviceTime();
  const observer = { seen: () => undefined, failed: (error: unknown) => failures.push(error) };
  const handedOut = idsOf(await claimDueTenants(faulty, SETTINGS, tick, observer));
  return { tick, handedOut, failures, sent: faulty.sent.length };
}

describe('claimDueTenants() answers whatever it has claimed', () => {
  test('when a later transaction of the same shard fails for good', async () => {
    await seed(OF_ONE_SHARD);

    const { tick, handedOut, failures } = await claim(['none', 'none', 'dropped', 'dropped', 'dropped', 'dropped']);

    expect(handedOut).toHaveLength(200);
    expect(handedOut).toEqual((await claimedBy(tick)).sort());
    expect(failures).toHaveLength(1);
  });

  test.each<[string, Fault[]]>([
    ['the answer of one is lost', ['lost']],
    ['the answer is lost and the SDK repeats the request', ['lost-412']],
    ['one never arrives', ['none', 'dropped']],
    ['one is carried out only when it is sent again', ['late']],
    ['all of that happens', ['lost', 'dropped', 'lost-412', 'late', 'dropped', 'lost']],
  ])('when %s', async (_name, faults) => {
    await seed(OF_ONE_SHARD);

    const { tick, handedOut, failures } = await claim(faults);

    expect(handedOut).toEqual(OF_ONE_SHARD.toSorted());
    expect(await claimedBy(tick)).toHaveLength(TENANTS);
    expect(failures).toEqual([]);
  });

  test('and takes no request for each row when its own success looks like a change of somebody else', async () => {
    await seed(OF_ONE_SHARD);

    expect((await claim(['lost-412'])).sent).toBe(TENANTS / 100);
  });

  test('when nobody can say what became of a transaction: a message does no harm, a claim without one does', async () => {
    await seed(OF_ONE_SHARD);
    let lists = 0;

    const { handedOut, failures } = await claim(['lost'], (faulty) => {
      const { list } = faulty;
      faulty.list = async (partition, range, options) => {
        if (partition === SHARD && (lists += 1) > 1) throw new AppError('storage-unclear', 'Down');
        return list(partition, range, options);
      };
    });

    expect(handedOut).toHaveLength(100);
    expect(failures).toHaveLength(1);
  });
});

describe('claimDueTenants()', () => {
  test('leaves a row that somebody has changed to the next tick, and claims the others', async () => {
    await seed([FIRST, SECOND]);
    let isChanged = false;

    const { tick, handedOut, failures } = await claim([], (faulty) => {
      faulty.beforeWrite = async () => {
        if (!isChanged) await seed([FIRST], { isPaused: true });
        isChanged = true;
      };
    });

    expect(handedOut).toEqual([SECOND]);
    expect(await claimedBy(tick)).toEqual([SECOND]);
    expect(failures).toEqual([]);
  });

  test('counts the calls of each tenant by the limits of the source that it is read from', async () => {
    const tick = table.serviceTime();
    const budget = chargeCalls(EMPTY_BUDGET, tick, 60);
    await seed([FIRST], { readFrom: 'graph', budget, otherBudget: budget });
    await seed([SECOND], { readFrom: 'defender', budget, otherBudget: EMPTY_BUDGET });

    expect(idsOf(await claimDueTenants(table, SETTINGS, tick))).toEqual([FIRST]);
  });

  test('says how each tenant travels, and keeps in its row to which queue it went', async () => {
    const crash = { code: 'crashed', message: 'x', blame: 'collector', action: 'x', since: 0n } as const;
    await seed([FIRST], { lastPolledAt: 7n });
    await seed([SECOND], { failedPolls: 3, lastError: crash });

    const claimed = await claimDueTenants(table, SETTINGS, table.serviceTime());

    expect(claimed).toEqual([
      { tenantId: FIRST, isPurging: false, isSlow: false, hasCrashed: false, waitsSince: 7n },
      { tenantId: SECOND, isPurging: false, isSlow: true, hasCrashed: true, waitsSince: 0n },
    ]);
    const rows = table.rows(SHARD);
    expect([FIRST, SECOND].map((id) => rows.get(stateKey(id))?.['isClaimedAsSlow'])).toEqual([false, true]);
  });

  test.each<[string, Partial<TenantState>, (tick: Ticks) => QueueFronts | undefined, number]>([
    ['waits in its queue', {}, (tick) => ({ tenants: tick - 20n * TICKS_PER_MINUTE, slowTenants: tick }), 0],
    [
      'waits in the queue of slow tenants',
      { isClaimedAsSlow: true },
      (tick) => ({ tenants: tick, slowTenants: tick - 20n * TICKS_PER_MINUTE }),
      0,
    ],
    ['is no longer in its queue', {}, (tick) => ({ tenants: tick - 10n * TICKS_PER_MINUTE, slowTenants: 0n }), 1],
    ['was sent before any tick looked at a queue', {}, () => undefined, 1],
    ['would hold up an erasure', { status: 'purging' }, () => ({ tenants: 0n, slowTenants: 0n }), 1],
  ])(
    'says for a tenant whose claim has run out and whose message %s whether it is claimed again',
    async (_name, fields, frontsAt, count) => {
      const tick = table.serviceTime();
      const claimedTick = tick - 15n * TICKS_PER_MINUTE;
      await seed([FIRST], { claimedTick, busyUntil: claimedTick + 10n * TICKS_PER_MINUTE, ...fields });

      expect(await claimDueTenants(table, SETTINGS, tick, undefined, frontsAt(tick))).toHaveLength(count);
    },
  );
});
