import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { complaintsOf, KEY, startBoard, takeScreenshot, type BoardFixture } from './board-fixture.ts';
import { ATTACK, seedAttack } from './seed-attack.ts';
import { seedCampaign } from './seed-campaign.ts';
import { FABRIKAM, NORTHWIND, seedBoard, STRANGER } from './seed-board.ts';
import { CONTOSO, seedTruth, STORY } from './seed-truth.ts';

const MINUTE_MS = 60_000;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PHONE = { width: 320, height: 640 };

let board: BoardFixture;
let axe: string;
beforeAll(async () => {
  board = await startBoard();
  axe = await readFile(AXE, 'utf8');
  await seedBoard(board);
  await seedTruth(board);
  await seedCampaign(board);
  await seedAttack(board);
}, MINUTE_MS);
afterEach(() => board.closePages());
afterAll(() => board.stop());

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** What axe-core, which is there already, holds against the page, with the places. Only violations are described: that takes time. */
async function findViolations(page: Page, theme: keyof typeof THEMES): Promise<string[]> {
  const options = { resultTypes: ['violations'], ...THEMES[theme] };
  const violations = await page.evaluate<Violation[]>(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}

/** Every place of the board, and what has to be done there before it is looked at. */
const PLACES: readonly [name: string, hash: string, ready: string, act?: (page: Page) => Promise<void>][] = [
  ['key form', '', '#key'],
  ['incidents', '#/incidents', '.grid-body [role=row]'],
  ['filters', '#/incidents', '.grid-body [role=row]', (page) => page.locator('.filter-more summary').click()],
  ['saved views', '#/incidents', '.grid-body [role=row]', (page) => page.locator('.menu.views summary').click()],
  ['columns', '#/incidents', '.grid-body [role=row]', (page) => page.locator('.menu.look summary').click()],
  [
    'grouped',
    '#/incidents?group=title&columns=severity,name,alerts,product,categories,tags',
    '.group-row',
    (page) => page.locator('.group-row').first().click(),
  ],
  ['dense', '#/incidents?rows=dense&group=customer', '.group-row'],
  ['empty list', '#/incidents?q=nothing', '.empty'],
  [
    'incident',
    `#/incident/${NORTHWIND}/1001`,
    '.timeline li',
    (page) => page.locator('.alert summary').first().click(),
  ],
  ['campaigns', '#/campaigns?all=true', '.campaign'],
  ['in a campaign', `#/incident/${NORTHWIND}/1001`, '.also-at'],
  ['customers', '#/customers', '.customer'],
  ['story', `#/incident/${STORY}/77`, '.timeline li'],
  [
    'attack',
    `#/incident/${ATTACK.tenantId}/${ATTACK.incidentId}`,
    '.evidence .verdict',
    (page) => page.locator('.alert summary').first().click(),
  ],
  ['trend', '#/chart', '.chart canvas'],
  ['trend of one', `#/chart?days=90&tenant=${CONTOSO}`, '.chart canvas'],
  ['one customer', `#/incidents?tenant=${CONTOSO}`, '.grid-body [role=row]'],
  ['handover', '#/handover', '.handover'],
  ['help', '#/customers', '.customer', (page) => page.getByRole('button', { name: 'Help' }).click()],
  ['consent link', '#/customers', '.customer', (page) => page.getByRole('button', { name: 'New consent' }).click()],
  ['customer', `#/customer/${FABRIKAM}`, '.customer-state'],
  ['approval', `#/customer/${STRANGER}`, '.customer-state'],
  [
    'reject',
    `#/customer/${STRANGER}`,
    '.customer-state',
    (page) => page.getByRole('button', { name: 'Reject' }).click(),
  ],
  [
    'verify',
    `#/customer/${FABRIKAM}`,
    '.customer-state',
    (page) => page.getByRole('button', { name: 'Verify' }).click(),
  ],
  [
    'stop for good',
    `#/customer/${FABRIKAM}`,
    '.customer-state',
    (page) => page.getByRole('button', { name: 'Stop for good' }).click(),
  ],
];

const COLOUR_RULES = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } } as const;

/** Nothing but colours differs in the dark and in high contrast, so only the rules about colours are asked again. */
const THEMES = {
  light: {},
  dark: COLOUR_RULES,
  'high contrast': COLOUR_RULES,
} as const;
const WIDTHS = [320, 768, 1440] as const;
const STYLES = join(import.meta.dirname, '..', '..', 'functions', 'board', 'styles');

test('the dark differs in nothing but colours', () => {
  const styles = globSync('**/*.css', { cwd: STYLES }).map((path) => readFileSync(join(STYLES, path), 'utf8'));
  const dark = styles.flatMap((text) => Array.from(text.matchAll(/prefers-color-scheme: dark\) (\{[^]*?\n\})/g)));
  expect(dark.map(([, block]) => block)).toEqual([
    expect.stringMatching(/^\{\n {2}:root \{\n(?: {4}--[a-z0-9-]+: (?:#[0-9a-f]{6}|[^;]*rgb\([^;]*\));\n)+ {2}\}\n\}$/),
  ]);
});

/** `emulateMedia` keeps what it is not told. */
const MEDIA = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  'high contrast': { colorScheme: 'dark', forcedColors: 'active' },
} as const;

describe('at every width, in light, dark and high-contrast colours', () => {
  test.each(PLACES)(
    '%s has nothing that axe-core objects to, and does not scroll sideways or hide a view',
    async (...place) => {
      const [name, hash, ready, act] = place;
      const page = await board.open(hash, {
        viewport: PHONE,
        key: name === 'key form' ? undefined : KEY,
        // What Microsoft would have to answer; the dialog looks the same with any problem.
        prepare: (one) => one.route('**/verify', (route) => route.fulfill({ status: 502, body: '' })),
      });
      await page.locator(ready).first().waitFor();
      await act?.(page);
      await page.evaluate(axe);

      for (const width of WIDTHS) {
        await page.setViewportSize({ ...PHONE, width });
        for (const theme of ['light', 'dark', 'high contrast'] as const) {
          await page.emulateMedia(MEDIA[theme]);
          expect(await findViolations(page, theme)).toEqual([]);
          if (theme !== 'high contrast' || width === 1440) await takeScreenshot(page, `${width} ${name} ${theme}`);
        }
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        const outside = `[...document.querySelectorAll('dialog button')].filter((one) => {
          const { left, right } = one.closest('dialog').getBoundingClientRect();
          return one.getBoundingClientRect().left < left + 8 || one.getBoundingClientRect().right > right - 8;
        }).length`;
        expect(await page.evaluate(outside)).toBe(0);
        if (name !== 'key form')
          expect(
            await page.evaluate(
              '(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector(".top nav"))',
            ),
          ).toBe(0);
      }
      expect(complaintsOf(page)).toEqual([]);
    },
    MINUTE_MS,
  );
});

test('in the colours of the system the selected row has an edge, and marks of severity keep their colours', async () => {
  const page = await board.open('#/incidents', { forcedColors: 'active' });
  await page
    .locator('.grid-body [role=row]')
    .nth(1)
    .click({ position: { x: 300, y: 5 } });
  const styleOf = (selector: string, name: string, pseudo = ''): Promise<string> =>
    page.evaluate(
      `getComputedStyle(document.querySelector(${JSON.stringify(selector)}), ${JSON.stringify(pseudo)})[${JSON.stringify(name)}]`,
    );

  expect(await styleOf('.grid-body [aria-selected=true]', 'outlineStyle')).toBe('solid');
  expect(await styleOf('.grid-body [aria-selected=false]', 'outlineStyle')).toBe('none');
  const marks = await Promise.all(
    ['high', 'low'].map((word) => styleOf(`.grid-body .severity.${word}`, 'backgroundColor', '::before')),
  );
  expect(new Set(marks).size).toBe(2);
});
