import { parentPort, workerData } from 'node:worker_threads';
import { runSeed, type SeedResult } from './run-seed.ts';

/** Most of what a life makes is garbage soon; room for it saves a tenth of the time. */
export const THREAD_LIMITS = { maxYoungGenerationSizeMb: 96 };

/** A worker thread's part: the seeds given to it, each result posted as it ends. */
async function runSeeds(seeds: readonly number[], post: (result: SeedResult) => void): Promise<void> {
  for (const seed of seeds) post(await runSeed(seed));
}

function readSeeds(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

if (parentPort !== null) {
  const port = parentPort;
  await runSeeds(readSeeds(workerData), (result) => {
    port.postMessage(result);
  });
}
