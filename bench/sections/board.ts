import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import { buildBoard } from '../../local/build/build-board.ts';
import { forkHost } from '../../local/host/fork-host.ts';
import { startAzurite } from '../../local/services/azurite.ts';
import { createTables } from '../../local/start/demo/create-tables.ts';
import { buildHostEnvironment } from '../../local/start/demo/demo-settings.ts';
import { median, rounded } from '../process/median.ts';
import { startProcess } from '../process/start-process.ts';
import { fileOf } from '../workers/programs.ts';

export interface BoardFigures extends Visit {
  fleet: string;
  open: number;
}

interface Visit {
  firstRowsMs: number;
  allRowsMs: number;
  filterMs: number;
  trendMs: number;
  handoverMs: number;
  heapMiB: number;
}

interface Fleet {
  tenants: number;
  incidents: number;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OPEN_OF_TEN = 7;
const KEYS = ['firstRowsMs', 'allRowsMs', 'filterMs', 'trendMs', 'handoverMs', 'heapMiB'] as const;

/** What an analyst waits for: the board in a browser, on the app, on a storage in which a first read has just ended. */
export async function measureBoard({ tenants, incidents }: Fleet, rounds: number): Promise<BoardFigures> {
  const azurite = await startAzurite();
  const { connectionString } = azurite;
  await createTables(connectionString);
  await buildBoard(ROOT);
  const seeder = startProcess(await fileOf('lists'));
  await seeder.ask('seed', { connectionString, incidents, tenants, openOfTen: OPEN_OF_TEN });
  await seeder.stop();
  const settings = {
    PARTNER_CLIENT_ID: '00000000-0000-4000-8000-00000000aaaa',
    KEY_VAULT_URL: 'https://vault.example',
    IncidentStorage: connectionString,
    PUBLIC_URL: 'https://collector.example',
    COLLECT_SCHEDULE: '0 */5 * * * *',
  };
  const host = await forkHost({
    root: ROOT,
    functions: ['functions/*/*.ts'],
    manualTimers: true,
    env: buildHostEnvironment(settings, process.env),
  });
  const browser = await openBrowser();
  try {
    const visits: Visit[] = [];
    // The first visit finds nothing in any cache of the app and is not counted.
    for (let round = 0; round <= rounds; round += 1) visits.push(await visit(browser, `${host.url}/api/board`));
    const counted = visits.slice(1);
    const middle = (key: keyof Visit): number => rounded(median(counted.map((one) => one[key])));
    const figures = Object.fromEntries(KEYS.map((key) => [key, middle(key)])) as Record<keyof Visit, number>;
    return { fleet: `${tenants} × ${incidents / tenants}`, open: (incidents * OPEN_OF_TEN) / 10, ...figures };
  } finally {
    await browser.close();
    await host.kill();
    await azurite.stop();
  }
}

/** Where its Chromium does not run, `CHROME_PATH` names an installed one. */
async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROME_PATH'] ?? (await chromium.executablePath());
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  return playwright.launch({ executablePath, headless: true, args });
}

/** Notes when something is on the page, from inside it. */
const WATCH = `
  window.seen = {};
  window.until = (find) => new Promise((resolve) => {
    const look = () => (find() ? resolve(performance.now()) : setTimeout(look, 4));
    look();
  });
  addEventListener('DOMContentLoaded', async () => {
    const start = performance.now();
    seen.first = (await until(() => document.querySelector('.grid-body [role=row]'))) - start;
    seen.all = (await until(() => /open incidents?$/.test(document.querySelector('.count span')?.textContent ?? ''))) - start;
  });
`;

async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(WATCH);
  await page.goto(url);
  await page.evaluate('until(() => seen.all !== undefined)');
  const { first, all } = await page.evaluate<{ first: number; all: number }>('seen');
  const filterMs = await filter(page);
  const trendMs = await follow(page, 'chart', `/created/.test(document.querySelector('.count')?.textContent ?? '')`);
  const handoverMs = await follow(page, 'handover', `document.querySelector('.first-read')`);
  await follow(page, 'customers', `document.querySelector('.customer')`);
  const heapMiB = await measureHeap(page);
  await context.close();
  return { firstRowsMs: first, allRowsMs: all, filterMs, trendMs, handoverMs, heapMiB };
}

/** From the key to the drawn list: the slowest of what an analyst does all day. */
function filter(page: Page): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const box = document.querySelector('#search');
    const order = document.querySelector('.order select');
    const chip = document.querySelector('.chip input');
    const set = (field, value, type) => {
      field.value = value;
      field.dispatchEvent(new Event(type, { bubbles: true }));
    };
    const acts = [
      () => set(box, 'endpoint 99', 'input'),
      () => set(box, '', 'input'),
      () => chip.click(),
      () => chip.click(),
      () => set(order, '-severity', 'change'),
      () => set(order, 'created', 'change'),
    ];
    let most = 0;
    for (const act of acts) {
      const start = performance.now();
      act();
      await drawn();
      most = Math.max(most, performance.now() - start);
    }
    return most;
  })()`);
}

/** From the click on a view to what it shows. */
function follow(page: Page, view: string, shown: string): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const start = performance.now();
    location.hash = '#/${view}';
    return (await until(() => ${shown})) - start;
  })()`);
}

async function measureHeap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 2 ** 20;
}
