import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { complaintsOf, startBoard, type BoardFixture } from '../board-fixture.ts';
import { seedAttack } from '../seed-attack.ts';
import { seedBoard } from '../seed-board.ts';
import { seedCampaign } from '../seed-campaign.ts';
import { seedTruth } from '../seed-truth.ts';

const MINUTE_MS = 60_000;
const MOST_TABS = 120;

// The tasks of docs/analysts.md, without a pointer.
let board: BoardFixture;
beforeAll(async () => {
  board = await startBoard();
  await seedBoard(board);
  await seedTruth(board);
  await seedCampaign(board);
  await seedAttack(board);
}, MINUTE_MS);
afterEach(() => board.closePages());
afterAll(() => board.stop());

async function open(hash = ''): Promise<Page> {
  const page = await board.open(hash, {
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.locator('main h1').first().waitFor();
  return page;
}

/** Goes on with Tab to the next element of this kind that has this text. */
async function tabTo(page: Page, selector: string, text = ''): Promise<void> {
  const isThere = `{
    const one = document.activeElement;
    const name = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent;
    one.matches(${JSON.stringify(selector)}) && name.includes(${JSON.stringify(text)});
  }`;
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>(isThere)) return;
  }
  throw new Error(`No ${MOST_TABS} tabs lead to ${selector} "${text}"`);
}

async function goTo(page: Page, view: string): Promise<void> {
  await tabTo(page, 'nav a', view);
  await page.keyboard.press('Enter');
  await page.locator('nav a[aria-current]', { hasText: view }).waitFor();
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

test('filters for a severity, opens an incident, goes to the next one and back to its row', async () => {
  const page = await open();
  await page.locator('.grid-body [role=row]').first().waitFor();
  await tabTo(page, '.chip input', 'High');
  await page.keyboard.press('Space');
  await page.waitForURL(/severity=high/);
  await tabTo(page, '[role=grid]');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await heading(page, 'Multi-stage incident').waitFor();
  await page.keyboard.press('j');
  await heading(page, 'Contoso high').waitFor();
  await page.keyboard.press('Escape');

  await page.locator('[aria-selected=true]', { hasText: 'Contoso high' }).waitFor();
  await page.keyboard.press('ArrowDown');
  expect(await page.locator('[aria-selected=true]').innerText()).not.toContain('Contoso high');
  expect(complaintsOf(page)).toEqual([]);
});

test('asks who else has a value, moves into the results and back, and opens one', async () => {
  const page = await open();
  await page.keyboard.press('/');
  await page.keyboard.type('billing@evil.test');
  await page.locator('.found-link').first().waitFor();
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.className')).toBe('found-link');
  await page.keyboard.press('Escape');
  expect(await page.evaluate('document.activeElement.id')).toBe('search');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await heading(page, /Payment mail|Hands-on/).waitFor();
});

test('chooses columns and their limit, selects an incident and copies it', async () => {
  const page = await open();
  await page.locator('.grid-body [role=row]').first().waitFor();
  await tabTo(page, '.menu.look summary');
  await page.keyboard.press('Enter');
  await tabTo(page, '.look input', 'SLA');
  await page.keyboard.press('Space');
  await tabTo(page, '.sla-fields input', 'High');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('2');
  await page.keyboard.press('Tab');
  await page.locator('.grid-head', { hasText: 'SLA 2/24/72 h' }).waitFor();
  await page.keyboard.press('Escape');
  await tabTo(page, '[role=grid]');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.getByText('1 selected').waitFor();
  await tabTo(page, '.count button', 'Copy');
  await page.keyboard.press('Enter');
  await page.getByText('Copied.').waitFor();
});

test('reads an alert, copies a piece of evidence and looks for it at all customers', async () => {
  const page = await open('#/incidents?q=multi-stage incident involving initial access and credential');
  await page.locator('.grid-body [role=row]').first().waitFor();
  await tabTo(page, '[role=grid]');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('.evidence .verdict').first().waitFor();
  await tabTo(page, '.alert summary');
  await page.keyboard.press('Enter');
  await page.locator('.alert [open], .alert details[open], details.alert[open]').first().waitFor();
  await tabTo(page, '.value-tools button', 'Copy');
  await page.keyboard.press('Enter');
  await page
    .getByText(/copied/i)
    .first()
    .waitFor();
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).not.toBe('');
  await tabTo(page, '.value-tools a');
  await page.keyboard.press('Enter');
  await page.locator('.found-count', { hasText: /incident/ }).waitFor();
});

test('finds a customer, makes it a consent link, and closes the dialog', async () => {
  const page = await open();
  await goTo(page, 'Customers');
  await tabTo(page, 'input[type=search]');
  await page.keyboard.type('Fabrikam');
  await page.waitForURL(/q=Fabrikam/);
  await tabTo(page, '.customer a', 'Fabrikam Dental');
  await page.keyboard.press('Enter');
  await heading(page, 'Fabrikam Dental').waitFor();
  await tabTo(page, 'button', 'New consent link');
  await page.keyboard.press('Enter');
  await tabTo(page, 'dialog button', 'Create link');
  await page.keyboard.press('Enter');
  await page.getByLabel('Link', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('hands a shift over: chooses the time, copies the page, and opens what it names', async () => {
  const page = await open();
  await goTo(page, 'Hand-over');
  await tabTo(page, '.filter-row button', '12 h');
  await page.keyboard.press('Enter');
  await page.waitForURL(/since=/);
  await page.locator('.report-line').first().waitFor();
  await tabTo(page, 'button', 'Copy as Markdown');
  await page.keyboard.press('Enter');
  await page.getByText('Copied').waitFor();
  await tabTo(page, '.report-line a');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/incident\//);
});

test('looks at the trend of other days and customers', async () => {
  const page = await open();
  await goTo(page, 'Trend');
  await tabTo(page, 'select', 'Days');
  await page.keyboard.press('ArrowDown');
  await page.waitForURL(/days=30/);
  await page.locator('option', { hasText: 'Contoso Bank' }).waitFor({ state: 'attached' });
  await tabTo(page, 'select', 'Customer');
  await page.keyboard.press('ArrowDown');
  await page.waitForURL(/tenant=/);
});

test('looks at campaigns with what is taken for noise, and opens an incident of one', async () => {
  const page = await open();
  await goTo(page, 'Campaigns');
  await tabTo(page, 'input[type=checkbox]');
  await page.keyboard.press('Space');
  await page.waitForURL(/all=true/);
  await page.locator('.campaign').first().waitFor();
  await tabTo(page, '.campaign a[href*="/incident/"]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/incident\//);
});

test('turns on a call for new incidents in the help, and comes back to where it was', async () => {
  const page = await open();
  await page.locator('.grid-body [role=row]').first().waitFor();
  await page.keyboard.press('?');
  await tabTo(page, 'dialog input', 'with a sound');
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await page.evaluate('localStorage.getItem("board.watch")')).toBe('sound');
});
