import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { complaintsOf, startBoard, takeScreenshot, type BoardFixture } from './board-fixture.ts';
import { FABRIKAM, NORTHWIND, seedBoard, TAILSPIN } from './seed-board.ts';
import { seedCampaign, SENDER } from './seed-campaign.ts';

const MINUTE_MS = 60_000;

let board: BoardFixture;
beforeAll(async () => {
  board = await startBoard();
  await seedBoard(board);
}, MINUTE_MS);
afterEach(() => board.closePages());
afterAll(() => board.stop());

describe('campaigns', () => {
  test('say that nobody has looked yet, and who is blind', async () => {
    const page = await board.open('#/campaigns');

    expect(await page.locator('.empty').innerText()).toMatch(/Nobody has looked yet/);
    expect(await page.locator('.coverage').innerText()).toMatch(/2 customers blind[^]*Fabrikam Dental/);
  });

  test('show who has what and since when, lead to the incidents by the keyboard, and name what is noise', async () => {
    await seedCampaign(board);
    const page = await board.open('#/incidents');
    await page.getByRole('link', { name: 'Campaigns' }).click();
    await page.locator('.campaign').first().waitFor();

    const card = page.locator('.campaign').filter({ hasText: SENDER });
    expect(await card.innerText()).toMatch(/Sender, malicious: 3 incidents at 3 customers, first seen .*, last /);
    expect(await card.innerText()).toMatch(/rising: 3 new incidents in the last 7 days, 0 in the 7 before/);
    expect(await card.locator('.campaign-tenants li').allInnerTexts()).toEqual([
      'Northwind Logistics (malicious): 1001',
      'Fabrikam Dental (malicious): 1500',
      'Tailspin Toys (malicious): 1600',
    ]);
    expect(await page.locator('.campaign').count()).toBe(3);
    expect(await page.locator('.count').innerText()).toMatch(/3 campaigns\. What was stored up to .* was looked at/);
    expect(await page.locator('.count').innerText()).toMatch(/Left out as noise: 1 \(an address of private networks\)/);
    await takeScreenshot(page, 'campaigns');

    await page.getByLabel('Show what is taken for noise').press('Space');
    await page.locator('.campaign').filter({ hasText: '192.168.7.7' }).waitFor();
    expect(page.url()).toMatch(/all=true/);
    await page.getByLabel('Value').fill('BILLING');
    expect(await page.locator('.campaign').count()).toBe(1);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).press('Enter'),
    ]);
    const [head, ...lines] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    expect(download.suggestedFilename()).toMatch(/^campaigns-\d{8}T\d{4}Z-with-noise-billing\.csv$/);
    expect(head).toMatch(/^\ufeffvalue,kinds,verdict,customerCount,/);
    expect(lines).toHaveLength(3);
    expect(lines.every((line) => line.startsWith(`${SENDER},email-sender,malicious,3,3,`))).toBe(true);
    await page.getByRole('link', { name: '1600' }).press('Enter');
    await page.getByRole('heading', { name: 'Payment mail' }).waitFor();
    expect(complaintsOf(page)).toEqual([]);
  });

  test('stand in the story of each incident, with who has the same, and lead to the value', async () => {
    const page = await board.open(`#/incident/${TAILSPIN}/1600`);
    const line = page.locator('.also-at');
    await line.waitFor();

    expect(await line.innerText()).toMatch(/^Also at Fabrikam Dental and 1 other: /);
    await takeScreenshot(page, 'also at');
    await line.getByRole('link', { name: SENDER }).press('Enter');
    await page.locator('.campaign').waitFor();
    expect(page.url()).toContain(encodeURIComponent(SENDER));

    const alone = await board.open(`#/incident/${NORTHWIND}/1002`);
    await alone.locator('.timeline li').first().waitFor();
    expect(await alone.locator('.also-at').count()).toBe(0);
    const failing = await board.open(`#/incident/${FABRIKAM}/1500`, {
      prepare: (one) => one.route('**/campaigns**', (route) => route.fulfill({ status: 502, body: '' })),
    });
    await failing.getByText('could not be asked').waitFor();
  });
});
