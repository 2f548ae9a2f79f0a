import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildApp } from '../../local/build/build-app.ts';
import { zipFolder } from '../../local/build/zip-folder.ts';
import { unpack } from '../helpers/unpack.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const LOADER = join(import.meta.dirname, 'package-loader.mjs');
const START_LIMIT_MS = 120_000;

const run = promisify(execFile);

interface RegisteredFunction {
  name: string;
  bindings: Record<string, unknown>[];
}

interface LoadReport {
  functions: RegisteredFunction[];
  startErrors: string[];
  loaded: string[];
}

/** What starts a function and where its outputs go; binding names are numbered by the library and mean nothing. */
function describeFunction({ name, bindings }: RegisteredFunction): Record<string, unknown> & { name: string } {
  const isTrigger = ({ type }: Record<string, unknown>): boolean => String(type).endsWith('Trigger');
  const outputs = bindings.filter((binding) => !isTrigger(binding));
  const trigger = bindings.find(isTrigger) ?? {};
  const options = ['schedule', 'queueName', 'connection', 'route', 'methods', 'authLevel']
    .filter((option) => option in trigger)
    .map((option) => [option, trigger[option]] as const);
  return {
    name,
    trigger: trigger['type'],
    ...Object.fromEntries(options),
    outputs: outputs.map(({ type, queueName = '' }) => `${String(type)} ${String(queueName)}`.trim()),
  };
}

describe('the deployed package', () => {
  let folder: string;
  let zip: Uint8Array;
  let report: LoadReport;

  /** Loads the package in a process of its own, as the platform's worker does. */
  async function load(settings: Record<string, string> = {}): Promise<LoadReport> {
    const { PATH, SystemRoot } = process.env;
    const env = { PATH, ...(SystemRoot !== undefined && { SystemRoot }), ...settings };
    return JSON.parse((await run(process.execPath, [LOADER], { cwd: join(folder, 'app'), env })).stdout) as LoadReport;
  }

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'collector-package-')));
    await buildApp(ROOT, join(folder, 'built'));
    zip = await zipFolder(join(folder, 'built'));
    await unpack(zip, join(folder, 'app'));
    report = await load();
  }, START_LIMIT_MS);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('registers the functions, triggers, routes, queues and schedules of the committed list', async () => {
    const committed: unknown = JSON.parse(await readFile(join(ROOT, 'test', 'fixtures', 'registrations.json'), 'utf8'));
    const found = report.functions.map(describeFunction).sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(found).toEqual(committed);
  });

  test.each([
    ['collector', (trigger: unknown) => trigger !== 'httpTrigger'],
    ['portal', (trigger: unknown) => trigger === 'httpTrigger'],
  ])('registers the part of the list that APP_ROLE=%s has', async (role, isOfRole) => {
    const names = ({ functions }: LoadReport): string[] => functions.map(({ name }) => name).sort();
    const wanted = report.functions.filter((registered) => isOfRole(describeFunction(registered)['trigger']));
    expect(wanted.length).toBeGreaterThan(0);
    expect(names(await load({ APP_ROLE: role }))).toEqual(names({ ...report, functions: wanted }));
  });

  test('opens its functions to anonymous callers when the platform signs operators in', async () => {
    const { functions } = await load({ OPERATOR_SIGN_IN: 'entra' });
    const levels = functions.map((registered) => describeFunction(registered)['authLevel']);
    expect(levels).toContain('anonymous');
    expect(levels).not.toContain('function');
  });

  test('has the page with every file that it names', async () => {
    const page = await readFile(join(folder, 'app', 'dist', 'board', 'board.html'), 'utf8');
    const named = Array.from(page.matchAll(/"board\/([^"]+)"/g), ([, name]) => name);
    expect(named).toHaveLength(3);
    expect(await readdir(join(folder, 'app', 'dist', 'board'))).toEqual(expect.arrayContaining(named));
  });

  test('loads nothing from outside', () => {
    const own = `${pathToFileURL(join(folder, 'app')).href}/dist/`;
    expect(report.loaded).toContain(`${own}app.js`);
    expect(report.loaded.filter((url) => !url.startsWith(own))).toEqual([]);
  });

  test('loads what reads certificates, asks for tokens and sends to queues only where it is used', async () => {
    const folderOfChunks = join(folder, 'app', 'dist', 'chunks');
    const names = (await readdir(folderOfChunks)).filter((name) => name.endsWith('.js'));
    const texts = await Promise.all(names.map((name) => readFile(join(folderOfChunks, name), 'utf8')));
    const chunks = new Map(names.map((name, place) => [name, texts[place] ?? '']));
    for (const sign of ['pkcs12FromAsn1', 'ClientAssertionCredential', 'peekMessages']) {
      const holders = [...chunks].filter(([, text]) => text.includes(sign)).map(([name]) => name);
      expect(holders.length).toBeGreaterThan(0);
      expect(report.loaded.filter((url) => holders.some((name) => url.endsWith(`/${name}`)))).toEqual([]);
    }
    const loaded = await Promise.all(report.loaded.map((url) => readFile(fileURLToPath(url))));
    expect(loaded.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(1.2 * 1_048_576);
  });

  test("does not load Node's own fetch at its start", async () => {
    const listing =
      "process.on('exit', () => console.error(process.moduleLoadList.includes('NativeModule internal/deps/undici/undici')));";
    const hook = `data:text/javascript,${encodeURIComponent(listing)}`;
    const { stderr } = await run(process.execPath, ['--import', hook, LOADER], { cwd: join(folder, 'app'), env: {} });
    expect(stderr.trim()).toBe('false');
  });

  test('is the same to the byte when it is built again elsewhere', async () => {
    await buildApp(ROOT, join(folder, 'again'));
    expect(Buffer.from(await zipFolder(join(folder, 'again'))).equals(zip)).toBe(true);
  });

  test('is small enough to be loaded at every cold start', () => {
    expect(zip.length).toBeLessThan(2 * 1_048_576);
  });

  test('loads what sends telemetry only for a worker that has somewhere to send it to', async () => {
    const isExporter = (url: string): boolean => /\/chunks\/azure-monitor-\w+\.js$/.test(url);
    const settings = {
      PARTNER_CLIENT_ID: '33333333-3333-4333-8333-333333333333',
      KEY_VAULT_URL: 'https://kv.vault.azure.net',
      IncidentStorage: 'UseDevelopmentStorage=true',
    };
    const connected = {
      ...settings,
      APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=11111111-2222-4333-8444-555555555555',
    };
    const loads = [settings, connected, { ...connected, APP_ROLE: 'collector' }, { ...connected, APP_ROLE: 'portal' }];
    const found = await Promise.all(loads.map((each) => load(each)));
    expect(found.flatMap(({ startErrors }) => startErrors)).toEqual([]);
    expect(found.map(({ loaded }) => loaded.filter(isExporter).length)).toEqual([0, 1, 1, 0]);
  });

  test('needs no setting to be loaded and refuses to start without them', () => {
    expect(report.startErrors).toEqual(['bad-settings']);
  });
});

describe('.funcignore', () => {
  const DEPLOYED = ['dist', 'host.json', 'node_modules', 'package.json', 'package-lock.json'];

  test('leaves out all but what is deployed, and matches at the top only', async () => {
    const lines = (await readFile(join(ROOT, '.funcignore'), 'utf8')).split(/\r?\n/);
    const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(patterns.filter((pattern) => !/^\/[^/!]+\/?$/.test(pattern))).toEqual([]);

    const ignored = patterns.map((pattern) => {
      const name = pattern.replaceAll('/', '').replaceAll('.', '\\.').replaceAll('*', '.*');
      return new RegExp(`^${name}$`);
    });
    const left = (await readdir(ROOT)).filter((name) => !ignored.some((pattern) => pattern.test(name)));
    expect(left.filter((name) => !DEPLOYED.includes(name))).toEqual([]);
    expect(DEPLOYED.filter((name) => ignored.some((pattern) => pattern.test(name)))).toEqual([]);
  });
});
