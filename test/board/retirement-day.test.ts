import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildBoard } from '../../local/build/build-board.ts';
import type { ForkedHost } from '../../local/host/fork-host.ts';
import type { TenantView } from '../../shared/domain/views/tenant-view.ts';
import { tenantNumber } from '../helpers/seed.ts';
import { startHostCloud, type HostCloud } from '../scenarios/worlds/host-cloud.ts';
import { complaintsOf, openPage, takeScreenshot } from './board-fixture.ts';
import { openBrowser } from './open-browser.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const BOTH = ['Incident.Read.All', 'SecurityIncident.Read.All'];
const READY = ['Alpha GmbH', 'Beta Bank'];
const UNREADY = 'Gamma Clinics';
const NAMES = [...READY, UNREADY];
const MOST_TICKS = 60;
/** Faster ticks would spend the calls of a minute before the end is certain. */
const TICK_MS = 2_000;
const LIMIT_MS = 180_000;

let cloud: HostCloud;
let host: ForkedHost;
let browser: Browser;

beforeAll(async () => {
  [cloud, browser] = await Promise.all([startHostCloud(), openBrowser(), buildBoard(PROJECT)]);
  host = await cloud.startHost({ settings: { INCIDENT_SOURCE: 'auto' } });
  for (const [place, displayName] of NAMES.entries()) {
    const tenantId = idOf(displayName);
    const roles = displayName === UNREADY ? BOTH.slice(0, 1) : BOTH;
    cloud.control.addTenant({ tenantId, displayName, domain: `customer${place}.example`, roles });
    cloud.control.addIncident(tenantId, { incidentName: `Before the end at ${displayName}` });
    await ask(`tenants/${tenantId}`, { method: 'PUT', body: JSON.stringify({ displayName }) });
  }
  await tickUntil((tenants) => tenants.every(({ failover }) => failover !== null));
}, LIMIT_MS);

afterAll(async () => {
  await browser.close();
  await cloud.stop();
});

const idOf = (displayName: string): string => tenantNumber(NAMES.indexOf(displayName) + 1);

async function ask(path: string, init?: RequestInit): Promise<unknown> {
  const answer = await fetch(`${host.url}/api/${path}`, init);
  expect(answer.ok).toBe(true);
  return answer.json();
}

/** Ticks of the real schedule's function, on the real clock, until the customers are as wanted. */
async function tickUntil(isReached: (tenants: TenantView[]) => boolean): Promise<TenantView[]> {
  for (let ticks = 0; ticks < MOST_TICKS; ticks += 1) {
    await host.runTimerNow('dispatchCollection');
    await host.idle();
    const { tenants } = (await ask('tenants')) as { tenants: TenantView[] };
    if (isReached(tenants)) return tenants;
    await setTimeout(TICK_MS);
  }
  throw new Error(`The customers are not as wanted after ${MOST_TICKS} ticks`);
}

/** What the customer's own page says of it. */
const stateOf = async (page: Page, name: string): Promise<string> => {
  await page.goto(page.url().replace(/#.*/, `#/customer/${idOf(name)}`));
  await page.getByRole('heading', { name, exact: true }).waitFor();
  return page.locator('.customer-state').innerText();
};

describe('the day on which the Defender API ends, on the board', () => {
  test('names beforehand who would go blind, and nobody else', async () => {
    const page = await openPage(browser, host.url, '#/customers', { key: undefined });

    expect(await stateOf(page, UNREADY)).toMatch(
      /Complete up to [^]*Would go blind if the Defender API ended[^]*SecurityIncident\.Read\.All/,
    );
    for (const name of READY) expect(await stateOf(page, name)).not.toMatch(/blind/);
    await takeScreenshot(page, 'retirement before');
    expect(complaintsOf(page)).toEqual([]);
    expect(await ask('health')).toMatchObject({
      problems: [{ code: 'failover-not-ready', message: expect.stringContaining(UNREADY) }],
    });
  });

  test(
    'goes on without a gap for two customers, and says of the third what to send',
    async () => {
      const before = await tickUntil(() => true);
      const pointOf = (tenants: TenantView[], name: string): string =>
        tenants.find(({ displayName }) => displayName === name)?.completeThrough ?? '';
      const endedAt = new Date().toISOString();
      cloud.control.retireDefender('empty');
      for (const name of NAMES) cloud.control.addIncident(idOf(name), { incidentName: `After the end at ${name}` });

      const after = await tickUntil(
        (tenants) =>
          tenants.filter(({ readFrom }) => readFrom === 'graph').length === READY.length &&
          tenants.every(({ lastError }) => lastError === null || lastError.code === 'source-retired') &&
          tenants.some(({ lastError }) => lastError !== null),
      );

      for (const name of READY) expect(pointOf(after, name) > endedAt).toBe(true);
      expect(pointOf(after, UNREADY)).toBe(pointOf(before, UNREADY));
      const page = await openPage(browser, host.url, '#/customers', { key: undefined });
      for (const name of READY) expect(await stateOf(page, name)).toMatch(/Complete up to /);
      expect(await stateOf(page, UNREADY)).toMatch(
        /Blind since [^]*Next: Send the customer a new consent link made with {"source": "auto"}: Microsoft Graph needs the role SecurityIncident\.Read\.All/,
      );
      await takeScreenshot(page, 'retirement after');

      const list = await openPage(browser, host.url, '#/incidents', { key: undefined });
      await list.locator('.grid-body [role=row]').first().waitFor();
      const rows = await list.locator('.grid-body [role=row]').allInnerTexts();
      for (const name of READY) expect(rows.filter((row) => row.includes(`After the end at ${name}`))).toHaveLength(1);
      for (const name of NAMES) expect(rows.filter((row) => row.includes(`Before the end at ${name}`))).toHaveLength(1);
      expect(await list.locator('.coverage').innerText()).toMatch(/1 customer blind[^]*Gamma Clinics/);
      expect([...complaintsOf(page), ...complaintsOf(list)]).toEqual([]);
      for (const name of READY) expect(await ask(`tenants/${idOf(name)}`)).toMatchObject({ gaps: [], foundLate: 0 });
    },
    LIMIT_MS,
  );
});
