// Plain JavaScript, so that a Node too old for the program it starts can still read this file and say so.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// What reads TypeScript and lets a running program trust another CA came with 22.19 and 24.5, and never with 23.
const [major, minor] = process.version.slice(1).split('.').map(Number);
const isNewEnough = (major === 22 && minor >= 19) || (major === 24 && minor >= 5) || major > 24;
const [, , script, ...args] = process.argv;

if (!isNewEnough) {
  refuse(`Cannot start with Node ${process.version}: Node 22.19, 24.5 or newer is needed; install one from nodejs.org`);
} else if (script === undefined) {
  refuse('Cannot start without a program: node local/run.mjs <program.ts> [options]');
} else {
  process.argv = [process.argv[0], resolve(script), ...args];
  import(pathToFileURL(resolve(script)).href).catch((error) => {
    refuse(`Cannot start ${script}: ${error.message}${error.code === 'ERR_MODULE_NOT_FOUND' ? '; run npm ci' : ''}`);
  });
}

function refuse(reason) {
  console.error(reason);
  process.exitCode = 1;
}
