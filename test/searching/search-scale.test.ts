import { beforeAll, describe, expect, test } from '@jest/globals';
import { observeIncident } from '../../shared/domain/observables/observe-incident.ts';
import { draftIndex, type IndexDraft } from '../../shared/domain/rows/index-rows.ts';
import { encodeValue, indexKeysAt, readIndexPlace } from '../../shared/domain/rows/row-keys.ts';
import type { StoredRow } from '../../shared/domain/values/table-row.ts';
import { SHARDS, shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_MINUTE, type Ticks } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import { anAlert, anIncident, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { createMemoryTable } from '../helpers/tables/memory-table.ts';
import { createSearchWorld, idsOf, type SearchWorld } from './search-world.ts';

const TENANTS = 2_000;
const START = ticksOf('2026-01-01T00:00:00Z');
const RARE = 'b2'.repeat(32);
/** 16 partitions and four more. */
const MOST_REQUESTS = 20;

/** Incident number `at` of all, with the evidence of one alert. */
function incidentAt(at: number): { tenantId: TenantId; createdAt: Ticks; incidentId: string; draft(): IndexDraft } {
  const tenantId = tenantNumber(1 + (at % TENANTS));
  const createdAt = START + BigInt(at) * TICKS_PER_MINUTE;
  const incidentId = String(at);
  const draft = (): IndexDraft => {
    const incident = anIncident(incidentId, formatTicks(createdAt), { name: `Phishing ${at % 50}` });
    const entities = [
      { type: 'ip', verdict: 'suspicious', ipAddress: addressOf(at) },
      { type: 'host', verdict: null, deviceDnsName: deviceOf(at) },
      ...(isRare(at) ? [{ type: 'file', verdict: 'malicious', sha256: RARE }] : []),
    ];
    const alert = { ...anAlert(incidentId, 'a'), title: 'Phish delivered', entities };
    return draftIndex(tenantId, incident, observeIncident(incident, [alert]), false);
  };
  return { tenantId, createdAt, incidentId, draft };
}

const addressOf = (at: number): string => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
const deviceOf = (at: number): string => `ws-${at % 1_000}.contoso.com`;
const isRare = (at: number): boolean => at % 1_000 === 7;
/** What incident number `at` is found by. */
const valuesOf = (at: number): string[] => [
  String(at),
  'phishing',
  'phish',
  'delivered',
  addressOf(at),
  deviceOf(at),
  ...(isRare(at) ? [RARE] : []),
];

/**
 * The index rows of so many incidents over two thousand tenants; nothing can be written. Their keys are there from the beginning;
 * the code that makes rows makes those that are looked at, as all of them would take half a minute.
 */
function createFilledIndex(count: number): Table {
  const places = new Map(SHARDS.map((shard) => [shard, new Map<string, string[]>()]));
  // The newest first, as the keys of a value are ordered.
  for (let at = count - 1; at >= 0; at -= 1) {
    const { tenantId, createdAt, incidentId } = incidentAt(at);
    const place = indexKeysAt({ createdAt, tenantId, incidentId })('', 0).slice(NO_VALUE.length);
    const own = places.get(shardOf(tenantId));
    // The values of an incident stand in one row each, however often it has them.
    for (const value of new Set(valuesOf(at))) if (own?.get(value)?.push(place) === undefined) own?.set(value, [place]);
  }
  const keys = new Map([...places].map(([shard, own]) => [shard, listKeys(own)]));
  const toRow = (rowKey: string): StoredRow => {
    const { createdAt } = readIndexPlace(rowKey);
    const { rows } = incidentAt(Number((createdAt - START) / TICKS_PER_MINUTE)).draft();
    const properties = rows.get(rowKey.split('!')[1] ?? '')?.properties;
    if (properties === undefined) throw new Error(`${rowKey} is no row of its incident`);
    return { rowKey, etag: '', writtenAtMs: 0, properties };
  };
  return {
    ...createMemoryTable(),
    list: async (shard, { from, to }, { top = 1_000, next } = {}) => {
      const own = keys.get(shard) ?? [];
      const start = firstFrom(own, next ?? from);
      const end = Math.min(firstFrom(own, to), start + top);
      const following = own[end];
      return {
        rows: own.slice(start, end).map(toRow),
        next: following !== undefined && following < to ? following : undefined,
      };
    },
  };
}

/** How the key of a row begins that has no value. */
const NO_VALUE = 'E!!';

function listKeys(places: ReadonlyMap<string, readonly string[]>): string[] {
  const values = [...places].map(([value, own]) => [`E!${encodeValue(value)}!`, own] as const);
  values.sort(([one], [other]) => (one < other ? -1 : 1));
  return values.flatMap(([beginning, own]) => own.map((place) => beginning + place));
}

test.each([0, 7, 49, 65_543, 199_999])('valuesOf() says what incident number %i is found by', (at) => {
  expect([...incidentAt(at).draft().rows.keys()].sort()).toEqual([...new Set(valuesOf(at).map(encodeValue))].sort());
});

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

  test('takes at most 20 requests a value for a list of a hundred', async () => {
    world.requests();
    const values = Array.from({ length: 100 }, (_, at) => (at === 0 ? RARE : addressOf(at)));
    const { answers } = await world.batch({ values });
    expect(world.requests()).toBeLessThanOrEqual(100 * MOST_REQUESTS);
    expect(answers.filter(({ incidents }) => incidents.length > 0)).toHaveLength(100);
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
