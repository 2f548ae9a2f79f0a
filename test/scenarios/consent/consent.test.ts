import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listConsentLinks, readConsentLinkQuery } from '../../../shared/consent/list-consent-links.ts';
import { withdrawConsentLink } from '../../../shared/consent/withdraw-consent-link.ts';
import { readLinkQuery } from '../../../shared/domain/consent/consent-link.ts';
import { idOfState, LINKS_PARTITION, requestKey } from '../../../shared/domain/consent/consent-request.ts';
import type { NewLink } from '../../../shared/domain/consent/link-view.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { anErasure, anIncident, seedIncidents, seedRecord, seedState } from '../../helpers/seed.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { compareSnapshots, createConsentWorld, type ConsentWorld, type Snapshot } from '../worlds/consent-world.ts';

let cloud: ScenarioCloud;
beforeAll(async () => {
  cloud = await startScenarioCloud();
});
afterAll(() => cloud.stop());

const create = async (): Promise<ConsentWorld> => createConsentWorld(await cloud.createWorld());
const stateOf = (url: string): string => new URL(url).searchParams.get('state') ?? '';
const tokenCalls = ({ world }: ConsentWorld, tenantId: string): number =>
  world.control.countCalls({ role: 'entra-token', tenantId });

describe('a link that is bound to a tenant', () => {
  test('by its domain: invited and never probed, approved, active, first incidents stored', async () => {
    const consent = await create();
    const tenantId = consent.addCustomer();
    const { control } = consent.world;
    const { domain } = control.tenants().find((tenant) => tenant.tenantId === tenantId) ?? { domain: '' };
    for (let count = 1; count <= 3; count += 1) control.addIncident(tenantId);

    const link = await consent.link({ tenantId: domain, displayName: 'Contoso', labels: ['gold'] });
    await consent.tick();
    expect(await consent.view(tenantId)).toMatchObject({ status: 'invited', displayName: 'Contoso' });
    expect([link.tenantId, tokenCalls(consent, tenantId)]).toEqual([tenantId, 0]);

    const outcome = await consent.comeBack(await consent.visitEntra(link.url));
    expect(outcome).toEqual({ kind: 'connected' });
    expect(await consent.view(tenantId)).toMatchObject({ status: 'active', consentedAt: expect.any(String) });
    await consent.tick();
    expect(await consent.view(tenantId)).toMatchObject({
      status: 'active',
      storedIncidents: 3,
      hint: defaultSource() === 'defender' ? expect.stringMatching(/^Would go blind .* nobody has chosen/) : null,
    });
    expect(await consent.audit()).toEqual(
      expect.arrayContaining([`create-link ${tenantId}`, `consent-proven ${tenantId}`]),
    );
    expect(await consent.openRequests()).toEqual([]);
  });

  test('again with other names: what an operator has named keeps its name, what has none gets one', async () => {
    const consent = await create();
    const tenantId = consent.addCustomer();
    const first = await consent.link({ tenantId, displayName: 'Fourth Coffee', labels: ['gold'] });
    await consent.comeBack(await consent.visitEntra(first.url));

    const again = await consent.link({ tenantId, displayName: 'Fourth again', customer: 'Coffee', labels: ['lead'] });
    expect(await consent.comeBack(await consent.visitEntra(again.url))).toEqual({ kind: 'connected' });

    expect(await consent.view(tenantId)).toMatchObject({
      displayName: 'Fourth Coffee',
      customer: 'Coffee',
      labels: ['gold'],
    });
  });

  test('in the form of the partner document: the code stays unread', async () => {
    const consent = await create();
    const tenantId = consent.addCustomer();
    const { url } = await consent.link({ tenantId, style: 'authorize' });

    const query = await consent.visitEntra(url);
    expect([query.has('code'), query.has('tenant')]).toEqual([true, false]);

    expect(await consent.comeBack(query)).toEqual({ kind: 'connected' });
    expect((await consent.view(tenantId)).status).toBe('active');
    // Connected and empty is not plain green.
    await consent.tick();
    expect((await consent.view(tenantId)).hint).toMatch(/nothing seen yet.*licensed/);
  });

  test('brings a deleted tenant back, and leaves a paused one paused', async () => {
    const consent = await create();
    const [deleted, paused] = [consent.addCustomer(), consent.addCustomer()];
    const { incidents, tenants } = consent.tables;
    await seedState(incidents, deleted, { status: 'active', isPaused: true });
    await seedRecord(tenants, deleted, { deletedAt: '2026-01-01T00:00:00.0000000Z' });
    await seedState(incidents, paused, { status: 'consent-missing', isPaused: true });
    await seedRecord(tenants, paused, {});

    for (const tenantId of [deleted, paused]) {
      const { url } = await consent.link({ tenantId });
      expect(await consent.comeBack(await consent.visitEntra(url))).toEqual({ kind: 'connected' });
    }

    expect((await consent.view(deleted)).status).toBe('active');
    expect((await tenants.get(shardOf(deleted), deleted))?.properties['deletedAt']).toBeUndefined();
    expect(await consent.view(paused)).toMatchObject({ status: 'paused', consentedAt: expect.any(String) });
  });

  test('activates no other tenant, and refuses nothing but that', async () => {
    const consent = await create();
    const [tenantId, other] = [consent.addCustomer(), consent.addCustomer()];
    const link = await consent.link({ tenantId });
    const before = await consent.snapshot();
    const good = await consent.visitEntra(link.url);
    const foreign = new URLSearchParams({ ...Object.fromEntries(good), tenant: other });

    expect(await consent.comeBack(foreign)).toEqual({ kind: 'other-tenant' });
    const after = await consent.snapshot();
    expectOnlyLinkAndAudit(before, after, link, other);
    expect(after.get(linkRow(link))?.properties).toEqual({
      ...before.get(linkRow(link))?.properties,
      attempts: 1,
      lastRefusal: expect.stringMatching(/"outcome":"other-tenant"/),
    });
    expect(await consent.comeBack(good)).toEqual({ kind: 'connected' });
  });

  test('a forged answer activates nothing: only a token does', async () => {
    const consent = await create();
    const tenantId = consent.addCustomer();
    const { url } = await consent.link({ tenantId });
    const state = stateOf(url);

    expect(await consent.comeBack(new URLSearchParams({ state, tenant: tenantId }))).toEqual({ kind: 'incomplete' });
    const forged = new URLSearchParams({ state, tenant: tenantId, admin_consent: 'True' });
    expect(await consent.comeBack(forged)).toEqual({ kind: 'being-set-up' });

    expect(await consent.view(tenantId)).toMatchObject({
      status: 'pending',
      lastError: { code: 'consent-missing', blame: 'tenant' },
    });
  });
});

describe('failures at Entra', () => {
  test.each([
    [{ decision: 'decline' }, { kind: 'declined', code: 'consent-declined', aadsts: 65004 }],
    [{ user: 'member' }, { kind: 'not-administrator', code: 'admin-consent-required', aadsts: 90094 }],
  ] as const)('%j leaves the link good', async (choice, outcome) => {
    const consent = await create();
    const tenantId = consent.addCustomer();
    const { url } = await consent.link({ tenantId });

    const refused = await consent.visitEntra(url, choice);
    // The newer page says so with errors too.
    expect(refused.get('admin_consent')).toBe('True');
    expect(await consent.comeBack(refused)).toEqual(outcome);
    expect((await consent.view(tenantId)).status).toBe('invited');

    expect(await consent.comeBack(await consent.visitEntra(url))).toEqual({ kind: 'connected' });
  });

  test('the tenth attempt without a consent closes the link', async () => {
    const consent = await create();
    const tenantId = consent.addCustomer();
    const { url } = await consent.link({ tenantId });
    const good = await consent.visitEntra(url);
    const failed = new URLSearchParams({ state: stateOf(url), error: 'server_error' });
    for (let attempt = 1; attempt <= 10; attempt += 1)
      expect(await consent.comeBack(failed)).toEqual({
        kind: 'entra-error',
        code: 'entra-unavailable',
        aadsts: undefined,
      });

    expect(await consent.comeBack(good)).toEqual({ kind: 'too-many-attempts' });
  });

  test.each(['refused', 'without-roles'] as const)('a consent that spreads slowly (tokens %s)', async (form) => {
    const consent = await create();
    const [quick, slow] = [consent.addCustomer(), consent.addCustomer()];
    const { control } = consent.world;
    control.setConsentSpread(quick, { seconds: 5, form });
    control.setConsentSpread(slow, { seconds: 400, form });

    const [first, second] = [await consent.link({ tenantId: quick }), await consent.link({ tenantId: slow })];
    expect(await consent.comeBack(await consent.visitEntra(first.url))).toEqual({ kind: 'connected' });
    const query = await consent.visitEntra(second.url);
    expect(await consent.comeBack(query)).toEqual({ kind: 'being-set-up' });
    expect(await consent.comeBack(query)).toEqual({ kind: 'used', status: 'pending' });
    for (let ticks = 1; ticks <= 4; ticks += 1) await consent.tick();

    expect((await consent.view(slow)).status).toBe('active');
    expect(await consent.comeBack(query)).toEqual({ kind: 'used', status: 'active' });
    expect((await consent.audit()).filter((entry) => entry === `consent-proven ${slow}`)).toHaveLength(1);
    expect(await consent.openRequests()).toEqual([]);
  });
});

describe('links that cannot be used', () => {
  test('an unknown state costs one point read and no token call', async () => {
    const consent = await create();
    const calls = consent.world.control.countCalls();
    const requests = consent.world.requests.requests();
    const query = { admin_consent: 'True', tenant: consent.world.tenantId };

    for (const state of ['', 'x', 'A'.repeat(43)])
      expect(await consent.comeBack(new URLSearchParams({ ...query, state }))).toEqual({ kind: 'unknown-link' });

    expect(consent.world.requests.requests() - requests).toBe(1);
    expect(consent.world.control.countCalls()).toBe(calls);
  });

  test('replaced by a newer one, withdrawn, expired, used', async () => {
    const consent = await create();
    const { parts, world } = consent;
    const tenantId = consent.addCustomer();
    const older = await consent.link({ tenantId });
    const newer = await consent.link({ tenantId, expiresInHours: 2 });
    expect(await consent.comeBack(await consent.visitEntra(older.url))).toEqual({ kind: 'withdrawn' });
    const listed = await listConsentLinks(parts.requests, readConsentLinkQuery([]));
    expect(listed.consentLinks.map(({ id }) => id)).toEqual([newer.id]);
    expect(JSON.stringify(listed)).not.toContain(stateOf(newer.url));

    const withdrawn = await consent.link({});
    await withdrawConsentLink(parts, withdrawn.id, 'ann');
    const query = await consent.visitEntra(withdrawn.url, { tenantId });
    expect(await consent.comeBack(query)).toEqual({ kind: 'withdrawn' });

    const late = await consent.visitEntra(newer.url);
    world.time.advance(2 * 3_600_000);
    expect(await consent.comeBack(late)).toEqual({ kind: 'expired' });
    expect((await listConsentLinks(parts.requests, readConsentLinkQuery([]))).consentLinks).toEqual([]);
  });

  test('stores no state, only its hash', async () => {
    const consent = await create();
    const { url, id } = await consent.link({ displayName: 'Contoso' });
    const row = await consent.tables.requests.get(LINKS_PARTITION, requestKey(id));
    expect(id).toBe(idOfState(stateOf(url)));
    expect(JSON.stringify(row)).not.toContain(stateOf(url));
  });

  test.each([
    ['tenantId', 'common'],
    ['tenantId', 'not a domain'],
    ['style', 'authorize'],
    ['expiresInHours', '721'],
    ['labels', ' ,'],
  ])('%s=%s is refused with what is allowed', (name, value) => {
    expect(() => readLinkQuery([[name, value]], 'keys')).toThrow(
      expect.objectContaining({ code: 'bad-parameter', blame: 'caller' }),
    );
  });

  test('a domain that nobody has verified is refused', async () => {
    const consent = await create();
    await expect(consent.link({ tenantId: 'nobody.example' })).rejects.toMatchObject({
      code: 'domain-not-found',
      blame: 'caller',
    });
  });
});

describe('a link that is bound to nobody', () => {
  test('an unknown tenant awaits approval and is not polled; approved, it is collected', async () => {
    const consent = await create();
    const tenantId = consent.addCustomer();
    const { url } = await consent.link({ displayName: 'Newcomer' });

    const query = await consent.visitEntra(url, { tenantId });
    expect(await consent.comeBack(query)).toEqual({ kind: 'awaiting-approval' });
    await consent.tick();
    expect(await consent.view(tenantId)).toMatchObject({ status: 'awaiting-approval', displayName: 'Newcomer' });
    expect(consent.world.control.countCalls({ role: 'incident-list', tenantId })).toBe(0);

    await consent.parts.control.decide(tenantId, 'approve');
    await consent.tick();
    expect((await consent.view(tenantId)).status).toBe('active');
  });

  test.each(['active', 'invited', 'consent-missing', 'paused', 'purging', 'deleted', 'erased'] as const)(
    'used for a tenant that is %s, it leaves every table byte-identical but for its own row and one more audit row',
    async (standing) => {
      const consent = await create();
      const tenantId = consent.addCustomer();
      const { incidents, tenants } = consent.tables;
      const isPaused = standing === 'paused' || standing === 'deleted';
      if (standing === 'erased') await consent.parts.audit.saveErasure(anErasure(tenantId));
      else {
        await seedState(incidents, tenantId, { status: isPaused ? 'active' : standing, isPaused });
        await seedIncidents(incidents, tenantId, [anIncident('1', '2026-01-01T00:00:00Z')]);
        await seedRecord(tenants, tenantId, { deletedAt: standing === 'deleted' ? '2026-01-01T00:00:00Z' : null });
      }
      // Its own link, which must go on to be good.
      if (standing !== 'purging' && standing !== 'erased') await consent.link({ tenantId });
      const link = await consent.link({ displayName: 'Somebody else', customer: 'Else', labels: ['other'] });
      const before = await consent.snapshot();

      expect(await consent.comeBack(await consent.visitEntra(link.url, { tenantId }))).toEqual({
        kind: 'already-registered',
      });

      const after = await consent.snapshot();
      expectOnlyLinkAndAudit(before, after, link, tenantId);
      const claim = { status: 'done', claimedTenantId: tenantId, claimedAt: expect.any(String) };
      expect(after.get(linkRow(link))?.properties).toEqual({
        ...before.get(linkRow(link))?.properties,
        ...claim,
        claimId: expect.any(String),
      });
      expect(tokenCalls(consent, tenantId)).toBe(0);
    },
  );
});

const linkRow = ({ id }: NewLink): string => `requests ${LINKS_PARTITION} ${requestKey(id)}`;

/** Of all rows of all tables only the link's own differs, and the audit has one more: that the tenant was refused. */
function expectOnlyLinkAndAudit(before: Snapshot, after: Snapshot, link: NewLink, refused: string): void {
  expect(before.size).toBeGreaterThan(2);
  const { added, changed, removed } = compareSnapshots(before, after);
  expect({ changed, removed }).toEqual({ changed: [linkRow(link)], removed: [] });
  expect(added).toEqual([expect.stringMatching(/^audit \d{4}-\d\d /)]);
  expect(added.map((key) => after.get(key)?.properties)).toEqual([
    {
      v: expect.anything(),
      at: expect.any(String),
      actor: `visitor of link ${link.id} by ann`,
      action: 'consent-refused',
      tenantId: refused,
      detail: expect.stringMatching(/^(registered|other-tenant)$/),
    },
  ]);
}
