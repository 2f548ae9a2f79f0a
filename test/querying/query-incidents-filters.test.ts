import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Incident } from '../../shared/domain/incidents/incident.ts';
import { anIncident, seedIncidents, seedRecord, tenantNumber } from '../helpers/seed.ts';
import { startTestStorage, type TestStorage } from '../helpers/tables/storage.ts';
import { createIncidentWorld, idsOf, minute, type IncidentWorld } from '../helpers/worlds/incident-world.ts';

const [ALPHA, BETA, GAMMA] = [tenantNumber(1), tenantNumber(2), tenantNumber(3)];

let storage: TestStorage;
beforeAll(async () => {
  storage = await startTestStorage();
});
afterAll(() => storage.stop());

const FILTERED: Incident[] = [
  anIncident('1', minute(10), {
    status: 'active',
    severity: 'high',
    assignedTo: 'Ann@Partner.example',
    createdTime: minute(1),
  }),
  anIncident('2', minute(11), { status: 'resolved', severity: 'low', createdTime: minute(2) }),
  anIncident('3', minute(12), { status: 'inProgress', severity: 'informational', createdTime: minute(3) }),
  anIncident('4', minute(13), { status: 'onHold', severity: 'extreme', createdTime: null }),
  anIncident('5', minute(14), { status: 'redirected', severity: 'medium', createdTime: minute(5) }),
];

describe('queryIncidents() filters', () => {
  let world: IncidentWorld;
  beforeAll(async () => {
    world = await createIncidentWorld(storage);
    await seedRecord(world.tenants.table, ALPHA, { customer: 'Contoso, Ltd', labels: ['gold', 'emea'] });
    await seedRecord(world.tenants.table, BETA, { customer: 'Fabrikam', labels: ['gold'] });
    await seedIncidents(world.incidents.table, ALPHA, FILTERED);
    await seedIncidents(world.incidents.table, BETA, [anIncident('9', minute(20))]);
  });

  test.each([
    ['status=resolved', ['2']],
    ['status=Resolved,INPROGRESS', ['3', '2']],
    ['status=resolved&status=other', ['4', '2']],
    ['status=other', ['4']],
    ['severity=high&severity=low', ['2', '1']],
    ['severity=OTHER', ['4']],
    ['open=true', ['9', '4', '3', '1']],
    ['open=false', ['5', '2']],
    [`open=true&tenantId=${ALPHA}`, ['4', '3', '1']],
    ['open=true&status=resolved', []],
    ['assignedTo=ann@partner.example', ['1']],
    ['updatedSince=2026-01-01T00:13:00Z', ['9', '5', '4']],
    ['updatedBefore=2026-01-01T00:11:00Z', ['1']],
    ['updatedSince=2026-01-01T01:11:00%2B01:00&updatedBefore=2026-01-01T00:13:00.000Z', ['3', '2']],
    ['updatedSince=2026-01-01T01:11:00+01:00&updatedBefore=2026-01-01T00:13Z', ['3', '2']],
    [`updatedSince=2026-01-01T00:13:00Z&tenantId=${ALPHA}`, ['5', '4']],
    ['updatedSince=2026-01-01T00:11:00Z&updatedBefore=2026-01-01T00:11:00Z', []],
    ['createdSince=2026-01-01T00:02:00Z&createdBefore=2026-01-01T00:05:00Z', ['3', '2']],
    ['customer=contoso, ltd', ['5', '4', '3', '2', '1']],
    ['label=GOLD&severity=medium', ['9', '5']],
    ['label=emea&customer=Fabrikam', []],
  ])('%s selects %j', async (query, ids) => {
    const answer = await world.get(query);
    expect(idsOf(answer)).toEqual(ids);
    expect(answer.cursor).toBeNull();
  });

  test.each([
    ['customer=Fabricam', 'unknown-customer', '"Fabrikam"'],
    ['label=godl', 'unknown-label', '"gold"'],
    [`tenantId=${ALPHA}&customer=Fabricam`, 'unknown-customer', '"Fabrikam"'],
    ['format=csv&all=true&label=godl', 'unknown-label', '"gold"'],
    [`tenantId=${GAMMA}`, 'unknown-tenant', `"${ALPHA}", "${BETA}"`],
    [`tenantId=${GAMMA}&customer=Fabrikam`, 'unknown-tenant', `"${BETA}"`],
  ])('%s is refused as %s with the nearest name, and shows no quiet customer', async (query, code, nearest) => {
    await expect(world.get(query)).rejects.toMatchObject({
      blame: 'caller',
      code,
      message: expect.stringContaining(nearest),
    });
  });

  test('a customer that was named elsewhere a moment ago is known', async () => {
    await world.get('customer=Fabrikam');
    await seedRecord(world.tenants.table, GAMMA, { customer: 'Litware' });

    expect(idsOf(await world.get('customer=Litware'))).toEqual([]);
    expect(idsOf(await world.get(`tenantId=${GAMMA}`))).toEqual([]);
  });

  test.each([
    ['status=actve', /"status".*any of new, active, .*other.*"actve"/],
    ['status=', /"status"/],
    ['severity=high,,low', /"severity"/],
    ['stauts=active', /"stauts".*known are tenantId, customer, .*cursor/],
    ['open=yes', /"open".*true or false.*"yes"/],
    ['tenantId=alpha', /"tenantId".*GUID.*"alpha"/],
    ['updatedSince=yesterday', /"updatedSince".*ISO 8601.*"yesterday"/],
    ['updatedSince=2026-02-30T00:00:00Z', /"updatedSince"/],
    ['updatedSince=2026-01-02T00:00:00Z&updatedBefore=2026-01-01T00:00:00Z', /"updatedSince".*"updatedBefore"/],
    ['pageSize=0', /"pageSize".*1 to 500.*"0"/],
    ['pageSize=501', /"pageSize"/],
    ['pageSize=5.5', /"pageSize"/],
    ['customer=a&customer=b', /"customer".*once/],
    ['customer=%20', /"customer".*empty/],
    [`assignedTo=${'x'.repeat(400)}`, /"assignedTo".*300 characters.*"x{20,60}…/],
  ])('%s is refused', async (query, message) => {
    await expect(async () => world.get(query)).rejects.toMatchObject({
      blame: 'caller',
      code: 'bad-parameter',
      message: expect.stringMatching(message),
    });
  });

  test('a function key in the query is nobody else’s business', async () => {
    expect(idsOf(await world.get('status=resolved&code=secret&clientId=default'))).toEqual(['2']);
  });
});
