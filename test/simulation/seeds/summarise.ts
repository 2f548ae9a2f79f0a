import { SIDE_EVENTS } from '../sides/side-lives.ts';
import { GRAPH_EVENTS } from './graph-events.ts';
import type { SeedResult } from './run-seed.ts';
import type { LifeKind } from '../source/graph-world.ts';
import { TROUBLE_EVENTS } from './trouble-events.ts';

/** Events that a run has to meet; one that is rarer than 1 % of the seeds proves nothing about itself. */
export const EVENTS: readonly string[] = [
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
  ...TROUBLE_EVENTS,
  ...SIDE_EVENTS,
];

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
    /** Of these seeds, the first ones. */
    violatedSeeds: number[];
    seconds: number;
    coverage: Record<string, number>;
  };
  problems: string[];
}

/** Adds up results as they come; of a life, nothing else is kept. */
export interface Tally {
  add(result: SeedResult): void;
  counts(): { seeds: number; violated: number };
  /** The closing line of a run, and what makes it fail beside violations. */
  close(seconds: number): Summary;
}

const MAX_NAMED_SEEDS = 100;

/** `kind`: all lives are of this one. */
export function createTally(kind?: LifeKind): Tally {
  const events = kind === 'defender' ? EVENTS : [...EVENTS, ...GRAPH_EVENTS];
  const met = new Map<string, number>(events.map((event) => [event, 0]));
  const violatedSeeds: number[] = [];
  let [seeds, violated, violations, steps, crashes, faults, changes, workers] = [0, 0, 0, 0, 0, 0, 0, 0];

  return {
    add: (result) => {
      const { seen } = result;
      seeds += 1;
      steps += result.steps;
      changes += result.sourceChanges;
      workers += result.workers;
      crashes += seen.get('crash') ?? 0;
      for (const fault of FAULTS) faults += seen.get(fault) ?? 0;
      for (const [event, count] of met) if ((seen.get(event) ?? 0) > 0) met.set(event, count + 1);
      if (result.violations.length === 0) return;
      violated += 1;
      violations += result.violations.length;
      if (violatedSeeds.length < MAX_NAMED_SEEDS) violatedSeeds.push(result.seed);
    },
    counts: () => ({ seeds, violated }),
    close: (seconds) => {
      const coverage = Object.fromEntries(met);
      const line = { seeds, steps, crashes, faults, violations, violatedSeeds, seconds: Math.round(seconds), coverage };
      const problems = violations > 0 ? [`${violations} violations in ${violated} seeds`] : [];
      if (seeds >= MIN_SEEDS_FOR_COVERAGE) {
        for (const [event, count] of met) if (count < seeds / 100) problems.push(`too rare: ${event}`);
        if (changes / seeds < 200) problems.push('fewer than 200 source changes a seed');
        if (workers / seeds < 2) problems.push('fewer than 2 workers a seed');
      }
      return { line, problems };
    },
  };
}
