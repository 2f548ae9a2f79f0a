import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fetch from 'node-fetch';
import type { ForkedHost } from '../../../local/host/fork-host.ts';
import type { NewLink } from '../../../shared/domain/consent/link-view.ts';
import { mapLimited } from '../../../shared/domain/values/map-limited.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { checkAnswer } from '../../helpers/api/api-contract.ts';
import { readAnswer } from '../../helpers/api/call-function.ts';
import { fetchApi } from '../../helpers/api/fetch-api.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { startHostCloud, type HostCloud } from '../worlds/host-cloud.ts';

let cloud: HostCloud;
let host: ForkedHost;
let customers = 0;
beforeAll(async () => {
  cloud = await startHostCloud();
  host = await cloud.startHost();
});
afterAll(() => cloud.stop());

function addCustomer(): TenantId {
  const tenantId = tenantNumber(700 + (customers += 1));
  cloud.control.addTenant({ tenantId, domain: `visitor${customers}.example`, isConsented: false, roles: [] });
  return tenantId;
}

const createLink = async (body: object): Promise<NewLink> =>
  (await fetchApi<NewLink>(host, 'POST', 'consent-links', body)).json;

/** What an administrator does at Entra; the query that the browser is sent back with. */
async function visitEntra({ url }: NewLink, form: Record<string, string> = {}): Promise<URLSearchParams> {
  const body = new URLSearchParams({ user: 'admin', decision: 'approve', ...form });
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').searchParams;
}

interface Page {
  status: number;
  title: string;
  html: string;
}

async function comeBack(query: URLSearchParams): Promise<Page> {
  const answer = await readAnswer(await fetch(`${host.url}/api/consent/callback?${query.toString()}`));
  checkAnswer('consentCallback', answer);
  const html = answer.body;
  return { status: answer.status, title: /<h1>(.*)<\/h1>/.exec(html)?.[1] ?? '', html };
}

const statusOf = async (tenantId: TenantId): Promise<string> =>
  (await fetchApi<TenantView>(host, 'GET', `tenants/${tenantId}`)).json.status;

describe('a browser at the consent callback of a running host', () => {
  test.each([
    ['declines', 'graph', { decision: 'decline' }, 'The approval was declined'],
    ['is no administrator', 'defender', { user: 'member' }, 'An administrator has to approve'],
  ])('%s, with a link for %s: the page says so, and the link stays good', async (_what, source, form, title) => {
    const tenantId = addCustomer();
    const link = await createLink({ tenantId, source });

    expect(await comeBack(await visitEntra(link, form))).toMatchObject({ status: 400, title });
    expect(await statusOf(tenantId)).toBe('invited');

    expect(await comeBack(await visitEntra(link))).toMatchObject({
      status: 200,
      title: 'Your organisation is connected',
    });
    expect(await statusOf(tenantId)).toBe('active');
  });

  test('comes from another organisation, with a forged query, again, and with a state of nobody', async () => {
    const [tenantId, other] = [addCustomer(), addCustomer()];
    const link = await createLink({ tenantId, source: 'graph' });
    const good = await visitEntra(link);
    const changed = (changes: Record<string, string>): URLSearchParams =>
      new URLSearchParams({ ...Object.fromEntries(good), ...changes });

    const foreign = await comeBack(changed({ tenant: other }));
    expect(foreign).toMatchObject({ status: 403, title: 'This link is for another organisation' });
    expect(await comeBack(changed({ state: 'A'.repeat(43) }))).toMatchObject({ status: 404 });
    expect(await comeBack(changed({ admin_consent: 'False' }))).toMatchObject({ status: 400 });
    expect(await statusOf(tenantId)).toBe('invited');
    expect((await fetchApi(host, 'GET', `tenants/${other}`)).status).toBe(404);

    expect(await comeBack(good)).toMatchObject({ status: 200, title: 'Your organisation is connected' });
    const again = await comeBack(good);
    expect(again).toMatchObject({ status: 200, title: 'This link was used already' });
    expect(again.html).toContain('Your organisation is connected.');
    for (const { html } of [foreign, again]) expect(html).not.toMatch(new RegExp(`${tenantId}|${other}`));
  });

  test('comes with a consent that never happened: nothing is connected, whatever the query says', async () => {
    const tenantId = addCustomer();
    const { url } = await createLink({ tenantId, source: 'graph' });
    const state = new URL(url).searchParams.get('state') ?? '';

    const page = await comeBack(new URLSearchParams({ state, tenant: tenantId, admin_consent: 'True' }));

    expect(page).toMatchObject({ status: 200, title: 'The connection is being set up' });
    expect(await statusOf(tenantId)).toBe('pending');
  });

  test('comes with a link that was withdrawn, and with one that a newer one replaced', async () => {
    const tenantId = addCustomer();
    const [withdrawn, older] = [await createLink({}), await createLink({ tenantId })];
    const answers = [await visitEntra(withdrawn, { tenant: tenantId }), await visitEntra(older)];
    await fetch(`${host.url}/api/consent-links/${withdrawn.id}`, { method: 'DELETE' });
    await createLink({ tenantId });

    for (const query of answers)
      expect(await comeBack(query)).toMatchObject({ status: 410, title: 'This link is no longer valid' });

    expect(await statusOf(tenantId)).toBe('invited');
  });

  test('comes with a link that is bound to nobody: an operator approves, and only then anything is read', async () => {
    const tenantId = addCustomer();
    cloud.control.addIncident(tenantId);
    const link = await createLink({ displayName: 'Newcomer' });

    const page = await comeBack(await visitEntra(link, { tenant: tenantId }));
    expect(page).toMatchObject({ status: 200, title: 'Your approval was received' });
    await host.runTimerNow('dispatchCollection');
    await host.idle();
    expect(await statusOf(tenantId)).toBe('awaiting-approval');
    expect(cloud.control.countCalls({ role: 'defender-list', tenantId })).toBe(0);

    await fetchApi(host, 'POST', `tenants/${tenantId}/approve`);
    await host.runTimerNow('dispatchCollection');
    await host.idle();
    expect((await fetchApi<TenantView>(host, 'GET', `tenants/${tenantId}`)).json).toMatchObject({
      status: 'active',
      storedIncidents: 1,
    });
  });

  test('300 times with one state, 200 at once as the host allows: one page says connected, all others that the link was used', async () => {
    const tenantId = addCustomer();
    const query = await visitEntra(await createLink({ tenantId }));

    const pages = await mapLimited(Array.from(new Array(300).keys()), 200, () => comeBack(query));

    const count = (title: string): number => pages.filter((page) => page.title === title).length;
    expect([count('Your organisation is connected'), count('This link was used already')]).toEqual([1, 299]);
    expect(await statusOf(tenantId)).toBe('active');
  }, 120_000);
});
