import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  shardStreams,
  LIST_START,
  positionOf,
  tenantStream,
  type ListMark,
  type ListStream,
} from '../../shared/domain/queries/list-position.ts';
import { feedKey, tenantListKey } from '../../shared/domain/rows/row-keys.ts';
import { readTenantId, shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { MAX_TICKS } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { readMergedPage } from '../../shared/querying/read-merged-page.ts';
import { createHostileTable, type HostileTable } from '../helpers/tables/hostile-table.ts';

const TENANTS: TenantId[] = Array.from({ length: 20 }, (_, index) =>
  readTenantId(`00000000-0000-4000-8000-0000000000${index + 10}`),
).filter((tenantId) => tenantId !== undefined);

interface Spot {
  tenantId: TenantId;
  incidentId: string;
  at: bigint;
}

const spots = fc.uniqueArray(
  fc.record({ tenantId: fc.constantFrom(...TENANTS), incidentId: fc.nat(400).map(String), at: fc.bigInt(1n, 30n) }),
  { maxLength: 150, selector: ({ tenantId, incidentId }) => `${tenantId}/${incidentId}` },
);
const cuts = fc.array(fc.constantFrom(0, 0, 1, 2, 7, 1_000), { minLength: 5, maxLength: 60 });

function fill(table: HostileTable, kind: 'F' | 'U', all: readonly Spot[]): void {
  for (const spot of all) put(table, kind, spot);
}

function put(table: HostileTable, kind: 'F' | 'U', spot: Spot): void {
  const rows = table.rows.get(shardOf(spot.tenantId)) ?? new Set();
  table.rows.set(shardOf(spot.tenantId), rows.add(keyOf(kind, spot)));
}

const keyOf = (kind: 'F' | 'U', { tenantId, incidentId, at }: Spot): string =>
  kind === 'F' ? feedKey(tenantId, incidentId, at) : tenantListKey(tenantId, incidentId, at);

interface Run {
  kind: 'F' | 'U';
  tenantIds: readonly TenantId[];
  pageSize: number;
  isFiltered: boolean;
  matches: (key: string) => boolean;
  /** Before each page but the first. */
  between?: () => void;
}

/** All pages of a list, as positions; fails when it does not end or when a page costs too much. */
async function readAll(table: HostileTable, run: Run): Promise<string[]> {
  const { kind, tenantIds, pageSize, isFiltered } = run;
  const streams: ListStream[] = kind === 'F' ? shardStreams('F') : tenantIds.map(tenantStream);
  const query = { streams, since: 0n, before: MAX_TICKS + 1n, pageSize, isFiltered };
  const positions: string[] = [];
  let mark: ListMark | undefined = LIST_START;
  for (let pages = 0; mark !== undefined; pages++) {
    if (pages > 2_000) throw new Error('The list does not end');
    if (pages > 0) run.between?.();
    const before = table.requests;
    const page = await readMergedPage(
      listOnly(table),
      { ...query, matches: (row) => run.matches(String(row['key'])) },
      mark,
    );
    expect(table.requests - before).toBeLessThanOrEqual(streams.length === 1 ? 4 : streams.length + 4);
    expect(page.rows.length).toBeLessThanOrEqual(pageSize);
    for (const { rowKey } of page.rows) positions.push(toPosition(kind, rowKey));
    mark = page.next;
  }
  return positions;
}

function listOnly(table: HostileTable): Table {
  const refuse = (): never => {
    throw new Error('Only lists are read');
  };
  return { list: table.list, get: refuse, transact: refuse, serviceTime: refuse };
}

function toPosition(kind: 'F' | 'U', rowKey: string): string {
  const stream = kind === 'F' ? shardStreams('F')[0] : tenantStream(readTenantId(rowKey.slice(2, 38)) ?? fail());
  return positionOf(stream ?? fail(), rowKey);
}

const positionsOf = (all: readonly Spot[]): string[] => all.map((spot) => keyOf('F', spot).slice(2)).sort();
const isOdd = (position: string): boolean => position.charCodeAt(position.length - 1) % 2 === 1;

test.each(['F', 'U'] as const)(
  'readMergedPage() shows each row of many %s lists once, in order, however the service cuts its answers',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        spots,
        cuts,
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (all, sizes, pageSize, isFiltered) => {
          const table = createHostileTable((request) => sizes[request % sizes.length] ?? 1_000);
          fill(table, kind, all);

          const seen = await readAll(table, {
            kind,
            tenantIds: TENANTS.slice(0, 16),
            pageSize,
            isFiltered,
            matches: (key) => !isFiltered || isOdd(key),
          });

          const shown = kind === 'F' ? all : all.filter(({ tenantId }) => TENANTS.indexOf(tenantId) < 16);
          expect(seen).toEqual(positionsOf(shown).filter((position) => !isFiltered || isOdd(position)));
        },
      ),
      { numRuns: 150 },
    );
  },
);

test('readMergedPage() shows every row that stays in place exactly once while others move to the top', async () => {
  await fc.assert(
    fc.asyncProperty(
      spots,
      cuts,
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.nat(149)),
      async (all, sizes, pageSize, moves) => {
        const table = createHostileTable((request) => sizes[request % sizes.length] ?? 1_000);
        fill(table, 'F', all);
        const moved = new Set<Spot>();
        const moveOne = (): void => {
          const spot = all[moves.pop() ?? -1];
          if (spot === undefined || moved.has(spot)) return;
          moved.add(spot);
          table.rows.get(shardOf(spot.tenantId))?.delete(keyOf('F', spot));
          put(table, 'F', { ...spot, at: 1_000n + BigInt(moved.size) });
        };

        const seen = await readAll(table, {
          kind: 'F',
          tenantIds: [],
          pageSize,
          isFiltered: false,
          matches: () => true,
          between: moveOne,
        });

        const stayed = positionsOf(all.filter((spot) => !moved.has(spot)));
        const isStayed = new Set(stayed);
        expect(seen.filter((position) => isStayed.has(position))).toEqual(stayed);
      },
    ),
    { numRuns: 150 },
  );
});

test('readMergedPage() gets on although every answer is empty at first', async () => {
  const table = createHostileTable(() => 0);
  const all = TENANTS.map((tenantId, index): Spot => ({ tenantId, incidentId: '7', at: BigInt(index) }));
  fill(table, 'F', all);

  const seen = await readAll(table, { kind: 'F', tenantIds: [], pageSize: 50, isFiltered: false, matches: () => true });

  expect(seen).toEqual(positionsOf(all));
});

test.each([1, 4, 20])(
  'readMergedPage() fills a page of unfiltered rows when they lie in the shards of %i tenants',
  async (tenants) => {
    const table = createHostileTable((_request, wanted) => wanted);
    const all = Array.from({ length: 300 }, (_, id) => ({
      tenantId: TENANTS[id % tenants] ?? fail(),
      incidentId: String(id),
      at: BigInt(id + 1),
    }));
    fill(table, 'F', all);
    const query = {
      streams: shardStreams('F'),
      since: 0n,
      before: MAX_TICKS,
      pageSize: 200,
      isFiltered: false,
      matches: () => true,
    };

    const page = await readMergedPage(listOnly(table), query, LIST_START);

    expect(page.rows).toHaveLength(200);
    expect(table.requests).toBeLessThanOrEqual(20);
  },
);

function fail(): never {
  throw new Error('There are 20 tenants and 16 shards');
}
