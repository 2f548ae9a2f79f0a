import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { anIncident, seedIncidents, seedState } from '../helpers/seed.ts';
import { complaintsOf, startBoard, takeScreenshot, type BoardFixture } from './board-fixture.ts';
import { minutesAgo, ticksAgo } from './seed-board.ts';
import { CONTOSO, FRESH, seedTruth, STORY } from './seed-truth.ts';

const MINUTE_MS = 60_000;

let board: BoardFixture;
beforeAll(async () => {
  board = await startBoard();
  await seedTruth(board);
}, MINUTE_MS);
afterEach(() => board.closePages());
afterAll(() => board.stop());

const rows = (page: Page) => page.locator('.grid-body [role=row]');
const coverage = (page: Page) => page.locator('.coverage');
const line = (page: Page, name: string) =>
  page.locator('.customer').filter({ has: page.getByRole('link', { name, exact: true }) });
const chip = async (page: Page, name: string): Promise<string> =>
  (await page.locator('.chip').filter({ hasText: name }).innerText()).replace(/\s+/g, ' ');

describe('a customer as a filter', () => {
  test('is this one, and not those whose names contain its name', async () => {
    const page = await board.open('#/customers');
    await line(page, 'Contoso').locator('.total').getByRole('link').click();
    await rows(page).first().waitFor();

    expect(await rows(page).allInnerTexts()).toEqual([expect.stringMatching(/Contoso high[^]*Contoso/)]);
    expect(page.url()).toContain(`tenant=${CONTOSO}`);
    expect(await page.getByLabel('Customer', { exact: true }).inputValue()).toBe('Contoso');
    await page.getByLabel('Customer', { exact: true }).fill('conto');
    expect(await rows(page).count()).toBe(3);
    await page.getByLabel('Customer', { exact: true }).fill('Contoso');
    await page.waitForURL(new RegExp(`tenant=${CONTOSO}`));
    expect(await rows(page).count()).toBe(1);
  });

  test('counts its own incidents beside every word, as many as a click on the word shows', async () => {
    const page = await board.open(`#/incidents?customer=bank`);
    await rows(page).first().waitFor();

    expect([await chip(page, 'High'), await chip(page, 'Low')]).toEqual(['High 0', 'Low 2']);
    await page.getByLabel('Low', { exact: false }).check({ force: true });
    expect([await chip(page, 'High'), await rows(page).count()]).toEqual(['High 0', 2]);
    await page.getByLabel('Customer', { exact: true }).fill('');
    expect(await chip(page, 'High')).toBe('High 1');
  });

  test('has the coverage of those asked for beside it, and of no others', async () => {
    const page = await board.open('#/incidents?customer=contoso');
    await rows(page).first().waitFor();
    expect(await coverage(page).innerText()).toMatch(/^Complete up to .* for the 2 customers shown\.\s*$/);

    await page.getByLabel('Customer', { exact: true }).fill('Lost Ltd');
    expect(await coverage(page).innerText()).toMatch(
      /^1 customer blind, .*Lost Ltd blind since [^.]*\. Send a new link\s*$/,
    );
    expect(await page.locator('.empty').innerText()).toMatch(/but the customers named above are blind/);

    await page.getByLabel('Customer', { exact: true }).fill('Fabricam');
    expect(await coverage(page).innerText()).toMatch(/^No customer has this name or label/);
  });
});

describe('customers that are not collected on purpose', () => {
  test('are told as such and stay out of the red number', async () => {
    const page = await board.open('#/customers');
    await line(page, 'Gone Ltd').waitFor();

    const badge = page.locator('.badge');
    await badge.waitFor();
    expect(await badge.innerText()).toMatch(/^1\s+blind$/);
    expect(await coverage(page).innerText()).toMatch(/1 customer blind, [^]*2 customers not collected, on purpose/);
    expect(await line(page, 'Gone Ltd').innerText()).toMatch(/Not collected: it was deleted here; complete up to/);
    expect(await line(page, 'Paused Ltd').innerText()).toMatch(/Not collected: collection is paused/);
    await takeScreenshot(page, 'customers kinds');
    expect(complaintsOf(page)).toEqual([]);
  });
});

describe('a customer whose reading fails', () => {
  test('is not green: since when, with which problem, and what to do about it', async () => {
    const page = await board.open('#/customers?q=shaky');
    expect(await line(page, 'Shaky Ltd').innerText()).toMatch(
      /failing[^]*Cannot get a token as the secret has expired\. Next: Put a new secret into the vault/,
    );
    await line(page, 'Shaky Ltd').getByRole('link', { name: 'Shaky Ltd' }).click();
    const text = await page.locator('.customer-state').innerText();

    expect(text).toMatch(
      /Complete up to [^,]*, 4 min ago, but reading it fails since \d\d:\d\d: app credential refused/,
    );
    expect(text).toMatch(/Cannot get a token as the secret has expired\.[^]*Next: Put a new secret into the vault\./);
    expect(await page.locator('.customer-state .state.failing').count()).toBe(1);
  });
});

describe('a first read', () => {
  test('is no blindness: how far it is, in the colour of work, and the list says that more is coming', async () => {
    const page = await board.open('#/customers?q=fresh');
    const own = line(page, 'Fresh Ltd');
    await own.waitFor();

    expect(await own.locator('.state.reading').innerText()).toBe('reading');
    expect(await own.innerText()).toMatch(/Reading the past: (39|40) %/);
    expect(await own.innerText()).not.toMatch(/blind/i);
    await page.goto(page.url().replace(/#.*/, '#/incidents?customer=Fresh Ltd'));
    await page.locator('.empty').waitFor();
    expect(await coverage(page).innerText()).toMatch(
      /^1 customer being read, more incidents are on their way: Fresh Ltd: its first read is under way/,
    );
    expect(await coverage(page).getAttribute('class')).toContain('busy');
    expect(await page.locator('.empty').innerText()).toMatch(/but the customers named above are still being read\.$/);
  });
});

describe('the story of an incident', () => {
  test('claims only the time that was seen, without that in which the incident was resolved', async () => {
    const page = await board.open(`#/incident/${STORY}/77`);
    const sentence = await page.locator('.open-time').innerText();

    expect(sentence).toMatch(
      /^Open for at least 14 h in all, reopened once, assigned since before our first read on .*\d\d:\d\d\.$/,
    );
    expect(await page.locator('.timeline').innerText()).toMatch(
      /The history begins\s+First read here \d\d:\d\d\s+What changed before is not known\./,
    );
    await page.goto(page.url().replace('/77', '/78'));
    await page.getByRole('heading', { name: 'Closed long ago' }).waitFor();
    expect(await page.locator('.open-time').innerText()).toMatch(
      /^Closed before our first read on .*: how long it was open is not known\.$/,
    );
  });

  test('tells an alert by its first activity, and when it was raised', async () => {
    const page = await board.open(`#/incident/${STORY}/77`);
    const entry = page.locator('.alerts > li');
    await entry.locator('summary').click();

    expect(await entry.innerText()).toMatch(/Alert a1[^]*Raised\s/);
    const at = await entry.locator('.when time').getAttribute('datetime');
    expect(Math.round((Date.now() - Date.parse(at ?? '')) / 3_600_000)).toBe(70);
    await takeScreenshot(page, 'story times');
  });
});

describe('the trend', () => {
  const day = (page: Page, daysAgo: number) =>
    page.getByRole('region', { name: 'By day' }).locator('tbody tr').nth(daysAgo);
  const cells = (page: Page, daysAgo: number): Promise<string[]> => day(page, daysAgo).locator('td').allInnerTexts();

  test('has no zero for a day that nobody read, and says that today is not over', async () => {
    const page = await board.open(`#/chart?days=90&tenant=${CONTOSO}`);
    await page.getByText('At least 1 incident created').waitFor();

    expect(await cells(page, 60)).toEqual(['–', '–', '–', '–', '–', '–', 'none']);
    expect(await cells(page, 20)).toEqual(['0', '0', '0', '0', '0', '0', 'all']);
    expect((await cells(page, 0)).at(-1)).toBe('all, so far');
    expect(await coverage(page).innerText()).toMatch(/^Of these 90 days: 6\d not known at all, 1 known in part/);
    expect(await coverage(page).innerText()).toMatch(/Complete up to .* for Contoso\.\s*$/);
    expect(await coverage(page).getAttribute('class')).toContain('warn');
    expect(await page.locator('.chart [role=img]').getAttribute('aria-label')).toMatch(
      /in 90 days, 6\d days of them not known/,
    );
    expect(await page.getByRole('row', { name: /Contoso/ }).innerText()).toMatch(/≥ 1\s+\d\d of 90$/);
    await takeScreenshot(page, 'trend unknown');
    expect(complaintsOf(page)).toEqual([]);
  });

  test('counts the customers that each day is known of', async () => {
    const page = await board.open('#/chart?days=7');
    await page.getByText('At least').waitFor();

    // Which incidents fall into that day depends on the hour; of none of them the number is known.
    expect((await cells(page, 3)).slice(-2)).toEqual([expect.stringMatching(/^(–|≥ \d)$/), '5 of 7']);
    expect((await cells(page, 0)).at(-1)).toBe('4 of 7, so far');
  });
});

describe('the hand-over', () => {
  test('says what changed, has the worst first, and hides nothing high behind a button', async () => {
    const page = await board.open(`#/handover?since=${minutesAgo(60)}`);
    const lines = page.locator('.handover').filter({ hasText: 'Contoso' }).locator('.changed');
    await lines.first().waitFor();

    expect(await lines.first().innerText()).toMatch(
      /^High\s+Raised\s+Severity Informational → High · Comment by bo@soc\.example: Known test until Friday · /,
    );
    expect(await lines.count()).toBe(8);
    await page.getByRole('button', { name: 'Show all 12' }).click();
    expect(await lines.filter({ hasText: 'Closed' }).innerText()).toMatch(/Resolved as phishing · /);
    expect(await page.locator('.handover').allInnerTexts()).not.toContainEqual(expect.stringMatching(/now resolved/));
    await takeScreenshot(page, 'handover news');
    expect(complaintsOf(page)).toEqual([]);
  });

  test('begins as a page that can be read aloud, which is printed and copied as it is', async () => {
    const page = await board.open(`#/handover?since=${minutesAgo(60)}`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const part = (name: string) => page.locator('.report-part').filter({ has: page.getByRole('heading', { name }) });
    await part('Who owns what is open').waitFor();

    expect(await part('New and open').innerText()).toMatch(/10 new incidents open, of 1 customer: 10 Low\./);
    expect(await part('Severity changed').innerText()).toMatch(
      /1 High\.[^]*High\s+Contoso\s+Raised\s+Severity Informational → High · Comment by bo@soc\.example/,
    );
    expect(await part('Resolved as phishing').innerText()).toMatch(/1 incident: 1 Low\./);
    expect(await part('Who was blind').innerText()).toMatch(/Lost Ltd blind since [^]*: consent withdrawn/);
    expect(await part('Who owns what is open').innerText()).toMatch(
      /Nobody: 1 High, 2 Low\.[^]*ada@soc\.example: 1 Medium\./,
    );
    await takeScreenshot(page, 'handover report');
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await page.getByText('Copied').waitFor();
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(text).toMatch(
      /^# Hand-over\n\nWhat was stored from [^]*## Severity changed\n\n1 High\. {2}\n\n- \*\*High\*\* · Contoso · \[Raised \(#501\)\]\(http/,
    );

    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.top, .filter-row, .actions, .handover').filter({ visible: true }).count()).toBe(0);
    expect(await part('Severity changed').isVisible()).toBe(true);
    await takeScreenshot(page, 'handover printed');
    expect(complaintsOf(page)).toEqual([]);
  });

  test('folds first reads into one line, and does not call them blindness', async () => {
    const page = await board.open(`#/handover?since=${minutesAgo(60)}`);
    await page.locator('.first-read').waitFor();

    expect(await page.locator('.first-read').innerText()).toMatch(
      /^6 incidents of the past stored, by first reads or catch-ups of 3 customers/,
    );
    const note = await coverage(page).innerText();
    expect(note).toMatch(/^1 customer blind, new incidents there are missing here: Lost Ltd/);
    expect(note).toContain('1 customer read for the first time meanwhile.');
    expect(note).not.toContain('Contoso Bank');
  });
});

describe('a page that nobody looked at', () => {
  const look = (page: Page, isHidden: boolean): Promise<unknown> =>
    page.evaluate(`{
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} });
      document.dispatchEvent(new Event('visibilitychange'));
    }`);

  test('reads on, less often, and at once when somebody returns', async () => {
    let reads = 0;
    const page = await board.open('#/incidents?tenant=' + STORY, {
      prepare: async (one) => {
        await one.clock.install();
        await one.route('**/api/incidents?*', (route) => {
          reads += 1;
          return route.continue();
        });
      },
    });
    await rows(page).first().waitFor();
    const first = reads;
    await look(page, true);
    await page.clock.fastForward('09:00');
    expect(reads).toBe(first);
    await page.clock.fastForward('02:00');
    await page.locator('.refreshed', { hasText: 'read just now' }).waitFor();
    expect(reads).toBe(first + 1);

    await seedIncidents(board.incidents, STORY, [anIncident('79', minutesAgo(0), { name: 'Came meanwhile' })]);
    await look(page, false);
    await rows(page).filter({ hasText: 'Came meanwhile' }).waitFor();
    expect(reads).toBe(first + 2);
  });

  test('says how old it is when it cannot be read again', async () => {
    let isDown = false;
    const page = await board.open('#/incidents', {
      prepare: async (one) => {
        await one.clock.install();
        await one.route('**/api/tenants?*', (route) => (isDown ? route.abort() : route.continue()));
      },
    });
    await rows(page).first().waitFor();
    isDown = true;
    await look(page, true);
    await page.clock.fastForward('40:00');
    await look(page, false);

    await page.getByText('The list could not be read again').waitFor();
    expect(await page.locator('.refreshed.old').innerText()).toBe('read 40 min ago');
  });
});

// Last, as it ends the first read that others look at.
test('the list fills up while a first read goes on, seconds after something is stored', async () => {
  const page = await board.open(`#/incidents?tenant=${FRESH}`, { prepare: (one) => one.clock.install() });
  await page.locator('.empty').waitFor();
  await seedIncidents(board.incidents, FRESH, [anIncident('1', minutesAgo(1), { name: 'The first one' })]);
  const now = { status: 'active', completeThrough: ticksAgo(0), completeFrom: ticksAgo(40_000) } as const;
  await seedState(board.incidents, FRESH, now);

  await page.clock.fastForward('00:16');
  await rows(page).filter({ hasText: 'The first one' }).waitFor();
  expect(await coverage(page).innerText()).toMatch(/^Complete up to .* for Fresh Ltd\.\s*$/);
  await page.goto(page.url().replace(/#.*/, '#/customers?q=fresh'));
  await page.clock.fastForward('00:31');
  await line(page, 'Fresh Ltd').locator('.state.fresh').waitFor();
});
