import './check-node.mjs';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
/** Written last and dated at the start: without it, or with a newer source, `dist` is not to be trusted. */
const STAMP = join(DIST, '.built');
const SOURCES = ['functions', 'shared', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

if (!process.argv.includes('--if-needed') || !isFresh()) build();

function build() {
  const startedAt = new Date();
  rmSync(DIST, { recursive: true, force: true });
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(ROOT, 'tsconfig.build.json');
  const { status, error } = spawnSync(process.execPath, [compiler, '-p', project], { stdio: 'inherit' });
  if (status !== 0) {
    // What the compiler wrote in spite of errors must not be started.
    rmSync(DIST, { recursive: true, force: true });
    console.error(`Cannot build: ${error?.message ?? 'the TypeScript compiler found errors'}`);
    process.exit(1);
  }
  writeFileSync(STAMP, '');
  utimesSync(STAMP, startedAt, startedAt);
}

function isFresh() {
  if (!existsSync(STAMP)) return false;
  const builtMs = statSync(STAMP).mtimeMs;
  return SOURCES.every((source) => newestMs(join(ROOT, source)) < builtMs);
}

/** Folders count too: theirs is the time that changes when a file is deleted or renamed. */
function newestMs(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), stats.mtimeMs);
}
