import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { buildApp } from '../../local/build/build-app.ts';
import { median, medianRatio, rounded } from '../process/median.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Stands in for the platform's worker: loads what `main` of the package matches. */
const LOADER = join(ROOT, 'test', 'package', 'package-loader.mjs');

interface Start {
  wallMs: number;
  cpuMs: number;
}

export interface ColdStartFigures {
  functions: number;
  wallMs: number;
  emptyWallMs: number;
  wallOverEmpty: number;
  cpuMs: number;
  emptyCpuMs: number;
  cpuOverEmpty: number;
}

/** From nothing to all functions registered: the package, and an app of as many functions that do nothing. */
export async function measureColdStart(rounds: number): Promise<ColdStartFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-start-'));
  try {
    const [ours, empty] = [join(folder, 'ours'), join(folder, 'empty')];
    await buildApp(ROOT, ours);
    const functions = await countFunctions(ours);
    await buildEmptyApp(empty, functions);
    const starts: { ours: Start; empty: Start }[] = [];
    // The first of each finds its files in no cache of the machine and is not counted.
    for (let round = 0; round <= rounds; round += 1) starts.push({ ours: await load(ours), empty: await load(empty) });
    return summarise(functions, starts.slice(1));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const run = promisify(execFile);

async function countFunctions(folder: string): Promise<number> {
  const { stdout } = await run(process.execPath, [LOADER], { cwd: folder, env: {} });
  return (JSON.parse(stdout) as { functions: unknown[] }).functions.length;
}

async function buildEmptyApp(folder: string, functions: number): Promise<void> {
  const source = join(folder, 'source');
  await mkdir(source, { recursive: true });
  const names = Array.from({ length: functions }, (_, number) => `empty-${number}`);
  for (const name of names)
    await writeFile(
      join(source, `${name}.ts`),
      `import { app } from '@azure/functions';\napp.http('${name}', { handler: () => ({ status: 204 }) });\n`,
    );
  await build({
    absWorkingDir: ROOT,
    nodePaths: [join(ROOT, 'node_modules')],
    entryPoints: names.map((name) => join(source, `${name}.ts`)),
    outdir: join(folder, 'dist', 'functions', 'all'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['@azure/functions-core'],
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  await writeFile(join(folder, 'package.json'), await readFile(join(ROOT, 'package.json')));
}

/** A process that says at its end what it has cost. */
async function load(folder: string): Promise<Start> {
  const report = "process.on('exit', () => console.error(JSON.stringify(process.cpuUsage())));";
  const hook = `data:text/javascript,${encodeURIComponent(report)}`;
  const startedMs = performance.now();
  const { stderr } = await run(process.execPath, ['--import', hook, LOADER], { cwd: folder, env: {} });
  const wallMs = performance.now() - startedMs;
  const { user, system } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as NodeJS.CpuUsage;
  return { wallMs, cpuMs: (user + system) / 1_000 };
}

function summarise(functions: number, starts: readonly { ours: Start; empty: Start }[]): ColdStartFigures {
  const middle = (of: (start: { ours: Start; empty: Start }) => number): number => rounded(median(starts.map(of)));
  return {
    functions,
    wallMs: middle(({ ours }) => ours.wallMs),
    emptyWallMs: middle(({ empty }) => empty.wallMs),
    wallOverEmpty: rounded(medianRatio(starts, ({ ours, empty }) => [ours.wallMs, empty.wallMs])),
    cpuMs: middle(({ ours }) => ours.cpuMs),
    emptyCpuMs: middle(({ empty }) => empty.cpuMs),
    cpuOverEmpty: rounded(medianRatio(starts, ({ ours, empty }) => [ours.cpuMs, empty.cpuMs])),
  };
}
