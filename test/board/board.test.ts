import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { COVERAGE_EXAMPLE } from '../../shared/domain/openapi/schemas/common-schemas.ts';
import { LISTED_INCIDENT } from '../../shared/domain/openapi/schemas/examples.ts';
import { complaintsOf, KEY, startBoard, takeScreenshot, type BoardFixture } from './board-fixture.ts';
import { anIncident, seedIncidents } from '../helpers/seed.ts';
import {
  FABRIKAM,
  HOSTILE_TITLES,
  minutesAgo,
  NORTHWIND,
  seedBoard,
  seedCrowd,
  seedHostile,
  TAILSPIN,
} from './seed-board.ts';

const MINUTE_MS = 60_000;

let board: BoardFixture;
beforeAll(async () => {
  board = await startBoard();
  await seedBoard(board);
}, MINUTE_MS);
afterEach(() => board.closePages());
afterAll(() => board.stop());

const rows = (page: Page) => page.locator('.grid-body [role=row]');
const row = (page: Page, name: string | RegExp) => rows(page).filter({ hasText: name });
const coverage = (page: Page) => page.locator('.coverage');
const OPEN = '#/incidents';

describe('the list of open incidents', () => {
  test('shows the open ones of all customers, newest update first, and names who is blind', async () => {
    const page = await board.open();
    await row(page, 'Phishing campaign').waitFor();

    expect(await page.locator('.count').innerText()).toContain('12 open incidents');
    expect(await rows(page).first().innerText()).toMatch(/Phishing campaign[\s\S]*Northwind Logistics/);
    expect(await rows(page).first().locator('.updated').innerText()).toMatch(/\d\d:\d\d · .*\d\d:\d\d UTC$/);
    expect(await row(page, 'Closed yesterday').count()).toBe(0);
    expect(await coverage(page).innerText()).toMatch(/Fabrikam Dental blind since .*: consent withdrawn/);
    expect(await page.locator('.top').innerText()).toContain('blind');
    await takeScreenshot(page, 'incidents');
    expect(complaintsOf(page)).toEqual([]);
  });

  test('keeps filters, search and order in its address, which restores them', async () => {
    const page = await board.open();
    await page.getByLabel('Medium', { exact: false }).check({ force: true });
    await page.getByLabel('Customer', { exact: true }).fill('fabri');
    await page.getByRole('searchbox').fill('impossible');
    await page.getByRole('button', { name: 'Severity' }).click();
    await page.waitForURL(/q=impossible&severity=medium&customer=fabri&sort=-severity/);
    await page.reload();

    await row(page, 'Impossible travel').waitFor();
    expect(await rows(page).count()).toBe(1);
    expect(await page.getByLabel('Customer', { exact: true }).inputValue()).toBe('fabri');
    expect(await page.locator('.count').innerText()).toContain('1 of 12 open incidents');
    expect(await page.locator('[aria-sort]').getAttribute('aria-sort')).toBe('descending');
  });

  test('moves with the arrow keys, opens with Enter, comes back with Escape to the same row', async () => {
    const page = await board.open();
    await row(page, 'Phishing').waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Hands-on-keyboard' }).waitFor();
    await page.keyboard.press('Escape');

    await row(page, 'Hands-on').waitFor();
    expect(await row(page, 'Hands-on').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowUp');
    expect(await row(page, 'Phishing').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Phishing' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('grid').waitFor();
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.type')).toBe('search');
  });

  test('opens a pasted number or portal link, also of a closed incident, and asks when two customers have it', async () => {
    const page = await board.open();
    await row(page, 'Phishing').waitFor();
    const search = page.getByRole('searchbox');
    await search.fill('1002');
    await search.press('Enter');
    await page.locator('.finding a').first().waitFor();
    expect(await page.locator('.finding a').count()).toBe(2);

    await search.fill(`https://security.microsoft.com/incident2/1004/overview?tid=${NORTHWIND}`);
    await search.press('Enter');
    await page.getByRole('heading', { name: 'Closed yesterday' }).waitFor();
  });

  test('is saved as CSV as it is shown: its rows, its order, times that spreadsheets know', async () => {
    const page = await board.open(`${OPEN}?severity=high,medium&customer=north&sort=severity`);
    await row(page, 'Phishing').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    const [head, ...lines] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');

    expect(download.suggestedFilename()).toMatch(/^incidents-\d{8}T\d{4}Z-open-high-medium-north\.csv$/);
    expect(head).toMatch(/^\ufefftenantName,customer,/);
    expect(lines).toHaveLength(await rows(page).count());
    expect(lines.map((line) => line.split(',')[5])).toEqual(
      [...lines.map((line) => line.split(',')[5])].sort().reverse(),
    );
    expect(lines.every((line) => /,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,/.test(line))).toBe(true);
    expect(complaintsOf(page)).toEqual([]);
  });

  test('says that nothing is open only together with who is blind', async () => {
    const page = await board.open(`${OPEN}?q=nothing-has-this-name`);

    expect(await page.locator('.empty').innerText()).toMatch(
      /None of the open incidents has this .*, but .* are blind/,
    );
    expect(await coverage(page).first().innerText()).toContain('Fabrikam Dental');
  });

  test('keeps a named view in the browser', async () => {
    const page = await board.open(`${OPEN}?customer=fabri`);
    await page.locator('.menu.views summary').click();
    await page.getByLabel('Save filters and order as').fill('Mine');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.goto(page.url().replace(/#.*/, '#/incidents'));
    await page.reload();
    await page.locator('.menu.views summary').click();
    await page.getByRole('button', { name: 'Mine', exact: true }).click();

    await page.waitForURL(/customer=fabri/);
  });
});

describe('one incident', () => {
  test('is told as a story: how long open and unassigned, what changed, by whom, and the link to Defender', async () => {
    const page = await board.open(`#/incident/${NORTHWIND}/1001`);
    const story = page.locator('.timeline');
    await story.waitFor();

    expect(await page.locator('.open-time').innerText()).toMatch(
      /^Open for at least 1 d 1 h, unassigned for 1 d of it; what was before our first read on .* is not known\.$/,
    );
    const text = await story.innerText();
    for (const part of ['Status: active → in progress', 'Assigned to ada@soc.example', 'Isolated the device', 'UTC'])
      expect(text).toContain(part);
    expect(await page.locator('.assets').innerText()).toContain('ws-017');
    const link = page.getByRole('link', { name: 'Open in Defender' });
    expect(await link.getAttribute('href')).toBe('https://security.microsoft.com/incidents/1001');
    expect(await link.getAttribute('rel')).toContain('noopener');
    expect(await page.title()).toBe('High · Northwind Logistics · 1001 · Incident board');
    await takeScreenshot(page, 'incident');
  });

  test('leads to the one that it was merged into', async () => {
    const page = await board.open(`#/incident/${NORTHWIND}/1003`);
    await page.getByRole('link', { name: 'incident 1001' }).click();
    await page.getByRole('heading', { name: 'Hands-on-keyboard' }).waitFor();
  });

  test('that is not stored says so', async () => {
    const page = await board.open(`#/incident/${NORTHWIND}/999999`);
    expect(await page.getByRole('alert').innerText()).toMatch(/not stored.*not-found/s);
  });
});

describe('the customers', () => {
  test('each say how far their data can be believed and what to do', async () => {
    const page = await board.open('#/customers');
    const line = (name: string) => page.locator('.customer').filter({ hasText: name });
    await line('Northwind').waitFor();

    expect(await line('Northwind').innerText()).toMatch(/complete\s+\d+ min\s/);
    expect(await line('Fabrikam').innerText()).toMatch(/Blind since [\w, ]*\d\d:\d\d: consent withdrawn/);
    expect(await line('Fabrikam').innerText()).toContain('Next: Send the customer a new consent link');
    expect(await line('Blue Fjord').innerText()).toMatch(/Reading the past: (39|40) %, about \d+ min to go/);
    expect(await line('Tailspin').innerText()).toContain('Connected, nothing seen yet');
    expect(await line('Stranger').innerText()).toContain('It waits for your approval');
    await takeScreenshot(page, 'customers');
    expect(complaintsOf(page)).toEqual([]);
  });

  test('get a consent link that can be copied, for themselves or for a new one', async () => {
    const page = await board.open(`#/customer/${FABRIKAM}`);
    await page.getByRole('button', { name: 'New consent link…' }).click();
    await page.getByRole('dialog').getByText('A link does not rename it').waitFor();
    expect(await page.getByLabel('Tenant id').inputValue()).toBe(FABRIKAM);
    expect(await page.getByRole('dialog').getByLabel('Name on this board').count()).toBe(0);
    await page.getByRole('button', { name: 'Create link' }).click();

    const link = new URL(await page.getByLabel('Link', { exact: true }).inputValue());
    expect(link.pathname).toBe(`/${FABRIKAM}/v2.0/adminconsent`);
    expect(link.searchParams.get('redirect_uri')).toBe('https://collector.example/api/consent/callback');
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText(/Copied|Selected/).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('are told in plain words that a name is no tenant, before anything is asked', async () => {
    const page = await board.open('#/customers');
    await page.getByRole('button', { name: 'New consent link' }).click();
    const field = page.getByLabel('Tenant id');
    await field.fill('contoso');
    await page.getByRole('button', { name: 'Create link' }).click();

    expect(await page.getByRole('dialog').getByRole('alert').innerText()).toBe(
      'This is neither a tenant id nor a domain. Write it like contoso.com, or leave it empty.',
    );
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill(` ${TAILSPIN} `);
    await page.getByRole('button', { name: 'Create link' }).click();
    await page.getByLabel('Link', { exact: true }).waitFor();
    expect(await page.getByRole('dialog').innerText()).toContain('who needs the role Cloud Application Administrator');
  });

  test('are verified in a dialog that shows what the token allows', async () => {
    const claims = { tid: TAILSPIN, aud: 'https://api.example', appId: 'app', roles: [], expiresAt: minutesAgo(-50) };
    const problem = {
      code: 'missing-role',
      message: 'The token lacks a role',
      blame: 'tenant',
      action: 'Send a new link',
    };
    const standby = { ok: false, claims: null, missingRoles: ['SecurityIncident.Read.All'], problem };
    const json = { source: 'defender', ok: false, claims, missingRoles: ['Incident.Read.All'], problem, standby };
    const page = await board.open(`#/customer/${TAILSPIN}`, {
      prepare: (one) => one.route('**/verify', (route) => route.fulfill({ json })),
    });
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('Does not work. The token lacks a role. Send a new link.').waitFor();
    expect(await page.getByRole('dialog').innerText()).toMatch(
      /Missing: Incident.Read.All[^]*would go blind if the Defender API ended[^]*Missing: SecurityIncident.Read.All[^]*Roles\s+none/,
    );
  });

  test('show the problem of a button that fails', async () => {
    const page = await board.open(`#/customer/${FABRIKAM}`, {
      prepare: (one) => one.route('**/verify', (route) => route.fulfill({ status: 404, body: '' })),
    });
    await page.getByRole('button', { name: 'Verify' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('This app has no such call');
  });
});

test('the bare address of the host opens the board', async () => {
  const page = await board.open();
  await page.goto(new URL('/', page.url()).href);
  await row(page, 'Phishing').waitFor();

  expect(new URL(page.url()).pathname).toBe('/api/board');
});

describe('signing in', () => {
  test('asks for a key when none is known, says when it is wrong, and keeps the right one for the tab', async () => {
    const page = await board.open(OPEN, { key: undefined });
    await page.getByLabel('Function key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The app refused this key').waitFor();
    await page.getByLabel('Function key').fill(KEY);
    await page.keyboard.press('Enter');
    await row(page, 'Phishing').waitFor();

    expect(page.url()).not.toContain(KEY);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(KEY);
    await page.reload();
    await row(page, 'Phishing').waitFor();
    await page.getByRole('button', { name: 'Forget key' }).click();
    await page.getByLabel('Function key').waitFor();
  });

  test.each([
    ['Reader', 0],
    ['Operator', 1],
  ])(
    'with Entra shows the person, asks for no key, and a %s has %d button for consent links',
    async (role, buttons) => {
      const sent: (string | undefined)[] = [];
      const page = await board.open('#/customers', {
        key: undefined,
        prepare: (one) => signInWithPlatform(one, role, (key) => sent.push(key)),
      });
      await page.locator('.customer').first().waitFor();

      expect(await page.locator('.person').innerText()).toBe('ada@soc.example');
      expect(await page.getByRole('button', { name: 'New consent link' }).count()).toBe(buttons);
      await page.goto(page.url().replace(/#.*/, `#/customer/${TAILSPIN}`));
      await page.getByRole('heading', { name: 'Tailspin Toys' }).waitFor();
      expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(buttons);
      expect(sent.filter((key) => key !== undefined)).toEqual([]);
    },
  );
});

/** What the platform does in front of the app: it says who is signed in, and lets the calls pass. */
async function signInWithPlatform(page: Page, role: string, onKey: (key: string | undefined) => void): Promise<void> {
  const claims = [
    { typ: 'preferred_username', val: 'ada@soc.example' },
    { typ: 'roles', val: role },
  ];
  await page.route('**/api/**', (route) => {
    const headers = route.request().headers();
    onKey(headers['x-functions-key']);
    return route.continue({ headers: { ...headers, 'x-functions-key': KEY } });
  });
  await page.route('**/board/settings.json', (route) => route.fulfill({ json: { signIn: 'entra' } }));
  await page.route('**/.auth/me', (route) => route.fulfill({ json: [{ user_id: 'ada', user_claims: claims }] }));
}

describe('an API in trouble', () => {
  test('that is slow leaves a page that says what it waits for', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const page = await board.open(OPEN, {
      prepare: (one) =>
        one.route('**/api/incidents?*', async (route) => {
          await released;
          await route.continue();
        }),
    });
    await page.getByText('Reading the open incidents of all customers').waitFor();
    expect(await page.locator('.empty').count()).toBe(0);
    release();
    await row(page, 'Phishing').waitFor();
  });

  test('that fails shows its reason and no empty list, and is asked again by a button', async () => {
    let isBroken = true;
    const body = JSON.stringify({ detail: 'Cannot read the table', code: 'table-unavailable' });
    const page = await board.open(OPEN, {
      prepare: (one) =>
        one.route('**/api/incidents?*', (route) =>
          isBroken ? route.fulfill({ status: 502, contentType: 'application/problem+json', body }) : route.continue(),
        ),
    });
    expect(await page.getByRole('alert').innerText()).toMatch(/Cannot read the table.*table-unavailable/s);
    expect(await page.locator('.empty').count()).toBe(0);
    isBroken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await row(page, 'Phishing').waitFor();
  });
});

test('a browser that was started under the POSIX locale shows the board and its charts', async () => {
  const page = await board.open('#/chart', {
    prepare: (one) =>
      one.addInitScript(`Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en-US@posix' })`),
  });
  await page.locator('.chart canvas').first().waitFor();
  expect(complaintsOf(page)).toEqual([]);
});

describe('the trend', () => {
  test('counts the incidents of each day by severity and by customer, and names the zone of its days', async () => {
    const page = await board.open('#/chart?days=7');
    await page.getByText('incidents created').waitFor();

    expect(await page.locator('.count').innerText()).toContain('Days begin at midnight in Europe/Vienna');
    const customers = page.getByRole('region', { name: 'By customer' });
    expect(await customers.getByRole('row', { name: /Northwind Logistics/ }).innerText()).toMatch(/10\s+7 of 7$/);
    expect(await page.locator('.chart canvas').count()).toBe(1);
    await takeScreenshot(page, 'trend');
    expect(complaintsOf(page)).toEqual([]);
  });
});

describe('the hand-over', () => {
  test('tells what was stored since a time by customer, a first read of 1,000 incidents in one line, and who is blind', async () => {
    let pages = 0;
    const page = await board.open(`#/handover?since=${minutesAgo(60)}`, {
      prepare: (one) =>
        one.route('**/api/changes?*', (route) => {
          pages += 1;
          return route.continue();
        }),
    });
    const entry = (name: string) => page.locator('.handover').filter({ hasText: name });
    await entry('Northwind').waitFor();
    // The API counts what is past, so that a long first read makes no long list.
    expect(pages).toBe(1);

    expect(await page.locator('.first-read').innerText()).toMatch(
      /^1,000 incidents of the past stored, by first reads or catch-ups of 1 customer/,
    );
    expect(await entry('Blue Fjord').count()).toBe(0);
    expect(await entry('Northwind').innerText()).toMatch(/1 appeared, 1 resolved[^]*Taken over\s+New · Resolved/);
    expect(await coverage(page).innerText()).toContain('Fabrikam Dental');
    await takeScreenshot(page, 'handover');
    expect(complaintsOf(page)).toEqual([]);
  });

  test('without any news still names who is blind', async () => {
    const page = await board.open(`#/handover?since=${minutesAgo(2)}`);
    expect(await page.locator('.empty').innerText()).toMatch(/Nothing was stored; the customers named above are blind/);
    expect(await coverage(page).innerText()).toContain('Fabrikam Dental');
  });
});

describe('hostile titles', () => {
  beforeAll(() => seedHostile(board), MINUTE_MS);

  test('are shown as text, and what turns text around is seen', async () => {
    const page = await board.open(`${OPEN}?severity=low`);
    await row(page, 'onerror').waitFor();

    expect(await page.title()).toBe('Low · Open incidents · Incident board');
    expect(await page.locator('main img, main script').count()).toBe(0);
    for (const title of [HOSTILE_TITLES.script, HOSTILE_TITLES.formula, '[U+202E]gpj.exe'])
      expect(await row(page, title).count()).toBe(1);
    expect(await row(page, 'AAAA').innerText()).toMatch(/#2003[\s\S]*Northwind/);
    // What does not fit is cut at its end, which is on the left here.
    const directions = await page.evaluate(
      `[...document.querySelectorAll('.name a')].filter(({ textContent }) => textContent.startsWith('${HOSTILE_TITLES.arabic.slice(0, 9)}')).map((link) => getComputedStyle(link).direction)`,
    );
    expect(directions).toEqual(['rtl']);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(complaintsOf(page)).toEqual([]);
  });

  test('of 10,000 characters are cut between two lines above a story', async () => {
    const page = await board.open(`#/incident/${NORTHWIND}/2003`);
    await page.locator('.story-head h1').waitFor();

    const lines = await page.evaluate<number>(
      `{ const title = document.querySelector('.story-head h1'); title.clientHeight / parseFloat(getComputedStyle(title).lineHeight); }`,
    );
    expect(lines).toBeCloseTo(6, 1);
  });
});

describe('more open incidents than a tab holds', () => {
  const crowd = Array.from({ length: 20_000 }, (_, index) => ({
    ...LISTED_INCIDENT,
    tenantId: NORTHWIND,
    incidentId: `${index}`,
    name: `Crowd ${index}`,
    severity: 'medium',
  }));
  const old = {
    ...LISTED_INCIDENT,
    tenantId: NORTHWIND,
    incidentId: 'old',
    name: 'Beyond the limit',
    severity: 'high',
  };

  /** As the API has it: newest update first, and what is asked for by severity. */
  const fulfil = (route: Route): Promise<void> => {
    const severity = new URL(route.request().url()).searchParams.get('severity')?.split(',');
    const found = [...crowd, old].filter((one) => severity === undefined || severity.includes(one.severity));
    const incidents = found.slice(0, crowd.length);
    const cursor = found.length > crowd.length || severity?.includes('medium') === true ? 'more' : null;
    const coverage = { ...COVERAGE_EXAMPLE, blindCount: 0, blind: [] };
    return route.fulfill({ json: { incidents, cursor, coverage } });
  };
  const openCrowd = (hash: string): Promise<Page> =>
    board.open(hash, { prepare: (one) => one.route('**/api/incidents?*', fulfil) });
  const cut = (page: Page) => page.locator('.cut');

  test('are said to be a part; neither a search nor a filter pretends to have seen the rest', async () => {
    const page = await openCrowd(OPEN);
    await cut(page).waitFor();
    expect(await cut(page).innerText()).toMatch(/^There are more: these are the 20,000 open incidents updated last\./);
    await page.getByRole('searchbox').fill('beyond the limit');
    await page.locator('.empty').waitFor();
    expect(await page.locator('.empty').innerText()).toMatch(
      /^None of the 20,000 open incidents updated last fits the filters; the others were not searched/,
    );
    expect(await page.locator('.count').innerText()).toMatch(/^0 of 20,000 open incidents/);

    // A severity, a status or a customer is looked for in all of them.
    await page.getByRole('searchbox').fill('');
    expect(await page.locator('.chip').filter({ hasText: 'High' }).innerText()).toMatch(/\d\+$/);
    await page.getByRole('checkbox', { name: 'High' }).check({ force: true });
    await row(page, 'Beyond the limit').waitFor();
    expect(await page.locator('.count').innerText()).toMatch(/^1 open incident, looked for in all that are stored/);
    expect(await cut(page).count()).toBe(0);
  });

  test('ordered by severity begin with the worst of all that are stored', async () => {
    const page = await openCrowd(`${OPEN}?sort=-severity`);
    await page.locator('[aria-rowindex="2"]', { hasText: 'Beyond the limit' }).waitFor();

    expect(await cut(page).innerText()).toMatch(/these are the 20,000 open incidents of the highest severity\./);
    await page.getByRole('searchbox').fill('nothing has this');
    await page.locator('.empty', { hasText: '20,000 open incidents of the highest severity' }).waitFor();
    expect(complaintsOf(page)).toEqual([]);
  });
});

// Last, as it fills the list that the others look at.
test(
  '5,000 open incidents are all there, scroll with few rows drawn, and are all searched and ordered',
  async () => {
    await seedCrowd(board, 5_000);
    await seedIncidents(board.incidents, NORTHWIND, [
      anIncident('600001', minutesAgo(10_000), { name: 'Long open', severity: 'high' }),
    ]);
    const page = await board.open();
    await page.locator('.count', { hasText: /^5,0\d\d open incidents/ }).waitFor();
    await page.locator('.count', { hasText: 'reading on' }).waitFor({ state: 'detached' });

    for (const share of [0.3, 0.6, 1]) {
      await page.evaluate(
        `{ const grid = document.querySelector('.grid'); grid.scrollTop = grid.scrollHeight * ${share}; }`,
      );
      await page.waitForTimeout(50);
      expect(await rows(page).count()).toBeLessThan(60);
    }
    await page.locator('[aria-rowindex="5001"]').waitFor();
    await page.getByRole('searchbox').fill('crowd 4980');
    await row(page, 'Crowd 4980').waitFor();
    expect(await rows(page).count()).toBe(1);
    await page.goto(page.url().replace(/#.*/, '#/incidents?sort=created'));
    await page.locator('[aria-rowindex="2"]', { hasText: 'Long open' }).waitFor();
  },
  MINUTE_MS,
);
