import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ticksFromMs } from '../../../shared/domain/values/ticks.ts';
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
