import { globSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildBoard } from './build-board.ts';
import { bundle } from './bundle.ts';

/**
 * Makes the app as it is deployed, in a folder of its own: one file that registers all functions, beside it what is loaded only
 * where it is used, and no `node_modules`. Every cold start of a collector that scales to zero pays for each file and each character.
 */
export async function buildApp(root: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const functions = globSync('functions/*/*.ts', { cwd: root }).sort();
  await bundle({
    absWorkingDir: root,
    stdin: {
      contents: functions.map((path) => `import './${path.replaceAll('\\', '/')}';`).join('\n'),
      resolveDir: root,
      sourcefile: 'app.ts',
    },
    outdir: join(folder, 'dist'),
    entryNames: 'app',
  });
  await buildBoard(root, join(folder, 'dist', 'board'));
  await mkdir(folder, { recursive: true });
  await cp(join(root, 'host.json'), join(folder, 'host.json'));
  await writeFile(join(folder, 'package.json'), await describeApp(root));
}

/** What the worker reads of package.json: nothing has to be installed any more. */
async function describeApp(root: string): Promise<string> {
  const { name, version, license, type, engines } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  const main = 'dist/app.js';
  return `${JSON.stringify({ name, version, license, private: true, type, main, engines }, null, 2)}\n`;
}
