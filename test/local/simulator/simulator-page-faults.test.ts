import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../../local/simulator/state/fault.ts';
import { CUSTOMER, readPage, closeTestBeds, startTestBed, type TestBed } from './simulator-test-bed.ts';

let bed: TestBed;

beforeEach(async () => {
  bed = await startTestBed();
  for (let number = 1; number <= 20; number += 1)
    bed.control.addIncident(CUSTOMER, {
      incidentId: String(number),
      lastUpdateTime: `2026-01-01T00:00:00.${String(number).padStart(2, '0')}05Z`,
    });
});
afterEach(closeTestBeds);

const newestFirst = Array.from({ length: 20 }, (_, place) => 20 - place);

function expectServed(name: string, times = 1): void {
  expect(bed.control.countCalls({ fault: name })).toBe(times);
  expect(bed.control.faults().find(({ rule }) => rule.name === name)?.served).toBe(times);
}

describe('faults in what a page holds', () => {
  test('fewer than $top', async () => {
    bed.fault({ name: 'clamp', fault: { kind: 'clamp-top', top: 5 } });
    expect((await bed.list()).ids).toEqual(newestFirst.slice(0, 5));
    await bed.list({ $top: '3' });
    expect(bed.control.log().flatMap(({ role, isAltered }) => (role === 'defender-list' ? [isAltered] : []))).toEqual([
      true,
      false,
    ]);
  });

  test('a bound that is ignored', async () => {
    bed.fault({ name: 'bound', fault: { kind: 'ignore-bound', field: 'lastUpdateTime', bound: 'upper' } });
    const filter = 'lastUpdateTime ge 2026-01-01T00:00:00.18Z and lastUpdateTime lt 2026-01-01T00:00:00.19Z';
    expect((await bed.list({ $filter: filter })).ids).toEqual([20, 19, 18]);
  });

  test.each([
    ['milliseconds', 'lastUpdateTime lt 2026-01-01T00:00:00.1909Z', newestFirst.slice(2)],
    ['milliseconds', 'lastUpdateTime ge 2026-01-01T00:00:00.1909Z', [20, 19]],
    ['seconds', 'lastUpdateTime lt 2026-01-01T00:00:00.5Z', []],
    ['seconds', 'lastUpdateTime le 2026-01-01T00:00:00Z', newestFirst],
  ] as const)('times cut to %s: %s', async (unit, filter, ids) => {
    bed.fault({ name: 'precision', fault: { kind: 'filter-precision', unit } });
    expect((await bed.list({ $filter: filter })).ids).toEqual(ids);
    expectServed('precision');
  });

  test('links to the next page of the same origin, which lead to the end', async () => {
    bed.fault({ name: 'link', fault: { kind: 'next-link', pageSize: 8, origin: 'same' } });
    const first = await bed.list({ $filter: 'lastUpdateTime ge 2026-01-01T00:00:00Z', $top: '10' });
    const second = await readPage(await bed.send(first.nextLink ?? ''));
    const third = await readPage(await bed.send(second.nextLink ?? ''));
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(newestFirst);
    expect(third.nextLink).toBeUndefined();
    expectServed('link', 3);
  });

  test('links that stop at $top, and foreign ones', async () => {
    bed.fault({ name: 'link', fault: { kind: 'next-link', pageSize: 8, origin: 'same', stopsAtTop: true }, times: 2 });
    const first = await bed.list({ $top: '10' });
    const second = await readPage(await bed.send(first.nextLink ?? ''));
    expect([second.ids, second.nextLink]).toEqual([[12, 11], undefined]);

    bed.fault({ name: 'foreign', fault: { kind: 'next-link', pageSize: 8, origin: 'foreign' } });
    const { nextLink = '' } = await bed.list();
    expect(new URL(nextLink).origin).not.toBe(bed.simulator.url);
    expect(new URL(nextLink).searchParams.get('$skip')).toBe('8');
  });

  test('what a replica knew before', async () => {
    let nowMs = Date.parse('2026-01-02T00:00:00Z');
    const stale = await startTestBed({ nowMs: () => nowMs });
    stale.control.addIncident(CUSTOMER, { incidentId: '1', severity: 'Low' });
    nowMs += 60_000;
    stale.control.updateIncident(CUSTOMER, '1', { severity: 'High' });
    stale.control.addIncident(CUSTOMER, { incidentId: '2' });
    stale.fault({ name: 'stale', fault: { kind: 'stale-replica', lagMs: 30_000 }, times: 1 });

    expect((await stale.list()).body).toMatchObject({ value: [{ incidentId: 1, severity: 'Low' }] });
    expect((await stale.list()).ids).toEqual([2, 1]);
    expect(stale.control.log().at(-2)).toMatchObject({ faults: ['stale'], isAltered: true });
  });
});

describe('rules', () => {
  const fault = { kind: 'status', status: 500 } as const;
  test.each<[Partial<FaultRule['match']>, number | undefined, number[]]>([
    [{}, undefined, [1, 2, 3, 4, 5, 6]],
    [{}, 2, [1, 2]],
    [{ nthMatching: 3 }, undefined, [3]],
    [{ every: 2 }, undefined, [2, 4, 6]],
    [{ from: 2, to: 4 }, undefined, [2, 3, 4]],
    [{ every: 2, from: 3 }, 1, [4]],
    [{ tenantId: CUSTOMER.toUpperCase(), skip: 0 }, undefined, [1, 2, 3, 4, 5, 6]],
    [{ skip: 10 }, undefined, []],
    [{ role: 'vault' }, undefined, []],
    [{ predicate: ({ query }) => query?.top === 3 }, undefined, [3]],
  ])('%j with times %j hit calls %j', async (match, times, expected) => {
    bed.fault({ name: 'rule', match, fault, ...(times === undefined ? {} : { times }) });
    const hit: number[] = [];
    for (let call = 1; call <= 6; call += 1)
      if ((await bed.list({ $top: String(call) })).status === 500) hit.push(call);
    expect(hit).toEqual(expected);
    expectServed('rule', expected.length);
  });

  test('hooks change incidents between two pages', async () => {
    bed.control.setAfterPage(({ query }, control) => {
      if (query?.skip === 0) control.updateIncident(CUSTOMER, '1');
    });
    const first = await bed.list({ $top: '10' });
    const second = await bed.list({ $top: '10', $skip: '10' });

    expect(first.ids).toEqual(newestFirst.slice(0, 10));
    // The incident that moved to the front pushed one page's last incident onto the next page.
    expect(second.ids).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);

    bed.control.setAfterPage(undefined);
    bed.control.setBeforeRespond((_, control) => {
      control.updateIncident(CUSTOMER, '2');
    });
    expect((await bed.list({ $top: '2' })).ids).toEqual([2, 1]);
  });
});
