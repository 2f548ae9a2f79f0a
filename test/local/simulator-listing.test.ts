import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ticksFromMs } from '../../shared/domain/ticks.ts';
import { CUSTOMER, closeTestBeds, startTestBed, type TestBed } from './simulator-test-bed.ts';

const ENTITY_KEYS =
  'entityType sha1 sha256 fileName filePath processId processCommandLine processCreationTime parentProcessId ' +
  'parentProcessCreationTime ipAddress url accountName domainName userSid aadUserId userPrincipalName mailboxDisplayName ' +
  'mailboxAddress clusterBy sender recipient subject deliveryAction securityGroupId securityGroupName registryHive ' +
  'registryKey registryValueType registryValue deviceId';
const INCIDENT_KEYS =
  'incidentId redirectIncidentId incidentName createdTime lastUpdateTime assignedTo classification determination status ' +
  'severity tags comments alerts';

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

function incidentOf(body: Record<string, unknown>, place = 0): unknown {
  return Array.isArray(body['value']) ? body['value'][place] : undefined;
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

describe('an incident on the wire', () => {
  test('has the keys of the documented sample, absent values as null', async () => {
    bed.control.addIncident(CUSTOMER, {
      alerts: [
        {
          devices: [{ deviceDnsName: 'ws-1.northwind.example' }],
          entities: [{ entityType: 'Ip', ipAddress: '192.0.2.1' }],
        },
      ],
    });

    const incident = incidentOf((await bed.list()).body) as { alerts: { devices: object[]; entities: object[] }[] };

    expect(Object.keys(incident).join(' ')).toBe(INCIDENT_KEYS);
    expect(Object.keys(incident.alerts[0]?.entities[0] ?? {}).join(' ')).toBe(ENTITY_KEYS);
    expect(incident.alerts[0]?.entities[0]).toMatchObject({ ipAddress: '192.0.2.1', sha1: null, deviceId: null });
    expect(Object.keys(incident.alerts[0]?.devices[0] ?? {}).slice(0, 4)).toEqual([
      'mdatpDeviceId',
      'aadDeviceId',
      'deviceDnsName',
      'osPlatform',
    ]);
  });

  test('has times with the zeros at the end cut off, and ids beyond 2^53', async () => {
    bed.control.addIncident(CUSTOMER, {
      incidentId: '9007199254740993',
      lastUpdateTime: '2026-01-01T00:00:07.2900000Z',
    });
    bed.control.addIncident(CUSTOMER, { lastUpdateTime: '2026-01-01T10:00:00.0000000Z' });

    const text = await (await bed.send()).text();

    expect(text).toContain('"incidentId":9007199254740993,');
    expect(text).toContain('"lastUpdateTime":"2026-01-01T00:00:07.29Z"');
    expect(text).toContain('"lastUpdateTime":"2026-01-01T10:00:00Z"');
  });

  test('can be hostile', async () => {
    bed.control.addIncident(CUSTOMER, { rawOmit: ['incidentId', 'lastUpdateTime'], incidentName: '\u0000<script>' });
    bed.control.addIncident(CUSTOMER, { rawOverride: { alerts: 'none', extra: { deep: [1] } } });

    const { body } = await bed.list();

    expect(incidentOf(body, 0)).toMatchObject({ alerts: 'none', extra: { deep: [1] } });
    expect(incidentOf(body, 1)).not.toHaveProperty('incidentId');
  });

  test('can be read by id', async () => {
    addAt('2026-01-01T00:00:00Z');

    const found = await bed.send('/1');
    const missing = await bed.send('/2');

    expect(await found.json()).toMatchObject({ incidentId: 1, '@odata.context': expect.stringContaining('/$entity') });
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ error: { code: 'ResourceNotFound' } });
  });
});

describe('changes', () => {
  test('two edits within one instant leave the time alone and change the content', async () => {
    addAt('2026-01-01T00:00:00Z');
    const edited = bed.control.updateIncident(CUSTOMER, '1', { severity: 'High', keepsUpdateTime: true });

    expect(incidentOf((await bed.list()).body)).toMatchObject({
      severity: 'High',
      lastUpdateTime: '2026-01-01T00:00:00Z',
    });
    expect(edited.lastUpdateTime).toBe(bed.control.truth(CUSTOMER).versions[0]?.lastUpdateTime);
  });

  test('an incident that becomes visible late has an old time when it does', async () => {
    let nowMs = Date.parse('2026-01-01T12:00:00Z');
    const late = await startTestBed({ nowMs: () => nowMs });
    late.control.addIncident(CUSTOMER, {
      incidentId: '7',
      lastUpdateTime: '2026-01-01T11:59:00Z',
      visibleAt: ticksFromMs(nowMs + 60_000),
    });

    expect((await late.list()).ids).toEqual([]);
    expect(late.control.truth(CUSTOMER).versions).toMatchObject([{ wasShown: false }]);
    nowMs += 60_000;
    expect((await late.list({ $filter: 'lastUpdateTime lt 2026-01-01T12:00:00Z' })).ids).toEqual([7]);
    expect([...late.control.truth(CUSTOMER).incidents.keys()]).toEqual(['7']);
  });

  test('a version that a later one overtakes is never shown', async () => {
    let nowMs = Date.parse('2026-01-01T12:00:00Z');
    const late = await startTestBed({ nowMs: () => nowMs });
    late.control.addIncident(CUSTOMER, { incidentId: '7', severity: 'Low' });
    late.control.updateIncident(CUSTOMER, '7', { severity: 'Medium', visibleAt: '2026-01-01T12:01:00Z' });
    late.control.updateIncident(CUSTOMER, '7', { severity: 'High' });

    nowMs += 120_000;

    expect(incidentOf((await late.list()).body)).toMatchObject({ severity: 'High' });
    expect(late.control.truth(CUSTOMER).versions.map(({ wasShown }) => wasShown)).toEqual([true, false, true]);
  });

  test('a redirected incident hands its alerts over', async () => {
    addAt('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
    bed.control.redirectIncident(CUSTOMER, '1', '2');

    const { body, ids } = await bed.list();

    expect(ids).toEqual([1, 2]);
    expect(incidentOf(body)).toMatchObject({
      status: 'Redirected',
      redirectIncidentId: 2,
      severity: 'UnSpecified',
      alerts: [],
    });
    expect(incidentOf(body, 1)).toMatchObject({ alerts: [{ incidentId: 2 }, { incidentId: 2 }] });
  });

  test('a removed incident is gone', async () => {
    addAt('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
    bed.control.removeIncident(CUSTOMER, '1');

    expect((await bed.list()).ids).toEqual([2]);
    expect((await bed.send('/1')).status).toBe(404);
    expect([...bed.control.truth(CUSTOMER).incidents.keys()]).toEqual(['2']);
  });
});
