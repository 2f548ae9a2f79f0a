import { fileURLToPath } from 'node:url';
import { readConfig } from '../shared/settings/config.ts';
import { createServices } from '../shared/wiring/services.ts';
import { collectOnce } from './collect/collect-once.ts';
import { COLLECT_HELP, readCollectOptions } from './collect/collect-options.ts';
import { explain } from './collect/collect-text.ts';
import { loadSettings } from './collect/load-settings.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  const options = readCollectOptions(process.argv.slice(2));
  if (options === undefined) console.log(COLLECT_HELP);
  else {
    await loadSettings(process.env, root, options.demoFolder);
    const outcome = await collectOnce(createServices(readConfig(process.env)), options, console.log);
    process.exitCode = outcome.kind === 'complete' ? 0 : 1;
  }
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
