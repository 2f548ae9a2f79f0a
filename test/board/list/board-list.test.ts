import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { complaintsOf, startBoard, takeScreenshot, type BoardFixture } from '../board-fixture.ts';
import { seedAttack } from '../seed-attack.ts';
import { seedBoard } from '../seed-board.ts';
import { seedCampaign } from '../seed-campaign.ts';

const MINUTE_MS = 60_000;
const WIDE = { viewport: { width: 1440, height: 900 } };

let board: BoardFixture;
beforeAll(async () => {
  board = await startBoard();
  await seedBoard(board);
  await seedCampaign(board);
  await seedAttack(board);
}, MINUTE_MS);
afterEach(() => board.closePages());
afterAll(() => board.stop());

const rows = (page: Page) => page.locator('.grid-body [role=row]');
const row = (page: Page, name: string | RegExp) => rows(page).filter({ hasText: name });
const heads = (page: Page): Promise<string[]> => page.locator('.grid-head [role=columnheader]').allInnerTexts();
const openMenu = (page: Page): Promise<void> => page.locator('.menu.look summary').click();

describe('the columns', () => {
  test('are chosen, kept in this browser and held by the address', async () => {
    const page = await board.open('#/incidents', WIDE);
    await row(page, 'Phishing').waitFor();
    expect((await heads(page)).slice(1)).toEqual([
      'Severity',
      'Incident',
      'Customer',
      'Status',
      'Assigned to',
      'Age',
      expect.stringContaining('Updated'),
    ]);
    await openMenu(page);
    for (const name of ['Status', 'Assigned to', 'Updated'])
      await page.locator('.look').getByLabel(name, { exact: true }).uncheck();
    for (const name of ['Alerts', 'Product', 'Tags'])
      await page.locator('.look').getByLabel(name, { exact: true }).check();

    const chosen = ['Severity', 'Incident', 'Customer', 'Alerts', 'Product', 'Tags', 'Age'];
    expect((await heads(page)).slice(1)).toEqual(chosen);
    expect(await row(page, 'Multi-stage incident involving initial access and credential').innerText()).toMatch(
      /Tailspin Toys\s+4\s+Endpoint\s+attack disruption\s+1 h ago/,
    );
    const link = page.url();
    expect(link).toContain('columns=severity%2Cname%2Ccustomer%2Calerts%2Cproduct%2Ctags%2Ccreated');

    // The plain address follows the browser, a link of somebody else does not.
    await page.goto(link.replace(/#.*/, '#/customers'));
    await page.getByRole('link', { name: 'Open incidents' }).click();
    await row(page, 'Phishing').waitFor();
    expect((await heads(page)).slice(1)).toEqual(chosen);
    expect(page.url()).toBe(link);
    await page.goto(link.replace(/columns=[^&]*/, 'columns=name,tags'));
    await page.locator('.grid-head', { hasNotText: 'Product' }).waitFor();
    expect((await heads(page)).slice(1)).toEqual(['Incident', 'Tags']);
    expect(complaintsOf(page)).toEqual([]);
  });

  test('are sorted by the number of alerts, the most first', async () => {
    const page = await board.open('#/incidents?columns=name,alerts', WIDE);
    await page.getByRole('button', { name: 'Alerts' }).click();
    await page.waitForURL(/sort=-alerts/);
    expect(await rows(page).first().innerText()).toMatch(/credential access\s+#3001\s+4/);
  });

  test('count affected devices and users, and hold the age against hours that are kept in this browser', async () => {
    const page = await board.open('#/incidents?columns=severity,name,devices,users,sla', WIDE);
    const attack = row(page, 'Multi-stage incident involving initial access and credential');
    await attack.waitFor();
    expect((await heads(page)).slice(3)).toEqual(['Devices', 'Users', 'SLA 4/24/72 h']);
    expect(await attack.innerText()).toMatch(/#3001\s+2\s+2\s+2 h left$/);
    expect(await row(page, 'Email reported by user').innerText()).toMatch(/\s+0\s+0\s+–$/);
    await openMenu(page);
    const high = page.locator('.look').getByLabel('High', { exact: true });
    await high.fill('0');
    await page.keyboard.press('Tab');
    expect((await heads(page)).at(-1)).toBe('SLA 4/24/72 h');
    await high.fill('1');
    await page.keyboard.press('Tab');

    await page.waitForURL(/sla=1%2C24%2C72/);
    expect((await heads(page)).at(-1)).toBe('SLA 1/24/72 h');
    expect(await attack.innerText()).toMatch(/0 min over$/);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'SLA' }).click();
    await page.waitForURL(/sort=sla/);
    await page.locator('[aria-rowindex="2"]', { hasText: /Payment mail[^]*4 h over$/ }).waitFor();
    await takeScreenshot(page, 'list SLA');
    await page.goto(page.url().replace(/#.*/, '#/customers'));
    await page.getByRole('link', { name: 'Open incidents' }).click();
    await attack.waitFor();
    expect((await heads(page)).at(-1)).toBe('SLA 1/24/72 h');
    expect(complaintsOf(page)).toEqual([]);
  });

  test('that do not fit scroll inside the list, not with the page', async () => {
    const all =
      'severity,name,customer,status,assigned,alerts,devices,users,product,categories,tags,created,sla,updated';
    const page = await board.open(`#/incidents?columns=${all}`, { viewport: { width: 1000, height: 700 } });
    await row(page, 'Phishing').waitFor();

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1000);
    expect(
      await page.evaluate(`{ const grid = document.querySelector('.grid'); grid.scrollWidth > grid.clientWidth; }`),
    ).toBe(true);
  });
});

describe('the menu of columns', () => {
  test('is closed by Escape, which gives the focus back, and by a click elsewhere; on a phone it has no columns', async () => {
    const page = await board.open('#/incidents', { viewport: { width: 320, height: 640 } });
    await row(page, 'Phishing').waitFor();
    const panel = page.locator('.menu-panel');
    await openMenu(page);
    await page.getByLabel('title', { exact: true }).check();
    await page.waitForURL(/group=title/);
    expect(await panel.getByRole('checkbox').count()).toBe(0);
    const { x = -1, width = 0 } = (await panel.boundingBox()) ?? {};
    expect([x >= 0, x + width <= 320]).toEqual([true, true]);

    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Columns and rows');
    await page.keyboard.press('Enter');
    await panel.waitFor();
    await page.locator('.count').click({ position: { x: 5, y: 5 } });
    await panel.waitFor({ state: 'detached' });
  });
});

test('the tab is named for what the list is filtered by', async () => {
  const page = await board.open('#/incidents?severity=high&customer=north');
  await row(page, 'Possible ransomware').waitFor();
  expect(await page.title()).toBe('High · north · Open incidents · Incident board');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.waitForFunction(`document.title === 'Open incidents · Incident board'`);
});

describe('the rows', () => {
  const height = (page: Page): Promise<number> =>
    page.evaluate(`document.querySelector('.grid-body [role=row]').getBoundingClientRect().height`);

  test('have room for titles of two lines, or are dense with one', async () => {
    const page = await board.open('#/incidents?columns=severity,name,customer,assigned,tags,updated', {
      viewport: { width: 1100, height: 800 },
      // The other side of the date line: UTC has another day.
      timezoneId: 'Pacific/Kiritimati',
    });
    await row(page, 'Email reported by user').waitFor();
    const lines = (): Promise<number> =>
      page.evaluate(`{
        const title = [...document.querySelectorAll('.name a')].find(({ textContent }) => textContent.startsWith('Email reported'));
        Math.round(title.clientHeight / (parseFloat(getComputedStyle(title).fontSize) * 1.3));
      }`);

    expect(await height(page)).toBe(46);
    const cut = await page.evaluate(
      `[...document.querySelectorAll('.grid-body .updated')].filter(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) => scrollWidth > clientWidth || scrollHeight > clientHeight).length`,
    );
    expect(cut).toBe(0);
    expect(await lines()).toBe(2);
    await openMenu(page);
    await page.getByLabel('one line').check();
    await page.waitForURL(/rows=dense/);
    expect(await height(page)).toBe(30);
    expect(await lines()).toBe(1);
  });
});

describe('grouping', () => {
  test('by title folds the same incident at several customers into one row, which the keyboard opens', async () => {
    const page = await board.open('#/incidents?group=title', WIDE);
    const group = row(page, 'Payment mail');
    await group.waitFor();

    expect(await group.innerText()).toMatch(/^High\s+2 × Payment mail\s+at 2 customers · 2 unassigned · 3 h ago$/);
    expect(await group.getAttribute('aria-expanded')).toBe('false');
    expect(await rows(page).count()).toBe(14);
    await group.click();
    expect(await group.first().getAttribute('aria-expanded')).toBe('true');
    expect(await row(page, /#1[56]00/).count()).toBe(2);

    await page.getByRole('treegrid').focus();
    await page.keyboard.press('ArrowLeft');
    expect(await rows(page).count()).toBe(14);
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Payment mail' }).waitFor();
    await page.keyboard.press('j');
    await page.getByText('Tailspin Toys · incident 1600').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.grid-body [aria-selected=true]', { hasText: '#1600' }).waitFor();
    await takeScreenshot(page, 'list by title');
    expect(complaintsOf(page)).toEqual([]);
  });

  test('by customer has a row for each, in the order of the list', async () => {
    const page = await board.open('#/incidents?group=customer&sort=-severity', WIDE);
    await row(page, 'Northwind').waitFor();

    expect(await rows(page).allInnerTexts()).toEqual([
      expect.stringMatching(/^High\s+Tailspin Toys\s+2 incidents · 2 unassigned/),
      expect.stringMatching(/^High\s+Northwind Logistics\s+8 incidents · 4 unassigned/),
      expect.stringMatching(/^High\s+Fabrikam Dental\s+5 incidents · 4 unassigned/),
    ]);
  });
});

describe('what is selected', () => {
  test('is copied as lines for a ticket and saved as CSV alone', async () => {
    const page = await board.open('#/incidents?group=title', {
      ...WIDE,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await row(page, 'Payment mail').waitFor();
    await page.getByLabel('Select incident 3001').check();
    await row(page, 'Payment mail').click();
    await page.getByRole('treegrid').focus();
    await page.keyboard.press(' ');
    await page.getByText('3 selected').waitFor();
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('Copied.').waitFor();

    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
      /^High · Tailspin Toys · #3001 · Multi-stage .* · unassigned · https:\/\/security\.microsoft\.com\/incidents\/3001\?tid=\S+\nHigh · Fabrikam Dental · #1500 · Payment mail · unassigned\nHigh · Tailspin Toys · #1600 · [^\n]*$/,
    );
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    expect((await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')).toHaveLength(4);

    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Select none' }).click();
    expect(await page.locator('.grid-body input:checked').count()).toBe(0);
    expect(complaintsOf(page)).toEqual([]);
  });
});
