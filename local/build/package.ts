import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from './build-app.ts';
import { zipFolder } from './zip-folder.ts';

const HELP = `Builds what is deployed: one zip for every APP_ROLE.

  npm run package

Writes .package/app (the app, unpacked) and .package/collector.zip (the same, to deploy), and prints size and SHA-256.
The same sources and the same lock give the same bytes, wherever and whenever it is built.`;

const ROOT = join(import.meta.dirname, '..', '..');
const APP = join(ROOT, '.package', 'app');
const ZIP = join(ROOT, '.package', 'collector.zip');

const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
if (values.help) console.log(HELP);
else await makePackage();

async function makePackage(): Promise<void> {
  await buildApp(ROOT, APP);
  const zip = await zipFolder(APP);
  await writeFile(ZIP, zip);
  const hash = createHash('sha256').update(zip).digest('hex');
  console.log(`.package/collector.zip: ${(zip.length / 1_048_576).toFixed(2)} MiB, SHA-256 ${hash}`);
}
