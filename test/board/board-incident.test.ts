import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { complaintsOf, startBoard, takeScreenshot, type BoardFixture } from './board-fixture.ts';
import { ATTACK, HASH, LAPTOP, seedAttack } from './seed-attack.ts';
import { seedBoard, TAILSPIN } from './seed-board.ts';

const MINUTE_MS = 60_000;

let board: BoardFixture;
beforeAll(async () => {
  board = await startBoard();
  await seedBoard(board);
  await seedAttack(board);
}, MINUTE_MS);
afterEach(() => board.closePages());
afterAll(() => board.stop());

const PLACE = `#/incident/${ATTACK.tenantId}/${ATTACK.incidentId}`;

async function openAttack(): Promise<Page> {
  const page = await board.open(PLACE, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.locator('.evidence table').first().waitFor();
  return page;
}

const table = (page: Page, title: string) => page.locator('.fact-table').filter({ hasText: new RegExp(`^${title} `) });
const clipboard = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()');

describe('the attack', () => {
  test('is told in a sentence, in its steps, and by first activity; at the same time in the order of an attack', async () => {
    const page = await openAttack();

    expect(await page.locator('.story-head').innerText()).toContain(
      '4 alerts on 2 devices and 2 users within 14 min, from initial access to credential access.',
    );
    expect(await page.locator('.chain .stage').allInnerTexts()).toEqual([
      expect.stringMatching(/^Initial access 1 alert · /),
      expect.stringMatching(/^Execution 1 alert/),
      expect.stringMatching(/^Credential access 1 alert/),
      expect.stringMatching(/^Malware 1 alert/),
    ]);
    expect(await page.locator('.alerts summary').allInnerTexts()).toEqual([
      expect.stringContaining('URL click'),
      expect.stringContaining('PowerShell'),
      expect.stringContaining('credential memory'),
      expect.stringContaining('credentials to an app'),
    ]);
    expect(complaintsOf(page)).toEqual([]);
    await takeScreenshot(page, 'attack');
  });

  test('names techniques as ATT&CK does, with a link; one that was withdrawn has its parent’s name', async () => {
    const page = await openAttack();
    const technique = page.locator('.chain').getByRole('link', { name: 'OS Credential Dumping: LSASS Memory' });

    expect(await technique.getAttribute('href')).toBe('https://attack.mitre.org/techniques/T1003/001/');
    expect(await technique.getAttribute('rel')).toContain('noopener');
    expect(await page.locator('.chain').innerText()).toContain('Hijack Execution Flow T1574.002');
    expect(
      await page.locator('.chain').getByRole('link', { name: 'Execution', exact: true }).getAttribute('href'),
    ).toBe('https://attack.mitre.org/tactics/TA0002/');
  });

  test('tells of each alert when it was active and raised, and leads to it in Defender', async () => {
    const page = await openAttack();
    await page.locator('.alerts summary').nth(2).click();
    const entry = page.locator('.alerts > li').nth(2);

    expect(await entry.innerText()).toMatch(/Activity\s+.* UTC – .* UTC\s+Raised\s+.* UTC/);
    expect(await entry.getByRole('link', { name: 'Alert in Defender' }).getAttribute('href')).toBe(
      `https://security.microsoft.com/alerts/da-credentials?tid=${TAILSPIN}`,
    );
  });
});

describe('the evidence', () => {
  test('has a table for each kind, the worst first, each piece once with its verdict and what was done', async () => {
    const page = await openAttack();

    expect(await page.locator('.evidence h3').allInnerTexts()).toEqual(
      [
        'Processes 1',
        'Files 1',
        'Messages 1',
        'URLs 1',
        'Addresses and domains 2',
        'Registry 1',
        'Apps 1',
        'Cloud resources 1',
        'Other evidence 1',
      ].map((title) => expect.stringMatching(new RegExp(`^${title}$`))),
    );
    expect(await table(page, 'Files').locator('tbody tr').innerText()).toMatch(
      new RegExp(`procdump\\.exe[^]*Downloads[^]*on ws-030\\.[^]*${HASH}[^]*Malicious\\s+Remediated\\s+2 alerts$`),
    );
    expect(await table(page, 'Processes').locator('tbody tr').innerText()).toMatch(
      /powershell\.exe[^]*pid 4780[^]*-Enc SQBFAFgA[^]*outlook\.exe[^]*pid 668[^]*tailspin\\kim[^]*Malicious\s+Prevented$/,
    );
    expect(await table(page, 'Messages').locator('tbody tr').innerText()).toMatch(
      /billing@evil\.example[^]*→ kim@tailspin-toys\.example[^]*Your invoice is overdue[^]*Delivered as spam[^]*Malicious$/,
    );
    expect(await table(page, 'Addresses').locator('tbody tr').first().innerText()).toMatch(
      /203\.0\.113\.212[^]*NL[^]*Suspicious$/,
    );
    expect(await table(page, 'Registry').locator('tbody tr').innerText()).toMatch(
      /HKEY_CURRENT_USER\\SOFTWARE\\Microsoft[^]*name Updater[^]*update\.exe[^]*type String[^]*Suspicious$/,
    );
    expect(await table(page, 'Other').locator('tbody tr').innerText()).toMatch(
      /Network connection\s+Destination address ip address: 203\.0\.113\.4/,
    );
    expect(await table(page, 'Files').locator('.verdict').getAttribute('class')).toContain('bad');
    expect(await table(page, 'Addresses').locator('.verdict').nth(1).getAttribute('class')).toContain('good');
  });

  test('is copied with one click, defanged where a click on it may do harm', async () => {
    const page = await openAttack();
    await page.getByRole('button', { name: `Copy ${HASH.slice(0, 60)}` }).click();
    await page.locator('#announcer', { hasText: 'Copied' }).waitFor({ state: 'attached' });
    expect(await clipboard(page)).toBe(HASH);

    await page.getByRole('button', { name: 'Copy defanged https://login.evil.example/pay?u=kim' }).click();
    await page.waitForFunction(`navigator.clipboard.readText().then((text) => text.startsWith('hxxps'))`);
    expect(await clipboard(page)).toBe('hxxps://login[.]evil[.]example/pay?u=kim');
    expect(
      await table(page, 'Files')
        .getByRole('button', { name: /defanged/ })
        .count(),
    ).toBe(0);
    expect(complaintsOf(page)).toEqual([]);
  });

  test('is looked for at all customers by one click', async () => {
    const page = await openAttack();
    await page.getByRole('link', { name: 'Who else has procdump.exe?' }).click();

    await page.locator('.found-count').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('procdump.exe');
    expect(await page.locator('.found').innerText()).toMatch(/1 incident at 1 customer[^]*Tailspin Toys/);
  });

  test('on a phone is a list of cards of which nothing is cut', async () => {
    const page = await board.open(PLACE, { viewport: { width: 320, height: 640 } });
    await page.locator('.evidence .fact-cards').first().waitFor();

    expect(await page.locator('.evidence table').count()).toBe(0);
    expect(await table(page, 'Messages').innerText()).toMatch(
      /From → to\s+billing@evil\.example[^]*Delivery\s+Delivered as spam/,
    );
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    const cut = await page.evaluate(
      `[...document.querySelectorAll('.story dd, .story bdi')].filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1).map(({ textContent }) => textContent)`,
    );
    expect(cut).toEqual([]);
  });
});

test('devices and users lead to their pages in the portal of their customer', async () => {
  const page = await openAttack();

  expect(await table(page, 'Devices').locator('tbody tr').first().innerText()).toMatch(
    /ws-030[^]*Windows11\s+Active\s+High\s+2\s+Defender/,
  );
  expect(await page.getByRole('link', { name: /^Open ws-030/ }).getAttribute('href')).toBe(
    `https://security.microsoft.com/machines/v2/${LAPTOP.deviceId ?? ''}/overview?tid=${TAILSPIN}`,
  );
  const user = new URL((await page.getByRole('link', { name: /^Open kim@/ }).getAttribute('href')) ?? '');
  expect(user.pathname).toBe('/user');
  expect(Object.fromEntries(user.searchParams)).toMatchObject({
    aad: '6e5b8a11-5b1f-4a5c-b0f5-0d3e0c1a2b3c',
    tid: TAILSPIN,
  });
});

test('devices and users are drawn with a line where alerts name both, which the list of users says in words', async () => {
  const page = await openAttack();
  const graph = page.getByRole('img', { name: /^Users and devices/ });

  expect(await graph.getAttribute('aria-label')).toMatch(
    /: kim@tailspin-toys\.example and ws-030\S+ in 1 alert; tailspin\\svc-admin and ws-030\S+ in 1 alert; tailspin\\svc-admin and srv-dc-01 in 1 alert$/,
  );
  expect(await graph.locator('line').count()).toBe(3);
  expect(await graph.locator('text').allTextContents()).toEqual([
    'kim@tailspin-toys.example',
    'tailspin\\svc-admin',
    'ws-030.tailspin-toys.example',
    'srv-dc-01',
  ]);
  expect(await table(page, 'Users').locator('tbody tr').nth(1).innerText()).toMatch(
    /^tailspin\\svc-admin\s+ws-030\S+\s+srv-dc-01\s+S-1-5-21-500/,
  );
  expect(complaintsOf(page)).toEqual([]);
});

describe('the incidents of the list', () => {
  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

  test('follow each other with j and k in its order, and the way back leads to the row of the last one', async () => {
    const page = await board.open('#/incidents?severity=high&sort=name');
    await page.getByRole('grid').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await heading(page, 'Hands-on-keyboard').waitFor();
    expect(await page.locator('.story-bar').innerText()).toContain('1 of 3');
    expect(await page.getByRole('button', { name: 'Previous' }).isDisabled()).toBe(true);

    await page.keyboard.press('j');
    await heading(page, 'Multi-stage').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await heading(page, 'Possible ransomware').waitFor();
    await page.keyboard.press('k');
    await heading(page, 'Multi-stage').waitFor();
    await page.keyboard.press('Escape');

    await page.locator('.grid-body [aria-selected=true]', { hasText: 'Multi-stage' }).waitFor();
    expect(page.url()).toContain('severity=high');
    await page.keyboard.press('k');
    await page.locator('.grid-body [aria-selected=true]', { hasText: 'Hands-on' }).waitFor();
  });

  test('open in Defender with o, from the list and from an incident', async () => {
    const page = await board.open('#/incidents?severity=high&sort=name');
    await page.context().route('https://security.microsoft.com/**', (route) => route.fulfill({ body: 'portal' }));
    await page.getByRole('grid').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const openPortal = async (): Promise<string> => {
      const [popup] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('o')]);
      await popup.waitForURL(/^https:/);
      return popup.url();
    };
    const link = `https://security.microsoft.com/incidents/3001?tid=${TAILSPIN}`;
    expect(await openPortal()).toBe(link);
    await page.bringToFront();
    await page.keyboard.press('Enter');
    await heading(page, 'Multi-stage').waitFor();
    expect(await openPortal()).toBe(link);
  });
});

describe('while an incident is read', () => {
  test('the page shows what the list knows of it, and what it waits for; a failure says so and keeps it', async () => {
    let answer = (): void => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const page = await board.open('#/incidents', {
      prepare: (one) =>
        one.route(`**/incidents/${ATTACK.incidentId}`, async (route) => {
          await asked;
          await route.fulfill({ status: 503, body: '' });
        }),
    });
    await page.getByRole('link', { name: /^Multi-stage .* credential access$/ }).click();
    const title = page.getByRole('heading', { level: 1, name: 'Multi-stage' });
    await title.waitFor();

    expect(await page.locator('.skeleton').innerText()).toBe('Reading incident 3001…');
    expect(await page.title()).toBe('High · Tailspin Toys · 3001 · Incident board');
    await takeScreenshot(page, 'incident loading');
    answer();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/^Incident 3001 cannot be read: [^]*Try again$/);
    expect(await page.locator('.skeleton').count()).toBe(0);
    expect(await title.isVisible()).toBe(true);
    await takeScreenshot(page, 'incident failed');
  });
});
