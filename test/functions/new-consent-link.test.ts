import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createConsentLink } from '../../functions/consent/create-consent-link.ts';
import { newConsentLink } from '../../functions/consent/new-consent-link.ts';
import { withdrawConsentLink } from '../../functions/consent/withdraw-consent-link.ts';
import { LINKS_PARTITION, requestKey } from '../../shared/domain/consent/consent-request.ts';
import type { NewLink } from '../../shared/domain/consent/link-view.ts';
import { shardOf, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import type { ApiRequest } from '../helpers/api/call-function.ts';
import { seedRecord, tenantNumber } from '../helpers/seed.ts';
import { startApiWorld, type ApiWorld } from '../helpers/worlds/api-world.ts';

const URL_SETTING = { PUBLIC_URL: 'https://collector.example' };
const KEYS = URL_SETTING;
const ENTRA = { ...URL_SETTING, OPERATOR_SIGN_IN: 'entra', WEBSITE_AUTH_ENABLED: 'true' };
const ANN = {
  'x-ms-client-principal': Buffer.from(
    '{"claims":[{"typ":"roles","val":"Operator"},{"typ":"name","val":"Ann"}]}',
  ).toString('base64'),
};
/** An address in a mail, or one that is typed: nothing says who wants it. */
const TYPED = { ...ANN, 'sec-fetch-site': 'none' };
const BOARD = { ...ANN, 'sec-fetch-site': 'same-origin' };

let world: ApiWorld;
let tenants = 0;
beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.stop());

const addTenant = (): TenantId => tenantNumber(500 + (tenants += 1));

async function post(tenantId: TenantId): Promise<NewLink> {
  const answer = await world.with(ENTRA)(createConsentLink, { headers: BOARD, body: JSON.stringify({ tenantId }) });
  // Held against openapi.json a moment ago.
  return answer.json as NewLink;
}

const statusOf = async ({ id }: NewLink): Promise<unknown> =>
  (await world.services.requests.get(LINKS_PARTITION, requestKey(id)))?.properties['status'];

const nameOf = async (tenantId: TenantId): Promise<unknown> =>
  (await world.services.tenants.get(shardOf(tenantId), tenantId))?.properties['displayName'];

const open = (
  tenantId: TenantId,
  headers: Record<string, string>,
  query: Record<string, string> = {},
): [typeof newConsentLink, ApiRequest] => [newConsentLink, { headers, query: { tenantId, ...query } }];

describe('GET /consent-links/new', () => {
  test.each([
    ['a typed address', TYPED],
    ['a browser that says nothing', ANN],
  ])('by %s leaves an open link as it is and says whose it is', async (_by, headers) => {
    const tenantId = addTenant();
    const genuine = await post(tenantId);

    const answer = await world.with(ENTRA)(...open(tenantId, headers, { redirect: 'true' }));
    expect(answer.json).toMatchObject({ status: 409, code: 'link-open', detail: expect.stringContaining('of Ann') });
    expect(await statusOf(genuine)).toBe('open');
  });

  test('makes the first link by a typed address, and the next when that one is withdrawn', async () => {
    const tenantId = addTenant();
    const first = await world.with(ENTRA)(...open(tenantId, TYPED));
    expect(first.status).toBe(200);
    const { id } = first.json as NewLink;
    expect((await world.with(ENTRA)(...open(tenantId, TYPED))).status).toBe(409);

    await world.with(ENTRA)(withdrawConsentLink, { headers: BOARD, params: { linkId: id } });
    expect((await world.with(ENTRA)(...open(tenantId, TYPED))).status).toBe(200);
  });

  test.each([
    ['the board', ENTRA, BOARD],
    ['who has the function key', KEYS, {}],
  ])('by %s replaces the older link', async (_by, settings, headers: Record<string, string>) => {
    const tenantId = addTenant();
    const older = await post(tenantId);

    const answer = await world.with(settings)(...open(tenantId, headers));
    expect(answer.status).toBe(200);
    expect([await statusOf(older), await statusOf(answer.json as NewLink)]).toEqual(['replaced', 'open']);
  });

  test.each([
    ['a typed address', ENTRA, TYPED, 'Contoso'],
    ['the board', ENTRA, BOARD, 'Fabrikam'],
    ['who has the function key', KEYS, {}, 'Fabrikam'],
  ])(
    'by %s for a tenant that was rejected and has a name',
    async (_by, settings, headers: Record<string, string>, name) => {
      const tenantId = addTenant();
      await seedRecord(world.services.tenants, tenantId, { displayName: 'Contoso' });

      const answer = await world.with(settings)(...open(tenantId, headers, { displayName: 'Fabrikam' }));
      expect([answer.status, await nameOf(tenantId)]).toEqual([200, name]);
    },
  );

  test('by a typed address names a tenant that nobody knows', async () => {
    const tenantId = addTenant();
    await world.with(ENTRA)(...open(tenantId, TYPED, { displayName: 'Fabrikam' }));
    expect(await nameOf(tenantId)).toBe('Fabrikam');
  });
});
