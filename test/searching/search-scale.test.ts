import { beforeAll, describe, expect, test } from '@jest/globals';
import { observeIncident } from '../../shared/domain/observables/observe-incident.ts';
import { draftIndex } from '../../shared/domain/rows/index-rows.ts';
import { indexKeysAt } from '../../shared/domain/rows/row-keys.ts';
import type { RowProperties, StoredRow } from '../../shared/domain/values/table-row.ts';
import { SHARDS, shardOf } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_MINUTE } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { anAlert, anIncident, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { createMemoryTable } from '../helpers/tables/memory-table.ts';
import { createSearchWorld, idsOf, type SearchWorld } from './search-world.ts';

const TENANTS = 2_000;
const START = ticksOf('2026-01-01T00:00:00Z');
const RARE = 'b2'.repeat(32);
/** 16 partitions and four more. */
const MOST_REQUESTS = 20;

/** The index rows of so many incidents over two thousand tenants, made by the code that makes them; nothing can be written. */
function createFilledIndex(count: number): Table {
  const rows = new Map(SHARDS.map((shard) => [shard, new Map<string, RowProperties>()]));
  for (let at = 0; at < count; at += 1) {
    const tenantId = tenantNumber(1 + (at % TENANTS));
    const createdAt = START + BigInt(at) * TICKS_PER_MINUTE;
    const incident = anIncident(String(at), formatTicks(createdAt), { name: `Phishing ${at % 50}` });
    const entities = [
      { type: 'ip', verdict: 'suspicious', ipAddress: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}` },
      { type: 'host', verdict: null, deviceDnsName: `ws-${at % 1_000}.contoso.com` },
      ...(at % 1_000 === 7 ? [{ type: 'file', verdict: 'malicious', sha256: RARE }] : []),
    ];
    const observables = observeIncident(incident, [
      { ...anAlert(incident.incidentId, 'a'), title: 'Phish delivered', entities },
    ]);
    const { rows: drafted } = draftIndex(tenantId, incident, observables, false);
    for (const [value, { properties }] of drafted) {
      const rowKey = indexKeysAt({ createdAt, tenantId, incidentId: incident.incidentId })(value, 0);
      rows.get(shardOf(tenantId))?.set(rowKey, properties);
    }
  }
  return readOnly(rows);
}

function readOnly(rows: ReadonlyMap<string, ReadonlyMap<string, RowProperties>>): Table {
  const keys = new Map([...rows].map(([shard, own]) => [shard, [...own.keys()].sort()]));
  const toRow = (shard: string, rowKey: string): StoredRow => ({
    rowKey,
    etag: '',
    writtenAtMs: 0,
    properties: rows.get(shard)?.get(rowKey) ?? {},
  });
  return {
    ...createMemoryTable(),
    list: async (shard, { from, to }, { top = 1_000, next } = {}) => {
      const own = keys.get(shard) ?? [];
      const start = firstFrom(own, next ?? from);
      const end = Math.min(firstFrom(own, to), start + top);
      const following = own[end];
      return {
        rows: own.slice(start, end).map((rowKey) => toRow(shard, rowKey)),
        next: following !== undefined && following < to ? following : undefined,
      };
    },
  };
}

function firstFrom(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

describe.each([5_000, 200_000])('searchIncidents() over %i incidents of 2,000 tenants', (count) => {
  let world: SearchWorld;
  beforeAll(() => {
    world = createSearchWorld(createFilledIndex(count));
  });

  test.each([
    ['a hash of a thousandth of them', `q=${RARE}`, 1],
    ['an address of one', 'q=10.0.0.9', 1],
    ['an address of none', 'q=203.0.113.4', 0],
    ['a name of a thousandth of them', 'q=ws-7.contoso.com', 1],
    ['the beginning of a thousand names', 'q=ws-', 1],
    ['a word of all titles', 'q=phishing', 1],
    ['two words, one of them rare', 'q=phishing%2049%20delivered', 0],
    ['a word of all titles, a page of 500', 'q=phishing&pageSize=500', 100],
  ])('takes at most 20 requests a page for %s', async (_what, query, least) => {
    world.requests();
    const answer = await world.search(query);
    expect(world.requests()).toBeLessThanOrEqual(MOST_REQUESTS);
    expect(answer.incidents.length).toBeGreaterThanOrEqual(least);
  });

  test('shows each of those that have a value once, newest first, page by page', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      world.requests();
      const next: string = cursor === null ? '' : `&cursor=${cursor}`;
      const answer = await world.search(`q=${RARE}&pageSize=20${next}`);
      expect(world.requests()).toBeLessThanOrEqual(MOST_REQUESTS);
      seen.push(...idsOf(answer));
      ({ cursor } = answer);
    } while (cursor !== null);
    const expected = Array.from({ length: count / 1_000 }, (_, at) => at * 1_000 + 7).reverse();
    expect(seen.map((id) => Number(id.split('/')[1]))).toEqual(expected);
  });
});
