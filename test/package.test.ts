import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
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

interface LockFile {
  packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>;
}

/** Folders of what `npm ci --omit=dev --omit=optional` installs. */
async function listProductionFolders(): Promise<string[]> {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as LockFile;
  const isProduction = ([folder, { dev, optional, devOptional }]: [string, LockFile['packages'][string]]): boolean =>
    folder !== '' && dev !== true && optional !== true && devOptional !== true;
  return Object.entries(packages)
    .filter(isProduction)
    .map(([folder]) => folder);
}

/** What is deployed, in a folder far from the sources and from the packages for development. */
async function buildPackage(folder: string): Promise<void> {
  const compile = [COMPILER, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')];
  await run(process.execPath, compile).catch((error: unknown) => {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`Cannot build the package: ${output}`, { cause: error });
  });
  for (const file of ['host.json', 'package.json']) await cp(join(ROOT, file), join(folder, file));
  for (const name of await listProductionFolders()) {
    const source = join(ROOT, name);
    // A package nested in another one is an entry of its own, and types and maps are never loaded.
    const filter = (path: string): boolean => basename(path) !== 'node_modules' && !/\.(map|md|d\.[cm]?ts)$/.test(path);
    await cp(source, join(folder, name), { recursive: true, filter });
  }
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
  let report: LoadReport;

  /** Loads the package in a process of its own, as the platform's worker does. */
  async function load(settings: Record<string, string> = {}): Promise<LoadReport> {
    const { PATH, SystemRoot } = process.env;
    const env = { PATH, ...(SystemRoot !== undefined && { SystemRoot }), ...settings };
    return JSON.parse((await run(process.execPath, [LOADER], { cwd: folder, env })).stdout) as LoadReport;
  }

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'collector-package-')));
    await buildPackage(folder);
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

  test('loads nothing from outside, and nothing of local/ or test/', () => {
    const own = `${pathToFileURL(folder).href}/`;
    const places = report.loaded.map((url) => (url.startsWith(own) ? url.slice(own.length) : url));
    expect(places.length).toBeGreaterThan(10);
    expect(places.filter((place) => !/^(dist\/(functions|shared)|node_modules)\//.test(place))).toEqual([]);
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
