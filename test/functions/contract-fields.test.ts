import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getHealth } from '../../functions/app/get-health.ts';
import { listConsentLinks } from '../../functions/consent/list-consent-links.ts';
import { getIncident } from '../../functions/incidents/get-incident.ts';
import { listChanges } from '../../functions/incidents/list-changes.ts';
import { queryIncidents } from '../../functions/incidents/query-incidents.ts';
import { getOffboarding } from '../../functions/tenants/get-offboarding.ts';
import { getTenant } from '../../functions/tenants/get-tenant.ts';
import { listTenants } from '../../functions/tenants/list-tenants.ts';
import { readDefenderPage } from '../../shared/domain/defender/read-defender-page.ts';
import type { ObservedIncident } from '../../shared/domain/incidents/incident.ts';
import { OPENAPI_DOCUMENT } from '../../shared/domain/openapi/openapi-document.ts';
import { startCycle } from '../../shared/domain/reading/read-cycle.ts';
import { changeLogKey } from '../../shared/domain/rows/row-keys.ts';
import type { LastError } from '../../shared/domain/tenants/tenant-state.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_SECOND } from '../../shared/domain/values/ticks.ts';
import type { ApiHandler } from '../../shared/edge/http-handler.ts';
import { listAllRows } from '../../shared/tables/list-all-rows.ts';
import { operationNamed } from '../helpers/api/api-contract.ts';
import type { ApiRequest } from '../helpers/api/call-function.ts';
import { anErasure, seedIncidents, seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import { startApiWorld, type ApiWorld } from '../helpers/worlds/api-world.ts';

/** The names that the contract promises, letter for letter; they are written down here so that nobody renames one in passing. */
const INCIDENT =
  'tenantId tenantName customer incidentId name status severity classification determination assignedTo createdTime lastUpdateTime redirectIncidentId tags comments alertsCount serviceSources categories mitreTechniques devices users url source firstCollectedAt collectedAt unindexedValues';
const CONTRACT: Record<string, string> = {
  Incident: INCIDENT,
  // A list row has no room for these; their absence is part of the contract.
  ListedIncident: INCIDENT.replace(/ (comments|devices|users|unindexedValues)\b/g, ''),
  Comment: 'comment createdBy createdTime',
  Device: 'deviceId aadDeviceId name osPlatform healthStatus riskScore',
  User: 'accountName domainName userPrincipalName aadUserId sid',
  Alert:
    'alertId incidentId title description severity status category classification determination serviceSource detectionSource createdTime lastUpdateTime firstActivity lastActivity resolvedTime assignedTo mitreTechniques devices users entities',
  Entity: 'type verdict',
  HistoryEntry: 'at lastUpdateTime changes',
  Change: 'storedAt tenantId tenantName incidentId name severity status lastUpdateTime kind backfill changes',
  Tenant:
    'tenantId displayName customer labels status source consentedAt completeThrough reconciledThrough completeFrom lagSeconds lastError backfill gaps',
  TenantError: 'code message blame action since',
  Backfill: 'percent etaSeconds',
  Gap: 'from to reason incidentId since',
  Coverage: 'completeThrough blindCount blind',
  BlindTenant: 'tenantId tenantName since code',
  StaleTenant: '',
  Health: 'status tenants worstLagSeconds staleTenants lastTick poisoned credentialExpiresAt',
};

/** Answers of one call each. */
const ANSWERS: Record<string, [operationId: string, status: string, names: string]> = {
  Offboarding: [
    'getOffboarding',
    '200',
    'tenantId status startedAt erasedAt erased remaining accessStillPossible accessCheckedAt nextSteps',
  ],
  Verification: ['verifyTenant', '200', 'ok claims missingRoles problem'],
  NewLink: ['createConsentLink', '201', 'id url style tenantId expiresAt'],
  Collection: ['collectTenant', '202', 'tenantId dueAt'],
};

/** What has come since: the API only grows. */
const ADDED: Record<string, string> = {
  Incident: 'devicesCount usersCount alertsPending truncated sourceMissing beyondSourceRetention',
  ListedIncident: 'devicesCount usersCount alertsPending truncated sourceMissing beyondSourceRetention',
  Tenant:
    'lastIncidentAt silence failover ownSource readFrom deletedAt reconciliation foundLate alertsPending storedIncidents hint',
  TenantError: 'missingRoles',
  Coverage: 'completeThroughExceptBlind gapCount readingCount stoppedCount silentCount silent',
  BlindTenant: 'until kind',
  Health: 'problems staleCount silentCount silentTenants',
  Verification: 'source standby',
  NewLink: 'source approver',
  StaleTenant: 'tenantId tenantName completeThrough lagSeconds code',
};

type Answer = Record<string, unknown>;

const words = (text = ''): string[] => text.split(' ').filter((word) => word !== '');
const namesOf = (kind: string): string[] =>
  [...words(CONTRACT[kind] ?? ANSWERS[kind]?.[2]), ...words(ADDED[kind])].sort();

interface ObjectSchema {
  required: string[];
  properties: Record<string, unknown>;
}

const schemaOf = (kind: string): ObjectSchema | undefined =>
  OPENAPI_DOCUMENT.components.schemas[kind] as ObjectSchema | undefined;

describe('the contract, openapi.json', () => {
  test.each(Object.keys(CONTRACT))('%s has exactly these names, and every one of them always', (kind) => {
    const { required = [], properties = {} } = schemaOf(kind) ?? {};
    expect(Object.keys(properties).sort()).toEqual(namesOf(kind));
    expect([...required].sort()).toEqual(namesOf(kind));
  });

  test.each(Object.entries(ANSWERS))(
    '%s has exactly these names, and every one of them always',
    (kind, [id, status]) => {
      const schema = operationNamed(id).responses[status]?.content?.['application/json']?.schema;
      const name =
        String((schema as Answer)['$ref'])
          .split('/')
          .at(-1) ?? '';
      const { required, properties } = schemaOf(name) ?? (schema as unknown as ObjectSchema);
      expect(Object.keys(properties).sort()).toEqual(namesOf(kind));
      expect([...required].sort()).toEqual(namesOf(kind));
    },
  );
});

describe('the contract, in real answers', () => {
  const [TENANT, BLIND] = [tenantNumber(1), tenantNumber(2)];
  let world: ApiWorld;

  beforeAll(async () => {
    world = await startApiWorld();
    const { incidents, tenants, audit } = world.services;
    await incidents.get('0', 'nothing');
    const now = incidents.serviceTime();
    const cycle = { ...startCycle(now - TICKS_PER_DAY, now, now - TICKS_PER_HOUR), cursor: now - TICKS_PER_HOUR };
    const lastError: LastError = {
      code: 'throttled',
      message: 'Wait',
      blame: 'microsoft',
      action: 'Nothing',
      since: now,
    };
    const gap = { from: now - 2n, to: now - 1n, reason: 'bad-page', incidentId: '5', since: now, retryAt: now };
    await seedState(incidents, TENANT, {
      status: 'active',
      completeThrough: now,
      completeFrom: now - TICKS_PER_DAY,
      backfill: cycle,
      reconcile: cycle,
      gaps: [gap],
      lastError,
    });
    await seedRecord(tenants, TENANT, { displayName: 'Contoso', customer: 'Contoso Group', labels: ['gold'] });
    await seedState(incidents, BLIND, { status: 'consent-missing', lastError });
    await seedState(incidents, tenantNumber(3), { status: 'active' });
    for (const { incident, alerts } of readSample()) await seedIncidents(incidents, TENANT, [incident], alerts);
    await ageChanges();
    await audit.saveErasure(anErasure(tenantNumber(9)));
  });
  afterAll(() => world.stop());

  /** As Microsoft's documentation has them; together they hold everything that an incident can hold. */
  function readSample(): ObservedIncident[] {
    const file = new URL('../fixtures/incident/microsoft-sample.json', import.meta.url);
    const context = { tenantId: TENANT, portalUrl: 'https://security.microsoft.com', updatedFrom: 0n };
    return readDefenderPage(readFileSync(file, 'utf8'), context).incidents;
  }

  /** A change shows when it is a minute old: this one is made to be two. */
  async function ageChanges(): Promise<void> {
    const { incidents } = world.services;
    const rows = await listAllRows(incidents, shardOf(TENANT), { from: 'C!', to: 'C"' });
    const storedAt = incidents.serviceTime() - 120n * TICKS_PER_SECOND;
    const operations = rows.map(({ properties }) => ({
      kind: 'upsert' as const,
      rowKey: changeLogKey(storedAt, TENANT, String(properties['incidentId'])),
      properties,
    }));
    await incidents.transact(shardOf(TENANT), operations);
  }

  type Place = (answer: Answer) => unknown;
  const one = (list: unknown): unknown => (list as unknown[])[0];
  const at = (value: unknown, ...names: string[]): unknown =>
    names.reduce((found, name) => (found as Answer)[name], value);
  type Call = [ApiHandler, ApiRequest];
  const detail = (incidentId: string): Call => [getIncident, { params: { tenantId: TENANT, incidentId } }];
  const SINCE = { query: { since: new Date(Date.now() - 3_600_000).toISOString() } };
  const tenant: Call = [getTenant, { params: { tenantId: TENANT } }];

  test.each<[string, Call, Place]>([
    ['ListedIncident', [queryIncidents, {}], (json) => one(json['incidents'])],
    ['Incident', detail('924565'), (json) => json['incident']],
    ['Comment', detail('924565'), (json) => one(at(json, 'incident', 'comments'))],
    ['User', detail('924565'), (json) => one(at(json, 'incident', 'users'))],
    ['Device', detail('924521'), (json) => one(at(json, 'incident', 'devices'))],
    ['Alert', detail('924565'), (json) => one(json['alerts'])],
    ['User', detail('924565'), (json) => one(at(one(json['alerts']), 'users'))],
    ['Device', detail('924521'), (json) => one(at(one(json['alerts']), 'devices'))],
    ['HistoryEntry', detail('924565'), (json) => one(json['history'])],
    ['Change', [listChanges, SINCE], (json) => one(json['changes'])],
    ['Tenant', tenant, (json) => json],
    ['Tenant', [listTenants, { query: { q: 'Contoso' } }], (json) => one(json['tenants'])],
    ['TenantError', tenant, (json) => json['lastError']],
    ['Backfill', tenant, (json) => json['backfill']],
    ['Gap', tenant, (json) => one(json['gaps'])],
    ['Coverage', [queryIncidents, {}], (json) => json['coverage']],
    ['BlindTenant', [queryIncidents, {}], (json) => one(at(json, 'coverage', 'blind'))],
    ['Health', [getHealth, {}], (json) => json],
    ['StaleTenant', [getHealth, {}], (json) => one(json['staleTenants'])],
    ['Offboarding', [getOffboarding, { params: { tenantId: tenantNumber(9) } }], (json) => json],
  ])('%s of %p', async (kind, call, place) => {
    const { json } = await world.call(...call);
    expect(Object.keys(place(json as Answer) as Answer).sort()).toEqual(namesOf(kind));
  });

  test('an entity has its type and verdict, then the fields of the source in camelCase', async () => {
    const { json } = await world.call(...detail('924565'));
    const [entity] = at(one(at(json, 'alerts')), 'entities') as Answer[];
    expect(Object.keys(entity ?? {}).slice(0, 2)).toEqual(words(CONTRACT['Entity']));
    expect(Object.keys(entity ?? {}).length).toBeGreaterThan(2);
    for (const name of Object.keys(entity ?? {})) expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
  });

  test('a history begins with `created`; an entry is {field, from, to}', async () => {
    const { json } = await world.call(...detail('924565'));
    const first = (at(json, 'history') as Answer[]).at(-1);
    const [created] = first?.['changes'] as Answer[];
    expect(created?.['field']).toBe('created');
    expect(Object.keys(created ?? {}).sort()).toEqual(['field', 'from', 'to']);
  });

  test('times of an incident have the full precision of the source, padded to 7 digits', async () => {
    const { json } = await world.call(...detail('924565'));
    const { createdTime, lastUpdateTime } = at(json, 'incident') as Answer;
    expect([createdTime, lastUpdateTime]).toEqual(['2020-09-06T14:46:57.0733333Z', '2020-09-06T14:46:57.2900000Z']);
  });

  test.each<[string, Call]>([
    ['incidents cursor coverage', [queryIncidents, {}]],
    ['tenants cursor blind', [listTenants, {}]],
    ['changes cursor through coverage', [listChanges, SINCE]],
    ['incident alerts history mergedInto cursor', detail('924565')],
    ['consentLinks cursor', [listConsentLinks, {}]],
  ])('an answer is {%s}', async (names, call) => {
    const { json } = await world.call(...call);
    expect(Object.keys(json as Answer).sort()).toEqual(words(names).sort());
  });
});
