import { startAzurite } from '../../../local/services/azurite.ts';
import { toOwnAccount } from './emulator-accounts.ts';

export interface Emulator {
  connectionString: string;
  stop(): Promise<void>;
}

let opened = 0;

/**
 * A table service without rows. The files of a test run share the emulator of their worker, which test/start-storage.mjs has
 * started, each with accounts of its own; any other program gets an emulator of its own.
 */
export async function openEmulator(): Promise<Emulator> {
  const shared = process.env[`TEST_STORAGE_${process.env['JEST_WORKER_ID'] ?? ''}`];
  if (shared === undefined) return startAzurite({ withoutQueues: true });
  const { expect } = await import('@jest/globals');
  const connectionString = toOwnAccount(shared, expect.getState().testPath ?? '', opened++);
  return { connectionString, stop: async () => {} };
}
