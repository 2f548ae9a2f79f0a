import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { anIncident, seedIncidents, seedRecord, seedState, tenantNumber } from '../../helpers/seed.ts';
import { complaintsOf, startBoard, takeScreenshot, type BoardFixture, type OpenOptions } from '../board-fixture.ts';
import { minutesAgo, ticksAgo } from '../seed-board.ts';

const MINUTE_MS = 60_000;
const CONTOSO = tenantNumber(51);

let board: BoardFixture;
let id = 100;
beforeAll(async () => {
  board = await startBoard();
  await board.incidents.get('0', 'clock'); // the first answer sets the service's time
  await seedState(board.incidents, CONTOSO, {
    status: 'active',
    completeFrom: ticksAgo(40_000),
    completeThrough: ticksAgo(2),
  });
  await seedRecord(board.tenants, CONTOSO, { displayName: 'Contoso' });
  await seedIncidents(
    board.incidents,
    CONTOSO,
    [1, 2, 3].map((one) => anIncident(String(one), minutesAgo(60 + one), { name: `Known ${one}` })),
  );
}, MINUTE_MS);
afterEach(() => board.closePages());
afterAll(() => board.stop());

const rows = (page: Page) => page.locator('.grid-body [role=row]');
const firstName = (page: Page): Promise<string> => rows(page).first().locator('.name').innerText();
const news = (page: Page) => page.locator('.news button').first();

/** Open incidents that were not there before; their ids. */
async function come(...severities: string[]): Promise<string[]> {
  const ids = severities.map(() => String((id += 1)));
  await seedIncidents(
    board.incidents,
    CONTOSO,
    ids.map((one, index) =>
      anIncident(one, minutesAgo(0), { severity: severities[index] ?? 'low', name: `Came ${one}` }),
    ),
  );
  return ids;
}

async function openList(options: OpenOptions = {}): Promise<Page> {
  const { prepare, ...rest } = options;
  const page = await board.open('#/incidents', {
    ...rest,
    prepare: async (one) => {
      await one.clock.install();
      await prepare?.(one);
    },
  });
  await rows(page).filter({ hasText: 'Known 1' }).waitFor();
  return page;
}

/** The page's content policy lets nothing be evaluated again and again inside of it. */
async function untilTitle(page: Page, start: string): Promise<void> {
  while (!(await page.title()).startsWith(start)) await page.waitForTimeout(50);
}

/** The browser cannot really hide its only tab. */
const look = (page: Page, isHidden: boolean): Promise<unknown> =>
  page.evaluate(`{
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} });
    document.dispatchEvent(new Event('visibilitychange'));
  }`);

describe('what has come since somebody looked', () => {
  test('is counted in the title of the tab and beside Refresh, marked in the list, until it is seen', async () => {
    const page = await openList();
    expect(await page.title()).toBe('Open incidents · Incident board');
    await look(page, true);
    const ids = await come('low', 'high', 'medium');
    await page.clock.fastForward('11:00');
    await untilTitle(page, '(3) Open');
    await look(page, false);

    expect(await news(page).innerText()).toBe('3 new, 1 High');
    expect(await page.title()).toBe('(3) Open incidents · Incident board');
    await rows(page)
      .filter({ hasText: `Came ${ids[0] ?? ''}` })
      .waitFor();
    expect(await page.locator('.new-mark').count()).toBe(3);
    await takeScreenshot(page, 'watching');
    await page.getByRole('button', { name: 'Mark as seen' }).click();
    await untilTitle(page, 'Open');
    expect(await page.locator('.news, .new-mark').count()).toBe(0);
    expect(complaintsOf(page)).toEqual([]);
  });

  test('begins anew whenever somebody leaves the page', async () => {
    const page = await openList();
    await come('low');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await news(page).filter({ hasText: '1 new' }).waitFor();
    await look(page, true);
    await look(page, false);
    await page.locator('.news').waitFor({ state: 'detached' });
  });

  test('is shown by a click, wherever on the board somebody is', async () => {
    const page = await openList();
    const [one = ''] = await come('high');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await news(page).waitFor();
    await page.getByRole('link', { name: 'Trend' }).click();
    await news(page).click();
    await rows(page)
      .filter({ hasText: `Came ${one}` })
      .waitFor();
  });
});

describe('rows', () => {
  test('do not move under the pointer; what was read meanwhile is announced, and shown when the pointer leaves or rests', async () => {
    const page = await openList();
    const first = await firstName(page);
    await rows(page).nth(1).hover();
    const [one = ''] = await come('high');
    await page.clock.fastForward('01:50');
    await page.mouse.move(400, 330);
    await page.clock.fastForward('00:12');
    await news(page).waitFor();

    expect(await firstName(page)).toBe(first);
    await page.clock.runFor(2_000);
    expect(await firstName(page)).toBe(first);
    await page.mouse.move(400, 5);
    await page.clock.runFor(2_000);
    await rows(page)
      .filter({ hasText: `Came ${one}` })
      .waitFor();

    // A hand that lies on the mouse does not keep a screen on the wall from going on.
    await rows(page).nth(1).hover();
    const [two = ''] = await come('low');
    await page.clock.fastForward('02:01');
    await page.clock.runFor(2_000);
    await rows(page)
      .filter({ hasText: `Came ${two}` })
      .waitFor();
  });
});

describe('a call while nobody looks', () => {
  /** The browser of the test shows no notifications: what the page would show is kept. */
  const record = (permission: string) => (page: Page) =>
    page.addInitScript(`
      window.shown = [];
      window.Notification = class {
        static permission = '${permission}';
        static requestPermission = () => Promise.resolve('${permission}');
        constructor(title, options) { window.shown.push([title, options.body]); document.documentElement.dataset.shown = ''; }
      };
    `);

  test('comes once for each new incident of high severity, when the browser was asked and allows it', async () => {
    const page = await openList({ prepare: record('granted') });
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByLabel('with a notification').check();
    await takeScreenshot(page, 'watching options');
    await page.keyboard.press('Escape');
    await look(page, true);
    const [, high = ''] = await come('low', 'high');
    await page.clock.fastForward('11:00');
    await page.locator('html[data-shown]').waitFor({ state: 'attached' });
    await page.clock.fastForward('11:00');

    expect(await page.evaluate('window.shown')).toEqual([['High: Contoso', `Came ${high}`]]);
    expect(await page.evaluate('localStorage.getItem("board.watch")')).toBe('notify');
  });

  test('is not promised where the browser refuses', async () => {
    const page = await openList({ prepare: record('denied') });
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByLabel('with a notification').click();
    await page.getByText('The browser does not allow notifications of this page.').waitFor();
    expect(await page.getByLabel('with a notification').isChecked()).toBe(false);
    expect(complaintsOf(page)).toEqual([]);
  });
});
