import { fileURLToPath } from 'node:url';
import { readStartOptions, START_HELP } from './start/demo/start-options.ts';
import { listenForInterrupts } from './start/listen-for-interrupts.ts';
import { runDemo } from './start/run-demo.ts';
import { createScreen } from './start/screen/screen.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  const options = readStartOptions(process.argv.slice(2), process.env);
  if (options === undefined) console.log(START_HELP);
  else await runDemo(options, { root, screen: createScreen(process.stdout), stopping: listenForInterrupts() });
} catch (error) {
  // What is wrong outside needs no stack; what is wrong in here does.
  const isBug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  console.error(error instanceof Error && !isBug ? error.message : error);
  process.exitCode = 1;
}
// A start that was interrupted may still be waiting for something; what it started ends with this process.
process.exit();
