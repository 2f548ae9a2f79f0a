import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../../local/build/bundle.ts';

/** What the sections start in processes of their own. */
export type Program = 'collector' | 'floor' | 'lists';

let built: Promise<string> | undefined;

/**
 * The file of a program, bundled as the app is for its deployment: a process that reads TypeScript holds its compiler and all the
 * sources, as much memory as the work itself.
 */
export async function fileOf(program: Program): Promise<URL> {
  built ??= buildPrograms(['collector', 'floor', 'lists']);
  return pathToFileURL(join(await built, `${program}-process.js`));
}

async function buildPrograms(programs: readonly Program[]): Promise<string> {
  const outdir = await mkdtemp(join(tmpdir(), 'bench-programs-'));
  process.on('exit', () => {
    rmSync(outdir, { recursive: true, force: true });
  });
  await bundle({
    entryPoints: programs.map((name) => fileURLToPath(new URL(`./${name}-process.ts`, import.meta.url))),
    outdir,
  });
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }');
  return outdir;
}
