import { build, type BuildOptions, type Plugin } from 'esbuild';

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

export type BundleEntry = Pick<BuildOptions, 'absWorkingDir' | 'entryPoints' | 'stdin' | 'entryNames'> & {
  outdir: string;
};

/** Makes one file of each entry and its packages, and files beside it of what is imported only where it is used. */
export async function bundle(entry: BundleEntry): Promise<void> {
  await build({
    ...entry,
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
}
