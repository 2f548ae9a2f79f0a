import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkSource, listImports } from './architecture-rules.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const listSources = (...folders: string[]): string[] =>
  folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx,mjs}`, { cwd: ROOT })).map(toPosix);
const toPosix = (path: string): string => path.replaceAll('\\', '/');
const readSource = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** What the page imports is bundled into it. */
const isDeployed = (path: string): boolean => /^(functions\/[^/]+|shared\/.+)$/.test(path);

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

describe('the source', () => {
  const sources = listSources('functions', 'shared', 'local', 'bench');

  test('keeps every rule of ARCHITECTURE.md', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap((path) => checkSource(path, readSource(path)))).toEqual([]);
  });

  test('imports only packages that package.json names, in production only its dependencies', () => {
    const { dependencies, devDependencies } = JSON.parse(readSource('package.json')) as Manifest;
    const all = { ...dependencies, ...devDependencies };
    const undeclared = listSources('functions', 'shared', 'local', 'test').flatMap((path) =>
      listPackages(path)
        .filter((name) => !(name in (isDeployed(path) ? dependencies : all)))
        .map((name) => `${path}: ${name}`),
    );
    expect(undeclared).toEqual([]);
    const used = listSources('functions', 'shared').flatMap(listPackages);
    expect(Object.keys(dependencies).filter((name) => !used.includes(name))).toEqual([]);
  });
});

/** Names of packages, without what they hold: `@azure/functions`, `jest`. */
function listPackages(path: string): string[] {
  const imported = listImports(path, readSource(path)).filter((name) => /^(@[a-z]|[a-z])/.test(name));
  const packages = imported.filter((name) => !/^(node:|functions\/|shared\/|local\/|test\/|bench\/)/.test(name));
  return packages.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}

// Each breaks one rule; a checker that overlooks it would let the rule rot.
const PLANTED: readonly [path: string, problem: string, source: string][] = [
  ['shared/domain/rows/a.ts', 'may not import node:fs', "import { readFile } from 'node:fs';"],
  ['shared/domain/rows/a.ts', 'may not import shared/ports/log.ts', "import type { Log } from '../../ports/log.ts';"],
  ['shared/domain/rows/a.ts', 'may not import shared/storing/a.ts', "export * from '../../storing/a.ts';"],
  ['shared/domain/rows/a.ts', 'may not import shared/domain/tenants/a.ts', "export * from '../tenants/a.ts';"],
  ['shared/domain/rows/a.ts', 'line 1 calls Date.now', 'export const a = Date.now();'],
  ['shared/domain/rows/a.ts', 'line 1 reads the clock of this machine', 'export const a = new Date();'],
  ['shared/settings/a.ts', 'line 1 uses process', 'export const a = process.env;'],
  ['shared/ports/a.ts', 'may not import shared/adapters/machine/a.ts', "import { a } from '../adapters/machine/a.ts';"],
  ['shared/adapters/entra/a.ts', 'may not import shared/storing/a.ts', "import { a } from '../../storing/a.ts';"],
  ['shared/adapters/entra/a.ts', 'may not import shared/adapters/storage/a.ts', "import { a } from '../storage/a.ts';"],
  ['shared/adapters/entra/a.ts', 'may not import axios', "import axios from 'axios';"],
  [
    'shared/polling/poll.ts',
    'may not import shared/adapters/machine/http.ts',
    "export const poll = await import('../adapters/machine/http.ts');",
  ],
  [
    'shared/polling/poll.ts',
    'may not import shared/wiring/services.ts',
    "export { a as poll } from '../wiring/services.ts';",
  ],
  [
    'shared/polling/poll.ts',
    'may not import shared/tenants/a.ts',
    "import { a } from '../tenants/a.ts'; export const poll = a;",
  ],
  [
    'shared/polling/poll.ts',
    'may not import shared/settings/config.ts',
    "import { a } from '../settings/config.ts'; export const poll = a;",
  ],
  [
    'shared/storing/poll.ts',
    'may not import shared/polling/a.ts',
    "import { a } from '../polling/a.ts'; export const poll = a;",
  ],
  [
    'shared/polling/poll.ts',
    'may not import @azure/data-tables',
    "import '@azure/data-tables'; export const poll = 1;",
  ],
  [
    'shared/polling/poll.ts',
    'may not import local/start/a.ts',
    "import '../../local/start/a.ts'; export const poll = 1;",
  ],
  ['shared/polling/poll.ts', 'exports nothing named after "poll"', 'export const push = 1;'],
  ['shared/polling/poll.ts', 'line 1 uses process', 'export const poll = process.env;'],
  ['shared/polling/poll.ts', 'line 1 uses process', 'const { env } = process; export const poll = env;'],
  ['shared/domain/rows/a.ts', 'line 1 holds the type any', 'export let a: any;'],
  ['shared/domain/rows/a.ts', 'line 1 declares an enum', 'export enum A { B }'],
  ['shared/domain/rows/a.ts', 'line 1 declares a class that is no error', 'export class A {}'],
  ['shared/domain/rows/a.ts', 'line 1 has a default export', 'export default 1;'],
  ['shared/domain/rows/a.ts', 'line 1 has a default export', 'export default function a() {}'],
  ['shared/domain/rows/a.ts', 'holds TODO', '// TODO: later'],
  ['shared/domain/rows/a.ts', 'has 301 lines, at most 300 are allowed', '\n'.repeat(300) + '1;'],
  ['shared/domain/rows/A.ts', 'is not named in kebab-case', ''],
  ['shared/other/a.ts', 'lies in no room of test/architecture/rooms.ts', ''],
  ['shared/domain/a.ts', 'lies in no room of test/architecture/rooms.ts', ''],
  ['functions/tenants/a.ts', 'has 41 lines, at most 40 are allowed', '\n'.repeat(40) + '1;'],
  [
    'functions/tenants/a.ts',
    'may not import shared/adapters/machine/http.ts',
    "import '../../shared/adapters/machine/http.ts';",
  ],
  ['functions/tenants/a.ts', 'may not import shared/settings/config.ts', "import '../../shared/settings/config.ts';"],
  ['functions/tenants/a.ts', 'may not import shared/consent/a.ts', "import '../../shared/consent/a.ts';"],
  ['functions/tenants/a.ts', 'may not import @azure/data-tables', "import '@azure/data-tables';"],
  ['functions/tenants/a.ts', 'may not import test/helpers/seed.ts', "import '../../test/helpers/seed.ts';"],
  ['functions/incidents/query-a.ts', 'does not export queryA', 'export const askA = 1;'],
  ['functions/board/list/a.tsx', 'may not import node:fs', "import 'node:fs';"],
  ['functions/board/list/a.tsx', 'may not import shared/querying/a.ts', "import '../../../shared/querying/a.ts';"],
  ['functions/board/list/a.tsx', 'may not import functions/board/story/a.tsx', "import '../story/a.tsx';"],
  ['local/a.ts', 'may not import test/helpers/seed.ts', "import '../test/helpers/seed.ts';"],
  ['local/a.ts', 'may not import bench/sections/a.ts', "import '../bench/sections/a.ts';"],
  ['bench/process/a.ts', 'may not import bench/cloud/a.ts', "import '../cloud/a.ts';"],
  ['local/build/a.ts', 'may not import local/simulator/a.ts', "import '../simulator/a.ts';"],
];

describe('checkSource()', () => {
  test.each(PLANTED)('finds that %s %s', (path, problem, source) => {
    expect(checkSource(path, source)).toEqual([`${path}: ${problem}`]);
  });

  test.each([
    ['shared/domain/rows/a.ts', "import { createHash } from 'node:crypto'; export const a = { process: 1 }.process;"],
    ['shared/adapters/machine/a.ts', "import fetch from 'node-fetch'; export const a = Date.now();"],
    [
      'shared/polling/poll-tenants.ts',
      "import { a } from '../storing/a.ts'; export function pollTenant() { return new Date(a); }",
    ],
    [
      'functions/incidents/query-a.ts',
      "import { app } from '@azure/functions'; import '../../shared/querying/a.ts'; export const queryA = () => app;",
    ],
  ])('accepts what is allowed in %s', (path, source) => {
    expect(checkSource(path, source)).toEqual([]);
  });
});
