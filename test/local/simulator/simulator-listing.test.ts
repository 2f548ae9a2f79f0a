import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CUSTOMER, closeTestBeds, startTestBed, type TestBed } from './simulator-test-bed.ts';

let bed: TestBed;

beforeEach(async () => {
  bed = await startTestBed();
});
afterEach(closeTestBeds);

/** Incidents 1, 2, 3 … updated at these times. */
function addAt(...times: string[]): void {
  times.forEach((lastUpdateTime, place) => {
    bed.control.addIncident(CUSTOMER, { incidentId: String(place + 1), lastUpdateTime });
  });
}

describe('pages', () => {
  test('hold at most 100 incidents, and $top over 100 is refused', async () => {
    for (let number = 0; number < 130; number += 1) bed.control.addIncident(CUSTOMER);

    expect((await bed.list()).ids).toHaveLength(100);
    expect((await bed.list({ $top: '100', $skip: '100' })).ids).toHaveLength(30);
    const refused = await bed.list({ $top: '101' });

    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'BadRequest', target: expect.any(String) } } });
  });

  test('come newest update first, newest creation first, or in another order at every call', async () => {
    for (const [place, created] of ['05', '01', '03', '02', '04', '06'].entries())
      bed.control.addIncident(CUSTOMER, {
        incidentId: String(place + 1),
        createdTime: `2026-01-${created}T00:00:00Z`,
        lastUpdateTime: `2026-02-0${place + 1}T00:00:00Z`,
      });

    expect((await bed.list()).ids).toEqual([6, 5, 4, 3, 2, 1]);
    bed.control.setOrder('created-desc');
    expect((await bed.list()).ids).toEqual([6, 1, 5, 3, 4, 2]);
    bed.control.setOrder('unordered');
    const orders = await Promise.all(Array.from({ length: 8 }, () => bed.list()));
    expect(new Set(orders.map(({ ids }) => ids.join())).size).toBeGreaterThan(3);
    expect(new Set(orders.map(({ ids }) => [...ids].sort().join())).size).toBe(1);
  });

  test('are compressed for who asks, and dated by the simulator', async () => {
    for (let number = 0; number < 5; number += 1) bed.control.addIncident(CUSTOMER);
    bed.control.setClockOffset(3_600_000);

    const page = await bed.list();

    expect(page.headers.get('content-encoding')).toBe('gzip');
    const ahead = Date.parse(page.headers.get('date') ?? '') - Date.now();
    expect(ahead).toBeGreaterThan(3_590_000);
    expect(ahead).toBeLessThan(3_601_000);
  });
});

describe('$filter', () => {
  const times = [
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00.0000001Z',
    '2026-01-01T00:00:00.07Z',
    '2026-01-02T00:00:00Z',
  ];

  test.each([
    ['lastUpdateTime ge 2026-01-01T00:00:00.0000001Z', [4, 3, 2]],
    ['lastUpdateTime gt 2026-01-01T00:00:00.0000001Z', [4, 3]],
    ['lastUpdateTime lt 2026-01-01T00:00:00.0000001Z', [1]],
    ['lastUpdateTime le 2026-01-01T00:00:00.0000001Z', [2, 1]],
    ['lastUpdateTime eq 2026-01-01T00:00:00.07Z', [3]],
    ['lastUpdateTime ge 2026-01-01T00:00:00.0000001Z and lastUpdateTime lt 2026-01-02T00:00:00Z', [3, 2]],
    ['lastUpdateTime ge 2026-01-01T00:00:00.0000001Z and lastUpdateTime lt 2026-01-01T00:00:00.0000002Z', [2]],
    ['createdTime ge 2026-01-01T02:00:00+02:00 and createdTime lt 2026-01-01T00:00:00.07Z', [2, 1]],
    ["status eq 'Resolved'", [2]],
    ["assignedTo eq 'o''hara@soc.example' and status eq 'Active'", [3]],
    ["status eq 'Foo and bar'", []],
  ])('%s', async (filter, expected) => {
    addAt(...times);
    bed.control.updateIncident(CUSTOMER, '2', { status: 'Resolved', keepsUpdateTime: true });
    bed.control.updateIncident(CUSTOMER, '3', { assignedTo: "o'hara@soc.example", keepsUpdateTime: true });

    expect((await bed.list({ $filter: filter })).ids).toEqual(expected);
  });

  test.each([
    "lastUpdateTime ge '2026-01-01T00:00:00Z'",
    'lastUpdateTime ge 2026-01-01',
    'lastUpdateTime ge 2026-01-01T00:00:00',
    'lastUpdateTime ge 2026-01-01T00:00:00.00000001Z',
    'lastUpdateTime ge 2026-02-30T00:00:00Z',
    'lastUpdateTime ne 2026-01-01T00:00:00Z',
    'lastUpdateTime ge 2026-01-01T00:00:00Z or status eq Active',
    'lastUpdateTime ge 2026-01-01T00:00:00Z and',
    '(lastUpdateTime ge 2026-01-01T00:00:00Z)',
    "severity eq 'High'",
    "status ne 'Active'",
    'status eq Active',
    '',
  ])('is refused: %s', async (filter) => {
    expect(await bed.list({ $filter: filter })).toMatchObject({ status: 400, body: { error: { code: 'ODataError' } } });
  });

  test.each([{ $orderby: 'lastUpdateTime' }, { $top: '-1' }, { $skip: 'x' }])(
    'options are refused: %j',
    async (query) => {
      expect(await bed.list(query)).toMatchObject({ status: 400, body: { error: { code: 'ODataError' } } });
    },
  );
});
