import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { SeedResult } from './run-seed.ts';
import { createTally, type Summary } from './summarise.ts';
import { describeViolated, startThread } from './threads.ts';

/** All seeds that the simulation tells apart. */
const SEEDS = 2 ** 32;
/** Faster than any machine of today, so that no thread runs out of them. */
const MOST_SEEDS_A_SECOND = 200;
const PROGRESS_MS = 30_000;

/** Draws seeds that nobody has chosen, on all cores, until the time is up or somebody presses Ctrl-C. */
export async function explore(minutes: number, isJson: boolean): Promise<Summary> {
  const startedMs = performance.now();
  const elapsedSeconds = (): number => (performance.now() - startedMs) / 1_000;
  const tally = createTally();
  const onResult = (result: SeedResult): void => {
    tally.add(result);
    if (result.violations.length > 0) console.error(describeViolated(result));
  };
  const threads = Array.from({ length: availableParallelism() }, () => startThread(drawSeeds(minutes), onResult));
  const stop = (): void => {
    for (const thread of threads) void thread.stop();
  };
  const progress = setInterval(() => {
    if (!isJson) console.log(describeProgress(tally.counts(), elapsedSeconds(), minutes));
  }, PROGRESS_MS);
  const deadline = setTimeout(stop, minutes * 60_000);
  process.once('SIGINT', stop);
  try {
    await Promise.all(threads.map(({ ended }) => ended));
  } finally {
    clearInterval(progress);
    clearTimeout(deadline);
    process.off('SIGINT', stop);
  }
  return tally.close(elapsedSeconds());
}

function drawSeeds(minutes: number): number[] {
  return Array.from({ length: Math.ceil(minutes * 60 * MOST_SEEDS_A_SECOND) }, () => randomInt(1, SEEDS));
}

function describeProgress(counts: { seeds: number; violated: number }, seconds: number, minutes: number): string {
  const left = Math.max(0, minutes - seconds / 60);
  const rate = (counts.seeds / seconds).toFixed(1);
  return `${counts.seeds} seeds, ${counts.violated} violated, ${rate} a second, ${left.toFixed(1)} minutes left`;
}
