import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { SearchPage } from '../../functions/board/data/answers.ts';
import { anAlert, anIncident, seedIncidents, seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import { complaintsOf, startBoard, takeScreenshot, type BoardFixture } from './board-fixture.ts';
import { minutesAgo, ticksAgo } from './seed-board.ts';

const MINUTE_MS = 60_000;
const SHA256 = 'b2'.repeat(32);
const [CONTOSO, FABRIKAM, LOST] = [tenantNumber(31), tenantNumber(32), tenantNumber(33)];

let board: BoardFixture;
beforeAll(async () => {
  board = await startBoard();
  const { incidents, tenants } = board;
  await incidents.get('0', 'clock');
  const fresh = { status: 'active', completeFrom: ticksAgo(40_000), completeThrough: ticksAgo(3) } as const;
  const lost = { ...fresh, completeThrough: ticksAgo(95), index: undefined };
  for (const [tenantId, displayName, state] of [
    [CONTOSO, 'Contoso', fresh],
    [FABRIKAM, 'Fabrikam', fresh],
    [LOST, 'Lost Ltd', lost],
  ] as const) {
    await seedState(incidents, tenantId, state);
    await seedRecord(tenants, tenantId, { displayName });
  }
  const entities = [
    { type: 'file', verdict: 'malicious', sha256: SHA256, fileName: 'invoice.exe' },
    { type: 'url', verdict: 'suspicious', url: 'https://evil.example/pay' },
  ];
  const closed = anIncident('77', minutesAgo(4_000), { name: 'Old trouble', status: 'resolved', severity: 'high' });
  await seedIncidents(incidents, FABRIKAM, [closed], [{ ...anAlert('77', 'a'), entities }]);
  await seedIncidents(incidents, CONTOSO, [anIncident('78', minutesAgo(50), { name: 'Contoso today' })]);
}, MINUTE_MS);
afterEach(() => board.closePages());
afterAll(() => board.stop());

const found = (page: Page) => page.locator('.found');

async function type(page: Page, text: string): Promise<void> {
  await page.locator('#search').fill(text);
  await found(page).locator('.found-count').waitFor();
}

describe('the search box', () => {
  test('finds a hash in a closed incident of another customer, marked, and opens it by the keyboard', async () => {
    const page = await board.open('#/incidents');
    await page.locator('.grid-body [role=row]').first().waitFor();

    await type(page, SHA256.toUpperCase());

    const text = await found(page).innerText();
    expect(text).toMatch(/1 incident at 1 customer\./);
    expect(text).toMatch(/SHA-256[^]*Fabrikam: Old trouble[^]*closed: resolved[^]*malicious/);
    expect(await found(page).locator('mark').innerText()).toBe(SHA256);
    await takeScreenshot(page, 'search found');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.className')).toBe('found-link');
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate('document.activeElement.id')).toBe('search');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Old trouble' }).waitFor();
    expect(complaintsOf(page)).toEqual([]);
  });

  test('says of what nobody has what was searched, and who is blind or not searched, never green alone', async () => {
    const page = await board.open('#/incidents');
    await page.locator('.grid-body [role=row]').first().waitFor();

    await type(page, 'c3'.repeat(32));

    const text = await found(page).innerText();
    expect(text).toMatch(/Nothing found\. Searched: SHA-256 in 2 stored incidents, open and closed, of all customers/);
    expect(text).toMatch(/1 customer blind[^]*Lost Ltd/);
    expect(text).toMatch(/Older incidents are not searched yet at: Lost Ltd/);
    expect(await found(page).locator('.coverage').getAttribute('class')).not.toMatch(/good/);
    expect(await page.locator('.empty').innerText()).toMatch(/what else was searched is said above/);
    await takeScreenshot(page, 'search empty');
  });

  test('says of a number that nobody has who is blind', async () => {
    const page = await board.open('#/incidents');
    await page.locator('.grid-body [role=row]').first().waitFor();

    await page.locator('#search').fill('#99');
    await page.keyboard.press('Enter');

    const finding = page.locator('.finding');
    await finding.getByText('No stored incident, open or closed, has the number 99.').waitFor();
    expect(await finding.innerText()).toMatch(/1 customer blind[^]*Lost Ltd/);
  });

  test('says once how far everybody can be believed where all are complete', async () => {
    // As if nobody were blind and everything indexed.
    const complete = { blindCount: 0, blind: [], completeThrough: minutesAgo(3) };
    const page = await board.open('#/incidents', {
      prepare: (one) =>
        one.route(/api\/(incidents|search)\?/, async (route) => {
          const response = await route.fetch();
          const answer = JSON.parse(await response.text()) as Pick<SearchPage, 'coverage' | 'searched'>;
          const { coverage, searched, ...rest } = answer;
          const whole = { ...searched, notIndexedCount: 0, notIndexed: [] };
          await route.fulfill({ response, json: { ...rest, coverage: { ...coverage, ...complete }, searched: whole } });
        }),
    });
    await page.locator('.grid-body [role=row]').first().waitFor();

    await type(page, SHA256);

    expect(await page.locator('.coverage').count()).toBe(1);
    expect(await page.locator('.coverage').innerText()).toMatch(/^Complete up to .* for all customers/);
  });

  test('groups by kind what a word is found in, and says what is wrong with what is no value', async () => {
    const page = await board.open('#/incidents');
    await page.locator('.grid-body [role=row]').first().waitFor();

    await type(page, 'invoice');
    expect(await found(page).locator('h2').allInnerTexts()).toEqual(['File name']);
    expect(await found(page).locator('mark').innerText()).toBe('invoice');
    await page.locator('#search').fill('203.0.113.256');
    await found(page)
      .getByText(/IPv4 address of four numbers/)
      .waitFor();
  });
});
