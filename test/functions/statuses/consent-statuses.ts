import { randomBytes } from 'node:crypto';
import { consentCallback } from '../../../functions/consent/consent-callback.ts';
import { createConsentLink } from '../../../functions/consent/create-consent-link.ts';
import { listConsentLinks } from '../../../functions/consent/list-consent-links.ts';
import { newConsentLink } from '../../../functions/consent/new-consent-link.ts';
import { withdrawConsentLink } from '../../../functions/consent/withdraw-consent-link.ts';
import type { NewLink } from '../../../shared/domain/consent/link-view.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { ApiAnswer } from '../../helpers/api/api-contract.ts';
import type { ApiRequest } from '../../helpers/api/call-function.ts';
import { seedState, tenantNumber } from '../../helpers/seed.ts';
import type { ApiWorld } from '../../helpers/worlds/api-world.ts';
import type { StatusCases } from './status-cases.ts';

const WITH_URL = { PUBLIC_URL: 'https://collector.example' };
const SIGN_IN = { OPERATOR_SIGN_IN: 'entra', WEBSITE_AUTH_ENABLED: 'true' };
const OPERATOR = Buffer.from('{"claims":[{"typ":"roles","val":"Operator"}]}').toString('base64');
const NO_STORAGE = {
  IncidentStorage:
    'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a',
};
const tenantId = tenantNumber(40);
const PURGING = tenantNumber(41);

async function createLink(world: ApiWorld, body: object = { tenantId }): Promise<NewLink> {
  const answer = await world.with(WITH_URL)(createConsentLink, { body: JSON.stringify(body) });
  // Held against openapi.json a moment ago.
  return answer.json as NewLink;
}

const stateOf = ({ url }: NewLink): string => new URL(url).searchParams.get('state') ?? '';

function comeBack(world: ApiWorld, link: NewLink, tenant: TenantId = tenantId): Promise<ApiAnswer> {
  return world.call(consentCallback, { query: { state: stateOf(link), admin_consent: 'True', tenant } });
}

async function seedPurging({ services }: ApiWorld): Promise<ApiRequest> {
  await seedState(services.incidents, PURGING, { status: 'purging' });
  return { query: { tenantId: PURGING }, body: JSON.stringify({ tenantId: PURGING }) };
}

const unknownState = (): ApiRequest => ({ query: { state: randomBytes(32).toString('base64url') } });

export const CONSENT_STATUSES: readonly StatusCases[] = [
  {
    handler: listConsentLinks,
    request: {},
    statuses: {
      200: async (world) => {
        await createLink(world);
        return world.call(listConsentLinks);
      },
      400: ({ call }) => call(listConsentLinks, { query: { pageSize: '0' } }),
    },
  },
  {
    handler: createConsentLink,
    request: {},
    statuses: {
      201: (world) => world.with(WITH_URL)(createConsentLink, { body: JSON.stringify({ tenantId }) }),
      400: (world) => world.with(WITH_URL)(createConsentLink, { body: '{"style":"authorize"}' }),
      409: async (world) => world.with(WITH_URL)(createConsentLink, { body: (await seedPurging(world)).body ?? '' }),
      413: ({ call }) => call(createConsentLink, { body: ' '.repeat(70_000) }),
      502: (world) => world.with({ ...WITH_URL, ...NO_STORAGE })(createConsentLink),
    },
  },
  {
    handler: newConsentLink,
    request: {},
    statuses: {
      200: (world) => world.with(WITH_URL)(newConsentLink, { query: { displayName: 'Forty', labels: 'gold,vip' } }),
      302: (world) =>
        world.with({ ...WITH_URL, ...SIGN_IN })(newConsentLink, {
          query: { redirect: 'true' },
          headers: { 'x-ms-client-principal': OPERATOR },
        }),
      400: (world) => world.with(WITH_URL)(newConsentLink, { query: { redirect: 'true' } }),
      409: async (world) => world.with(WITH_URL)(newConsentLink, { query: (await seedPurging(world)).query ?? {} }),
      502: (world) => world.with({ ...WITH_URL, ...NO_STORAGE })(newConsentLink),
    },
  },
  {
    handler: withdrawConsentLink,
    request: { params: { linkId: '0'.repeat(64) } },
    statuses: {
      204: async (world) => {
        const { id } = await createLink(world);
        return world.call(withdrawConsentLink, { params: { linkId: id } });
      },
      400: ({ call }) => call(withdrawConsentLink, { params: { linkId: 'x' }, query: { force: 'true' } }),
      404: ({ call }) => call(withdrawConsentLink, { params: { linkId: '0'.repeat(64) } }),
      409: async (world) => {
        const link = await createLink(world);
        await comeBack(world, link);
        return world.call(withdrawConsentLink, { params: { linkId: link.id } });
      },
    },
  },
  {
    handler: consentCallback,
    request: {},
    statuses: {
      200: async (world) => comeBack(world, await createLink(world)),
      400: ({ call }) => call(consentCallback, { query: { error: 'access_denied' } }),
      403: async (world) => comeBack(world, await createLink(world), tenantNumber(42)),
      404: ({ call }) => call(consentCallback, unknownState()),
      409: async (world) => {
        const link = await createLink(world);
        await seedState(world.services.incidents, tenantId, { status: 'purging' });
        const answer = await comeBack(world, link);
        await seedState(world.services.incidents, tenantId, { status: 'active' });
        return answer;
      },
      410: async (world) => {
        const link = await createLink(world);
        await createLink(world);
        return comeBack(world, link);
      },
      503: (world) => world.with(NO_STORAGE)(consentCallback, unknownState()),
    },
  },
];
