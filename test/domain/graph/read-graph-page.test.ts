import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addGraphAlerts, readGraphIncident, readGraphPage } from '../../../shared/domain/graph/read-graph-page.ts';
import type { ObservedIncident } from '../../../shared/domain/incidents/incident.ts';
import type { MappingContext } from '../../../shared/domain/sources/read-incident-page.ts';
import { readTenantId } from '../../../shared/domain/values/tenant-id.ts';
import { readTicks } from '../../../shared/domain/values/ticks.ts';

const tenantId = readTenantId('50612dbb-0237-4969-b378-8d42590f9c00');
if (tenantId === undefined) throw new Error('The tenant id of this test is not one');
const context: MappingContext = { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom: 7n };
const LINK = 'https://graph.microsoft.com/v1.0/security/incidents/1/alerts?$skip=2';

function readOne(entry: object): ObservedIncident {
  const [observed] = readGraphPage(JSON.stringify({ value: [{ id: '1', ...entry }] }), context).incidents;
  if (observed === undefined) throw new Error('The page has no incident');
  return observed;
}

const alertIds = ({ alerts }: ObservedIncident): string[] => alerts.map(({ alertId }) => alertId);
const usersOf = (...evidence: object[]): unknown[] => readOne({ alerts: [{ id: 'a', evidence }] }).incident.users;

describe('readGraphPage()', () => {
  test('reads ids, times, statuses and the link of a page', () => {
    const value = [
      { id: '7', status: 'inProgress', lastUpdateDateTime: '2026-04-02T11:00:00.3Z', alerts: [] },
      { status: 'active', lastUpdateDateTime: '2026-04-02T11:00:00.1433333Z' },
      'no incident',
    ];

    const page = readGraphPage(JSON.stringify({ value, '@odata.nextLink': LINK }), context);

    expect(page).toMatchObject({ count: 3, sourceStatuses: ['inProgress', 'active'], nextLink: LINK });
    expect(page.withoutId).toEqual([readTicks('2026-04-02T11:00:00.1433333Z'), 7n]);
    expect(page.incidents.map(({ incident, updatedAt }) => [incident.incidentId, updatedAt])).toEqual([
      ['7', readTicks('2026-04-02T11:00:00.3Z')],
    ]);
  });

  test('says which alerts are missing, and never a number of alerts that is not all of them', () => {
    const some = { alerts: [{ id: 'a' }, { id: 'b' }], 'alerts@odata.nextLink': LINK };

    expect(readOne({ alerts: [{ id: 'a' }] })).not.toHaveProperty('missingAlerts');
    expect(readOne({})).toMatchObject({ missingAlerts: { link: undefined }, incident: { alertsCount: null } });
    expect(readOne(some)).toMatchObject({ missingAlerts: { link: LINK }, incident: { alertsCount: null } });
  });

  test('files an alert under the incident that showed it', () => {
    const { alerts } = readOne({ alerts: [{ id: 'a', incidentId: '999' }] });

    expect(alerts).toMatchObject([{ alertId: 'a', incidentId: '1' }]);
  });

  test('keeps evidence without a type, and of a type that nobody knows', () => {
    const evidence = [
      { odd: 1 },
      { '@odata.type': '#microsoft.graph.security.constructorEvidence', odd: 2 },
      { '@odata.type': 7 },
      null,
    ];
    const [alert] = readOne({ alerts: [{ id: 'a', evidence }] }).alerts;

    expect(alert?.entities).toEqual([
      { type: 'unknown', verdict: null, odd: 1 },
      { type: 'constructor', verdict: null, odd: 2 },
      { type: '7', verdict: null },
    ]);
  });

  test('takes no group for a person, by whatever id it is known', () => {
    const group = { '@odata.type': '#microsoft.graph.security.securityGroupEvidence', displayName: 'Admins' };

    expect(usersOf({ ...group, sid: 'S-1-5-21-512' })).toEqual([]);
  });

  test('names a device by its host name where its DNS name is missing', () => {
    const device = {
      '@odata.type': '#microsoft.graph.security.deviceEvidence',
      hostName: 'ws-14',
      deviceDnsName: null,
    };

    expect(readOne({ alerts: [{ id: 'a', evidence: [device] }] }).incident.devices).toMatchObject([{ name: 'ws-14' }]);
  });

  test('takes the category from the list that replaces it once it is not sent any more', () => {
    const categories = ['Collection', 'Impact'];
    const categoryOf = (alert: object): unknown => readOne({ alerts: [{ id: 'a', ...alert }] }).alerts[0]?.category;

    expect(categoryOf({ category: 'InitialAccess', categories })).toBe('InitialAccess');
    expect(categoryOf({ category: null, categories })).toBe('Collection');
    expect(categoryOf({})).toBeNull();
  });

  test('sees no change in a key that appears, in null and in the order of keys', () => {
    const before = readOne({ status: 'active', alerts: [{ id: 'a', evidence: [] }] });
    const after = readOne({
      alerts: [{ evidence: [], tenantId: 'x', id: 'a' }],
      priorityScore: null,
      status: 'active',
    });

    expect(after.contentHash).toBe(before.contentHash);
  });

  test.each([10, 3_000])('maps evidence that is nested %d levels deep', (levels) => {
    const type = '"@odata.type":"#microsoft.graph.security.containerImageEvidence"';
    const deep = `{${type},"digestImage":`.repeat(levels) + 'null' + '}'.repeat(levels);

    const body = `{"value":[{"id":"1","alerts":[{"id":"a","evidence":[${deep}]}]}]}`;

    expect(readGraphPage(body, context).incidents[0]?.alerts[0]?.entities).toMatchObject([
      { type: 'containerImage', digestImage: { digestImage: {} } },
    ]);
  });

  test('makes a complete incident of anything', () => {
    const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constantFrom('active', '', null, 1e300));
    const record = (...names: string[]) =>
      fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
    const evidence = record('@odata.type', 'userAccount', 'fileDetails', 'createdDateTime', '__proto__', 'verdict');
    const alert = fc
      .tuple(record('id', 'status', 'category', 'categories', 'incidentId'), fc.array(fc.oneof(value, evidence)))
      .map(([fields, found]) => ({ ...fields, evidence: found }));
    const entry = fc
      .tuple(
        record('displayName', 'status', 'customTags', 'comments', 'lastUpdateDateTime', 'alerts@odata.nextLink'),
        fc.array(fc.oneof(value, alert)),
      )
      .map(([fields, alerts]) => ({ ...fields, alerts }));
    fc.assert(
      fc.property(entry, (any) => {
        const { incident, alerts } = readOne(any);

        expect(JSON.parse(JSON.stringify({ incident, alerts }))).toEqual({ incident, alerts });
      }),
      { numRuns: 300 },
    );
  });
});

describe('readGraphIncident()', () => {
  test('reads the one that was asked for and refuses another', () => {
    expect(readGraphIncident('{"id":"5","displayName":"x","alerts":[]}', '5', context).incident.name).toBe('x');
    expect(() => readGraphIncident('{"id":"6"}', '5', context)).toThrow(/5 was asked for and 6 came/);
  });
});

describe('addGraphAlerts()', () => {
  const some = readOne({ alerts: [{ id: 'a' }, { id: 'b' }], 'alerts@odata.nextLink': LINK });

  test('adds what the link of the incident brought, and is whole when there is no further link', () => {
    const more = addGraphAlerts(
      some,
      `{"value":[{"id":"c"}],"@odata.nextLink":${JSON.stringify(LINK)}}`,
      false,
      context,
    );
    const all = addGraphAlerts(more, '{"value":[{"id":"d"}]}', false, context);

    expect(more).toMatchObject({ missingAlerts: { link: LINK }, incident: { alertsCount: null } });
    expect(alertIds(all)).toEqual(['a', 'b', 'c', 'd']);
    expect(all).not.toHaveProperty('missingAlerts');
    expect(all.incident.alertsCount).toBe(4);
    expect(JSON.parse(all.sourceJson)).toEqual({ id: '1', alerts: ['a', 'b', 'c', 'd'].map((id) => ({ id })) });
  });

  test("begins anew with the incident's own list of alerts", () => {
    expect(alertIds(addGraphAlerts(some, '{"value":[{"id":"x"}]}', true, context))).toEqual(['x']);
  });

  test('is the same version whether the alerts came at once or in parts', () => {
    const whole = readOne({ alerts: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] });

    expect(addGraphAlerts(some, '{"value":[{"id":"c"}]}', false, context).contentHash).toBe(whole.contentHash);
  });
});
