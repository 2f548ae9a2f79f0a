import { join } from 'node:path';

/**
 * The test files that take longest, the longest first. A file that begins last and takes a minute leaves the other cores idle, and a
 * fresh clone knows no times.
 */
export const LONG: readonly string[] = [
  'board/board-accessibility',
  'simulation/kill-everywhere',
  'scenarios/app/canary',
  'scenarios/app/host',
  'scenarios/weeks/a-week',
  'bench/bench',
  'board/board',
  'local/start/start',
  'hostile/hostile-incidents',
  'scenarios/failing/failing-window',
  'board/retirement-day',
  'hostile/on-graph/hostile-incidents',
  'scenarios/on-graph/weeks/a-week',
  'scenarios/consent/consent-http',
  'hostile/hostile-answers',
  'simulation/simulation',
  'local/host/host-queues',
  'hostile/on-graph/hostile-answers',
  'board/keyboard/board-keyboard',
  'simulation/load/load',
  'scenarios/reading/first-read',
  'board/customers/board-customers',
  'scenarios/failing/bad-input',
  'scenarios/app/cross-site',
  'scenarios/sources/source-switch',
  'board/board-search',
  'scenarios/on-graph/app/canary',
  'local/azure-check',
  'scenarios/on-graph/failing/bad-input',
  'board/list/board-list',
  'local/host/host-start',
  'simulation/kill-at-switch',
  'board/board-truth',
  'scenarios/reading/instants',
  'board/board-incident',
  'conformance/conformance',
  'board/watching/board-watching',
  'adapters/keep-heap-small',
  'scenarios/on-graph/failing/faults',
  'scenarios/reading/long-first-read',
];

/** The order in which jest starts the files: those that take long, then the others by name. */
export default class LongTestsFirst {
  sort<Test extends { path: string }>(tests: readonly Test[]): Test[] {
    const rankOf = ({ path }: Test): number => {
      const place = LONG.findIndex((name) => path === join(import.meta.dirname, `${name}.test.ts`));
      return place === -1 ? LONG.length : place;
    };
    return [...tests].sort((a, b) => rankOf(a) - rankOf(b) || (a.path < b.path ? -1 : 1));
  }

  /** Jest would write times down here; the list above is for clones that have none. */
  cacheResults(): void {}
}
