import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toIncident } from '../../../shared/domain/defender/to-incident.ts';
import { parseJson } from '../../../shared/domain/values/json-text.ts';
import { readObject } from '../../../shared/domain/values/read-value.ts';
import { readTenantId } from '../../../shared/domain/values/tenant-id.ts';
import { formatTicks, readTicks } from '../../../shared/domain/values/ticks.ts';

const tenantId = readTenantId('50612dbb-0237-4969-b378-8d42590f9c00');
if (tenantId === undefined) throw new Error('The tenant id of this test is not one');
const context = { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom: 7n };

/** Any JSON in any place that the mapping looks at. */
const anyValue = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('Active', '2026-03-01T08:15:36.29Z', '', null, 9_007_199_254_740_991, 1e300),
);
const record = (names: string[]): fc.Arbitrary<unknown> =>
  fc.record(Object.fromEntries(names.map((name) => [name, anyValue])), { requiredKeys: [] });
const anyAlert = fc
  .tuple(
    record([
      'alertId',
      'title',
      'status',
      'severity',
      'serviceSource',
      'lastUpdatedTime',
      'mitreTechniques',
      '__proto__',
    ]),
    fc.array(fc.oneof(anyValue, record(['mdatpDeviceId', 'aadDeviceId', 'deviceDnsName', 'riskScore']))),
    fc.array(fc.oneof(anyValue, record(['entityType', 'verdict', 'userPrincipalName', 'aadUserId', 'toString']))),
  )
  .map(([alert, devices, entities]) => ({ ...readObject(alert), devices, entities }));
const anyEntry = fc
  .tuple(
    record([
      'incidentName',
      'status',
      'severity',
      'classification',
      'createdTime',
      'lastUpdateTime',
      'tags',
      'comments',
      'alerts',
      'incidentUri',
      'redirectIncidentId',
    ]),
    fc.option(fc.array(fc.oneof(anyValue, anyAlert))),
  )
  .map(([entry, alerts]) => ({ ...readObject(entry), ...(alerts === null ? {} : { alerts }) }));

describe('toIncident()', () => {
  test('makes a complete incident of anything', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const raw = readObject(parseJson(JSON.stringify(entry))) ?? {};

        const { incident, alerts, updatedAt, sourceJson } = toIncident(raw, '1', context);

        const shown = JSON.stringify({ incident, alerts });
        expect(JSON.parse(shown)).toEqual({ incident, alerts });
        expect(shown.isWellFormed()).toBe(true);
        expect(textsOf({ incident, alerts }).filter((text) => /(?![\t\n\r])\p{Cc}/u.test(text))).toEqual([]);
        expect(readTicks(incident.lastUpdateTime)).toBe(updatedAt);
        expect(Object.values(incident)).not.toContain(undefined);
        expect(new Set(alerts.map(({ alertId }) => alertId)).size).toBe(alerts.length);
        expect(JSON.parse(sourceJson)).toEqual(JSON.parse(JSON.stringify(raw)));
      }),
      { numRuns: 300 },
    );
  });

  test('says null for a list of alerts that was not sent, and 0 for an empty one', () => {
    const count = (raw: object): number | null => toIncident({ ...raw }, '1', context).incident.alertsCount;

    expect([count({}), count({ alerts: null }), count({ alerts: [] })]).toEqual([null, null, 0]);
  });

  test('assumes the created time, else the lower end of the window, where the update time is missing', () => {
    const created = { createdTime: '2026-03-01T08:00:00.07Z', lastUpdateTime: 'soon' };

    expect(toIncident(created, '1', context)).toMatchObject({
      timeAssumed: true,
      updatedAt: readTicks('2026-03-01T08:00:00.07Z'),
      incident: { lastUpdateTime: '2026-03-01T08:00:00.0700000Z' },
    });
    expect(toIncident({}, '1', context).incident.lastUpdateTime).toBe(formatTicks(7n));
  });

  test('keeps the newer of two alerts with one id, whatever their order', () => {
    const older = { alertId: 'a', title: 'older', lastUpdatedTime: '2026-03-01T08:15:36.2900001Z' };
    const newer = { alertId: 'a', title: 'newer', lastUpdatedTime: '2026-03-01T08:15:36.3Z' };
    const titles = (alerts: object[]): unknown[] =>
      toIncident({ alerts }, '1', context).alerts.map(({ title }) => title);

    expect(titles([older, newer])).toEqual(['newer']);
    expect(titles([newer, older])).toEqual(['newer']);
  });

  test('gives an alert without an id the same id every time, and another one to another alert', () => {
    const ids = (alerts: object[]): string[] =>
      toIncident({ alerts }, '1', context).alerts.map(({ alertId }) => alertId);

    expect(ids([{ title: 'x', category: 'y' }])).toEqual(
      ids([{ category: 'y', title: 'x', alertId: '' }].map(({ title, category }) => ({ title, category }))),
    );
    expect(ids([{ title: 'x' }, { title: 'y' }])).toHaveLength(2);
  });
});

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null
    ? [...Object.keys(value), ...Object.values(value).flatMap(textsOf)]
    : [];
}
