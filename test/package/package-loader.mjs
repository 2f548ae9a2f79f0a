// Stands in for the platform's worker, in a plain Node process: supplies the module that only the worker has, imports what
// `main` of the package in the working folder matches, and prints what was registered and what was loaded.
import { globSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const functions = [];
const startHooks = [];
const loaded = [];
const disposable = { dispose: () => undefined };
globalThis.functionsCore = {
  version: '4.1045.0',
  hostVersion: '4.1045.0',
  registerFunction: ({ name, bindings }) => {
    functions.push({ name, bindings: Object.values(bindings) });
    return disposable;
  },
  registerHook: (name, hook) => {
    if (name === 'appStart') startHooks.push(hook);
    return disposable;
  },
  setProgrammingModel: () => undefined,
  getProgrammingModel: () => undefined,
  log: () => undefined,
};
const CORE = 'worker:functions-core';
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@azure/functions-core'
      ? { url: CORE, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) => {
    loaded.push(url);
    if (url !== CORE) return next(url, context);
    return { format: 'commonjs', shortCircuit: true, source: 'module.exports = globalThis.functionsCore;' };
  },
});

const { main } = JSON.parse(readFileSync('package.json', 'utf8'));
for (const file of globSync(main).sort()) await import(pathToFileURL(resolve(file)).href);

const startErrors = [];
for (const hook of startHooks) {
  try {
    await hook({});
  } catch (error) {
    startErrors.push(error.code);
  }
}
console.log(JSON.stringify({ functions, startErrors, loaded: loaded.filter((url) => url.startsWith('file:')) }));
