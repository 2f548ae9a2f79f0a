import type { SeedResult } from './run-seed.ts';

/** Events that a run has to meet; one that is rarer than 1 % of the seeds proves nothing about itself. */
export const EVENTS = [
  'page split',
  'tie over a full page',
  'late inside the overlap',
  'late beyond the overlap',
  'found late',
  'item moved while paging',
  'merge',
  'unordered page',
  '429 with seconds',
  '429 with a date',
  '429 with seconds in the body',
  'lost answer after success',
  '412',
  'zombie write refused',
  'crash in a backfill',
  'alerts over one transaction',
  'named gap',
  'retention',
  'purge beside a running worker',
  'resumed cycle',
  'equal-time change',
  'tie passes',
] as const;

const FAULTS = [
  'table error',
  'table stall',
  'source error',
  '429 with seconds',
  '429 with a date',
  '429 with seconds in the body',
  '429 without a hint',
  'lost answer after success',
  'incomplete answer',
  'sleep',
];

/** Fewer seeds say nothing about frequencies. */
const MIN_SEEDS_FOR_COVERAGE = 500;

export interface Summary {
  line: {
    seeds: number;
    steps: number;
    crashes: number;
    faults: number;
    violations: number;
    seconds: number;
    coverage: Record<string, number>;
  };
  problems: string[];
}

/** The closing line of a run, and what makes it fail beside violations. */
export function summarise(results: readonly SeedResult[], seconds: number): Summary {
  const total = (read: (result: SeedResult) => number): number =>
    results.reduce((sum, result) => sum + read(result), 0);
  const coverage = Object.fromEntries(
    EVENTS.map((event) => [event, total(({ seen }) => ((seen.get(event) ?? 0) > 0 ? 1 : 0))]),
  );
  const line = {
    seeds: results.length,
    steps: total(({ steps }) => steps),
    crashes: total(({ seen }) => seen.get('crash') ?? 0),
    faults: total(({ seen }) => FAULTS.reduce((sum, fault) => sum + (seen.get(fault) ?? 0), 0)),
    violations: total(({ violations }) => violations.length),
    seconds: Math.round(seconds),
    coverage,
  };
  const problems = line.violations > 0 ? [`${line.violations} violations`] : [];
  if (results.length >= MIN_SEEDS_FOR_COVERAGE) {
    for (const event of EVENTS) if ((coverage[event] ?? 0) < results.length / 100) problems.push(`too rare: ${event}`);
    if (total(({ sourceChanges }) => sourceChanges) / results.length < 200)
      problems.push('fewer than 200 source changes a seed');
    if (total(({ workers }) => workers) / results.length < 2) problems.push('fewer than 2 workers a seed');
  }
  return { line, problems };
}
