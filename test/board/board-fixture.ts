import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildBoard } from '../../local/build/build-board.ts';
import { forkHost } from '../../local/host/fork-host.ts';
import { startAzurite } from '../../local/services/azurite.ts';
import { createTables } from '../../local/start/demo/create-tables.ts';
import { buildHostEnvironment } from '../../local/start/demo/demo-settings.ts';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import { createAzureTable } from '../../shared/adapters/storage/azure-table.ts';
import { createTableClient } from '../../shared/adapters/storage/table-client.ts';
import type { Table } from '../../shared/ports/table.ts';
import { openBrowser } from './open-browser.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const SCREENSHOTS = fileURLToPath(new URL('../../.local/screenshots/', import.meta.url));
export const KEY = 'the-function-key-of-this-test';
const APP = '00000000-0000-4000-8000-00000000aaaa';

/** The real functions on a storage emulator, and a real browser to look at their page with. */
export interface BoardFixture {
  incidents: Table;
  tenants: Table;
  /** A page in a browser session of its own, at a place of the board; the key is there already, unless told otherwise. */
  open(hash?: string, options?: OpenOptions): Promise<Page>;
  /** Closes all of them: each reads on while it is open. */
  closePages(): Promise<void>;
  stop(): Promise<void>;
}

export interface OpenOptions extends BrowserContextOptions {
  key?: string | undefined;
  /** What happens before the page is loaded. */
  prepare?(page: Page): Promise<unknown>;
}

export async function startBoard(): Promise<BoardFixture> {
  const [azurite, browser] = await Promise.all([startAzurite(), openBrowser(), buildBoard(PROJECT)]);
  const { connectionString } = azurite;
  await createTables(connectionString);
  const settings = {
    PARTNER_CLIENT_ID: APP,
    KEY_VAULT_URL: 'https://vault.example',
    IncidentStorage: connectionString,
    PUBLIC_URL: 'https://collector.example',
    COLLECT_SCHEDULE: '0 */5 * * * *',
  };
  const host = await forkHost({
    root: PROJECT,
    functions: ['functions/*/*.ts'],
    manualTimers: true,
    requireKey: true,
    functionKey: KEY,
    env: buildHostEnvironment(settings, process.env),
  });
  const openTable = (name: string): Table =>
    createAzureTable(createTableClient({ kind: 'connection-string', connectionString }, name), systemClock);
  return {
    incidents: openTable('Incidents'),
    tenants: openTable('Tenants'),
    open: (hash, options) => openPage(browser, host.url, hash, options),
    closePages: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    stop: async () => {
      await browser.close();
      await host.kill();
      await azurite.stop();
    },
  };
}

/** Where nothing was said that is wrong on the page itself: a refused style, a failed script. */
const complaints = new WeakMap<Page, string[]>();

export async function openPage(browser: Browser, url: string, hash = '', options: OpenOptions = {}): Promise<Page> {
  const { prepare, key, ...rest } = { key: KEY, ...options };
  const context = await browser.newContext({ timezoneId: 'Europe/Vienna', locale: 'en-GB', ...rest });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const said: string[] = [];
  complaints.set(page, said);
  page.on('pageerror', (error) => said.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML/i.test(message.text())) said.push(message.text());
  });
  if (key !== undefined) await page.addInitScript(`sessionStorage.setItem('board.key', ${JSON.stringify(key)})`);
  await prepare?.(page);
  await page.goto(`${url}/api/board${hash}`);
  return page;
}

/** Errors of the page and what its content policy refused. */
export const complaintsOf = (page: Page): string[] => complaints.get(page) ?? [];

/** With `SCREENSHOTS=1` a run leaves what the page looks like in a folder that is not committed. That takes a fifth of its CPU time. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  if (process.env['SCREENSHOTS'] !== '1') return;
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}
