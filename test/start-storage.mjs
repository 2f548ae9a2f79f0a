import { globSync } from 'node:fs';
import { join } from 'node:path';
import { startAzurite } from '../local/services/azurite.ts';
import { listAccounts } from './helpers/tables/emulator-accounts.ts';
import makeCertificates from './make-certificates.mjs';

/**
 * Starts the storage emulators of a run, one for each worker of jest: a start takes a second, and fifty files need rows. They find
 * theirs in the environment (test/helpers/tables/emulator.ts), and the run's certificates with it.
 */
export default async function startStorage({ maxWorkers, rootDir }) {
  const testPaths = globSync('test/**/*.test.ts', { cwd: rootDir }).map((path) => join(rootDir, path));
  process.env['AZURITE_ACCOUNTS'] = listAccounts(testPaths);
  const [emulators] = await Promise.all([
    Promise.all(Array.from({ length: maxWorkers }, () => startAzurite({ withoutQueues: true }))),
    makeCertificates(),
  ]);
  // Emulators that a test starts by itself have the one account that everybody knows.
  delete process.env['AZURITE_ACCOUNTS'];
  for (const [index, { connectionString }] of emulators.entries())
    process.env[`TEST_STORAGE_${index + 1}`] = connectionString;
  globalThis.stopStorage = () => Promise.all(emulators.map(({ stop }) => stop()));
}
