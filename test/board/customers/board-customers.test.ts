import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { complaintsOf, startBoard, takeScreenshot, type BoardFixture } from '../board-fixture.ts';
import { BUSY, LEAVING, NEWCOMER, seedFleet, SILENT } from './seed-fleet.ts';

const MINUTE_MS = 60_000;
const LAPTOP = { width: 1440, height: 900 };

let board: BoardFixture;
beforeAll(async () => {
  board = await startBoard();
  await seedFleet(board);
}, MINUTE_MS);
afterEach(() => board.closePages());
afterAll(() => board.stop());

const lines = (page: Page) => page.locator('.customer');
const line = (page: Page, name: string) => lines(page).filter({ has: page.getByRole('link', { name, exact: true }) });
const section = (page: Page, name: string) => page.getByRole('region', { name });
const said = (page: Page, text: string) => page.locator('.outcome').filter({ hasText: text });

describe('all customers', () => {
  test('are more than twenty on a laptop’s screen, each with what is open by severity and when something came last', async () => {
    const page = await board.open('#/customers', { viewport: LAPTOP });
    await line(page, 'Litware').getByRole('link', { name: '7' }).waitFor();

    const seen = await page.evaluate<number>(
      `[...document.querySelectorAll('.customer')].filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length`,
    );
    expect(seen).toBeGreaterThanOrEqual(20);
    expect(await line(page, 'Litware').locator('td').allInnerTexts()).toEqual([
      'complete',
      expect.stringMatching(/^[2-5] min$/),
      '7',
      '2',
      '1',
      '3',
      '1',
      '1 h ago',
      '',
    ]);
    await takeScreenshot(page, 'customers fleet');
    await line(page, 'Litware').getByRole('link', { name: '3', exact: true }).click();
    await page.waitForURL(new RegExp(`severity=low&tenant=${BUSY}`));
    expect(complaintsOf(page)).toEqual([]);
  });

  test('are ordered by what is open and by how long nothing came, and searched for those that are silent', async () => {
    const page = await board.open('#/customers?sort=open');
    await line(page, 'Litware').getByRole('link', { name: '7' }).waitFor();
    expect(await lines(page).first().innerText()).toContain('Litware');
    await page.getByLabel('State').selectOption('silent');
    await page.waitForURL(/status=silent/);

    expect(await lines(page).allInnerTexts()).toEqual([expect.stringContaining('Northwind Traders')]);
    await page.getByLabel('State').selectOption('blind');
    expect(await lines(page).allInnerTexts()).toEqual([
      expect.stringContaining('Lucerne Publishing'),
      expect.stringContaining('Whoever'),
    ]);
  });

  test('that are silent are neither green nor blind: since when, what is usual, and the note above says it', async () => {
    const page = await board.open('#/customers');
    await line(page, 'Northwind Traders').waitFor();

    const text = await line(page, 'Northwind Traders').innerText();
    expect(text).toMatch(/silent[^]*9 d ago\s+Nothing new for 9 d, and usually it is quiet for 6 h at most/);
    expect(await page.locator('.coverage').innerText()).toMatch(
      /2 customers blind, [^]*1 customer silent, read well, but unusually quiet: Northwind Traders nothing new for 9 d 1 h, usually quiet for 6 h at most/,
    );
    expect(await page.locator('.badge').innerText()).toMatch(/^2\s+blind$/);
  });
});

test('the customers are saved as CSV as they are shown, with the silence of each', async () => {
  const page = await board.open('#/customers?status=silent');
  await line(page, 'Northwind Traders').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV' }).click(),
  ]);
  const [head, row, ...more] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');

  expect(download.suggestedFilename()).toMatch(/^customers-\d{8}T\d{4}Z-silent\.csv$/);
  expect(head).toMatch(/^\ufeffdisplayName,customer,tenantId,labels,state,status,completeThrough,/);
  expect(row).toMatch(
    new RegExp(`^Northwind Traders,,${SILENT},,silent,active,\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,`),
  );
  expect(row?.split(',').slice(11, 13)).toEqual([expect.stringMatching(/^\d{4}-/), '21600']);
  expect(more).toEqual([]);
});

describe('one customer', () => {
  test('is paused only after a question, and resumed', async () => {
    const page = await board.open(`#/customer/${BUSY}`);
    await page.getByRole('button', { name: 'Pause…' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toMatch(/Nothing new is read from Litware until somebody resumes it/);
    await dialog.getByRole('button', { name: 'Keep collecting' }).click();
    expect(await page.getByRole('button', { name: 'Resume' }).count()).toBe(0);

    await page.getByRole('button', { name: 'Pause…' }).click();
    await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await said(page, 'Resumed.').waitFor();
    await page.getByRole('button', { name: 'Pause…' }).waitFor();
    expect(await page.title()).toBe('Litware · Incident board');
  });

  test('gets another name, a customer and labels, which every list then has', async () => {
    const page = await board.open(`#/customer/${BUSY}`);
    const names = section(page, 'Name and labels');
    expect(await names.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await names.getByLabel('Name on this board').fill('Litware AG');
    await names.getByLabel('Customer, if').fill('Litware Group');
    await names.getByLabel('Labels').fill('gold, health, gold');
    await names.getByRole('button', { name: 'Save' }).click();

    await page.getByRole('heading', { name: 'Litware AG', level: 1 }).waitFor();
    expect(await page.locator('.customer-state').innerText()).toMatch(/Litware Group[^]*gold, health/);
    expect(await names.getByLabel('Labels').inputValue()).toBe('gold, health');
  });

  test('has its open links, which are withdrawn; a new one for it changes no name', async () => {
    const page = await board.open(`#/customer/${SILENT}`);
    const links = section(page, 'Consent links');
    await links.getByText('No link is open.').waitFor();
    await links.getByRole('button', { name: 'New consent link…' }).click();
    await page.getByRole('button', { name: 'Create link' }).click();
    await page.getByRole('dialog').getByLabel('Link', { exact: true }).waitFor();
    await page.keyboard.press('Escape');

    await links.getByText('1 link open.').waitFor();
    expect(await links.innerText()).toMatch(/Good until [^]*UTC\. Made by function key/);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Northwind Traders');
    await takeScreenshot(page, 'customer');
    await links.getByRole('button', { name: 'Withdraw' }).click();
    await links.getByText('No link is open.').waitFor();
    expect(complaintsOf(page)).toEqual([]);
  });

  test('that waits is shown as Microsoft knows it, beside the name that was typed', async () => {
    const organization = { displayName: 'Fourth Coffee', defaultDomain: 'fourth-coffee.example', brandName: null };
    const page = await board.open(`#/customer/${NEWCOMER}`, {
      prepare: (opened) =>
        opened.route('**/identify', (route) => route.fulfill({ json: { organization, problem: null } })),
    });
    const approval = section(page, 'Approval');
    await approval.getByText('fourth-coffee.example').waitFor();
    expect(await approval.innerText()).toMatch(
      /The name Whoever was typed [^]*Organisation\s+Fourth Coffee\s+Domain\s+fourth-coffee\.example/,
    );
    expect(await approval.innerText()).not.toContain('At sign-in');
    await takeScreenshot(page, 'customer waiting named');
    expect(complaintsOf(page)).toEqual([]);
  });

  test('that waits is approved by somebody who was told that its name was typed by us', async () => {
    const page = await board.open(`#/customer/${NEWCOMER}`);
    const approval = section(page, 'Approval');
    expect(await approval.innerText()).toMatch(
      new RegExp(`${NEWCOMER}[^]*The name Whoever was typed with the link and proves nothing`),
    );
    await approval.getByText('Ask the customer for its tenant id, and compare it before you approve.').waitFor();
    expect(await approval.innerText()).toMatch(
      /could not be read: [^]* as PARTNER_TENANT_ID is not set\. Set PARTNER_TENANT_ID [^]*onboarding/,
    );
    await takeScreenshot(page, 'customer waiting');
    expect(await page.getByRole('button', { name: 'Pause…' }).count()).toBe(0);
    await approval.getByRole('button', { name: 'Approve' }).click();
    await section(page, 'Collection').waitFor();
  });

  test('leaves in two steps: stopped, then erased by whoever types its name, and the report stays', async () => {
    const page = await board.open(`#/customer/${LEAVING}`);
    const leaving = section(page, 'Off-boarding');
    await leaving.getByRole('button', { name: 'Stop for good…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop for good' }).click();
    await leaving.getByRole('button', { name: 'Erase all that is stored…' }).click();
    const erase = page.getByRole('dialog').getByRole('button', { name: 'Erase', exact: true });
    await page.getByLabel('Type “Wingtip Toys” to go on').fill('Wingtip');
    expect(await erase.isDisabled()).toBe(true);
    await page.getByLabel('Type “Wingtip Toys” to go on').fill('Wingtip Toys');
    await erase.click();

    await page.locator('.state.stopped').filter({ hasText: 'purging' }).waitFor();
    await leaving.getByText('What is left to do').waitFor();
    expect(await leaving.innerText()).toMatch(
      /Being erased: ordered [^]*What is left to do[^]*Enterprise applications/,
    );
    await takeScreenshot(page, 'customer leaving');
    expect(complaintsOf(page)).toEqual([]);
  });

  test('that is not registered says so', async () => {
    const page = await board.open('#/customer/00000000-0000-4000-8000-00000000ffff');
    await page.getByText('This tenant is not registered.').waitFor();
    await page.getByText('Nothing was ever stored of it.').waitFor();
  });
});
