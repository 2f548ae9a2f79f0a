import { execFile } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Modification times in ms by path without extension, such as `functions/tenants/get-tenant`. */
export type FileTimes = ReadonlyMap<string, number>;

const CONFIGURATION = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles `functions/` and `shared/` to `dist/` unless it is up to date; answers how long that took, in ms. */
export async function buildIfNeeded(root: string): Promise<number | undefined> {
  const sources = findSources(root);
  const outputs = listTimes(join(root, 'dist'), '{functions,shared}/**/*.js');
  const configuredAt = Math.max(...CONFIGURATION.map((name) => readTime(join(root, name))));
  if (!isBuildNeeded(sources, outputs, configuredAt)) return undefined;
  const startedMs = performance.now();
  await compile(root);
  await removeStale(root, sources, outputs);
  return performance.now() - startedMs;
}

/** True when an output is missing, older than its source or the configuration, or has lost its source. */
export function isBuildNeeded(sources: FileTimes, outputs: FileTimes, configuredAt: number): boolean {
  if (sources.size !== outputs.size) return true;
  return [...sources].some(([name, changedAt]) => {
    const builtAt = outputs.get(name);
    return builtAt === undefined || builtAt < changedAt || builtAt < configuredAt;
  });
}

function findSources(root: string): FileTimes {
  return listTimes(root, '{functions/*/*,shared/**/*}.ts');
}

function listTimes(folder: string, pattern: string): FileTimes {
  return new Map(
    globSync(pattern, { cwd: folder }).map((file) => [
      file.replaceAll('\\', '/').replace(/\.\w+$/, ''),
      readTime(join(folder, file)),
    ]),
  );
}

function readTime(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function compile(root: string): Promise<void> {
  const compiler = createRequire(join(root, 'package.json')).resolve('typescript/bin/tsc');
  // Without an output the next start builds again instead of running what is half wrong.
  const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--noEmitOnError'];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root });
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout).trim() : '';
    const [first = 'the compiler said nothing', ...others] = output.split('\n');
    const more = others.length === 0 ? '' : ` (and ${others.length} more lines; run npm run build)`;
    throw new Error(`Cannot build dist: ${first}${more}`, { cause: error });
  }
}

/** What lost its source would be loaded all the same. */
async function removeStale(root: string, sources: FileTimes, outputs: FileTimes): Promise<void> {
  for (const name of outputs.keys()) {
    const file = join(root, 'dist', name);
    if (!sources.has(name)) await Promise.all([rm(`${file}.js`), rm(`${file}.js.map`, { force: true })]);
  }
}
