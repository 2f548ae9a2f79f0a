import { parentPort, workerData } from 'node:worker_threads';
import type { LifeKind } from '../source/graph-world.ts';
import { runSeed, type SeedResult } from './run-seed.ts';

/** Most of what a life makes is garbage soon; room for it saves a tenth of the time. */
export const THREAD_LIMITS = { maxYoungGenerationSizeMb: 96 };

/** A worker thread's part. */
export interface Part {
  seeds: readonly number[];
  /** Ends with the first seed that violates an invariant, so that nobody has to kill the thread. */
  stopsAtViolation: boolean;
  /** From where their tenants are read. Absent: as each seed draws it. */
  kind?: LifeKind | undefined;
}

/** What a broken rule does; a failure that nobody expects is only the death of a mutant. */
export const isViolated = ({ violations }: Pick<SeedResult, 'violations'>): boolean =>
  violations.some((violation) => !violation.includes(' bug: '));

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && 'seeds' in value && 'stopsAtViolation' in value;
}

if (parentPort !== null && isPart(workerData)) {
  // Most errors of a life are meant; where one began is only of interest in a story.
  Error.stackTraceLimit = 0;
  for (const seed of workerData.seeds) {
    const result = await runSeed(seed, undefined, workerData.kind);
    parentPort.postMessage(result);
    if (workerData.stopsAtViolation && isViolated(result)) break;
  }
}
