import { Worker } from 'node:worker_threads';
import type { LifeKind } from '../source/graph-world.ts';
import type { SeedResult } from './run-seed.ts';
import { THREAD_LIMITS, type Part } from './simulate.ts';

/** Seeds on a thread of their own, until all are done or `stop` is called. */
export interface SeedThread {
  ended: Promise<void>;
  /** What is under way is given up. */
  stop(): Promise<unknown>;
}

export function startThread(
  seeds: readonly number[],
  onResult: (result: SeedResult) => void,
  kind?: LifeKind,
): SeedThread {
  const worker = new Worker(new URL('./simulate.ts', import.meta.url), {
    workerData: { seeds, stopsAtViolation: false, kind } satisfies Part,
    resourceLimits: THREAD_LIMITS,
  });
  worker.on('message', onResult);
  const ended = new Promise<void>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => {
      resolve();
    });
  });
  return { ended, stop: () => worker.terminate() };
}

/** What broke in a seed, and how to see it again. */
export function describeViolated({ seed, violations }: SeedResult): string {
  const shown = violations.slice(0, 3).map((violation) => `\n  ${violation}`);
  return `seed ${seed}:${shown.join('')}\n  see it again: npm run sim -- --story ${seed}`;
}
