import { globSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { buildBoard } from './build-board.ts';

/** Only the worker has this module; everything else goes into the bundle. */
const OF_THE_WORKER = '@azure/functions-core';

/** Some packages are CommonJS and call `require`, which an ES module does not have by itself. */
const REQUIRE = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  'const require = createRequireOfBundle(import.meta.url);',
].join('\n');

/** Only a Node without web streams needs them from a package, and every Node that runs the app has them. */
const NEVER_LOADED = 'web-streams-polyfill';

/**
 * `import` of Node's `http` reads each of its exports, the ones of a browser's WebSocket too, and so loads Node's whole fetch, which
 * nobody uses here: a fifth of the start. `require` reads none of them.
 */
const HTTP_BY_REQUIRE: Plugin = {
  name: 'http-by-require',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?http$/ }, ({ namespace }) =>
      namespace === 'by-require' ? { path: 'node:http', external: true } : { path: 'http', namespace: 'by-require' },
    );
    onLoad({ filter: /^http$/, namespace: 'by-require' }, () => ({
      contents: "module.exports = require('node:http');",
      loader: 'js',
    }));
  },
};

/**
 * Makes the app as it is deployed, in a folder of its own: one file that registers all functions, beside it what is loaded only
 * where it is used, and no `node_modules`. Every cold start of a collector that scales to zero pays for each file and each character.
 */
export async function buildApp(root: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const functions = globSync('functions/*/*.ts', { cwd: root }).sort();
  await build({
    absWorkingDir: root,
    stdin: {
      contents: functions.map((path) => `import './${path.replaceAll('\\', '/')}';`).join('\n'),
      resolveDir: root,
      sourcefile: 'app.ts',
    },
    outdir: join(folder, 'dist'),
    entryNames: 'app',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    // Names stay, as a failure is told by the function that it happened in.
    minifyWhitespace: true,
    minifySyntax: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: [OF_THE_WORKER, `${NEVER_LOADED}/*`],
    plugins: [HTTP_BY_REQUIRE],
    banner: { js: REQUIRE },
    legalComments: 'linked',
    logLevel: 'warning',
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
