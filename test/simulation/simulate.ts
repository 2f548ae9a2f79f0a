import { parentPort, workerData } from 'node:worker_threads';
import { runSeed, type SeedResult } from './run-seed.ts';

/** A worker thread's part: seeds first, first + step, first + 2 × step …, each result posted as it ends. */
export interface SeedRange {
  first: number;
  step: number;
  count: number;
}

function readRange(value: unknown): SeedRange {
  const range = typeof value === 'object' && value !== null ? value : {};
  const number = (name: string): number => Number(Object.getOwnPropertyDescriptor(range, name)?.value);
  return { first: number('first'), step: number('step'), count: number('count') };
}

async function runRange({ first, step, count }: SeedRange, post: (result: SeedResult) => void): Promise<void> {
  for (let index = 0; index < count; index += 1) post(await runSeed(first + index * step));
}

if (parentPort !== null) {
  const port = parentPort;
  await runRange(readRange(workerData), (result) => {
    port.postMessage(result);
  });
}
