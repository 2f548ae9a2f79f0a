import type { Mutant } from './mutant-list.ts';

/** Breakages of how what fails is searched for, how page sizes are learnt, and what links are worth. */
export const SEARCH_MUTANTS: readonly Mutant[] = [
  {
    name: 'a 5xx is never the fault of one window',
    file: 'shared/failing-window.ts',
    find: "const WINDOW_FAILURES = ['bad-page', 'page-too-large', 'source-unavailable',",
    replace: "const WINDOW_FAILURES = ['bad-page', 'page-too-large',",
  },
  {
    name: 'search forgotten between runs',
    file: 'shared/domain/tenant-state-row.ts',
    find: 'search: cycle.search };',
    replace: 'search: undefined };',
  },
  {
    name: 'gap as wide as what failed first',
    file: 'shared/domain/window-search.ts',
    find: "return isDivisible ? startHalves(next) : { ...next, step: 'last', isUnproven: true };\n    case 'sizes'",
    replace: "return { ...next, step: 'last', isUnproven: true };\n    case 'sizes'",
  },
  {
    name: 'gap although the service is down',
    file: 'shared/failing-window.ts',
    find: 'await reader.probe(SMALLEST_TOP);\n  return',
    replace: 'await Promise.resolve();\n  return',
  },
  {
    name: 'search goes on although the service is down',
    survives: 2_444,
    file: 'shared/failing-window.ts',
    find: 'throw isWindowFailure(error) ? original : error;',
    replace: 'if (!isWindowFailure(original)) throw error;',
  },
  {
    name: 'page size forgotten',
    file: 'shared/cycle-progress.ts',
    find: 'learntTop: deps.learntTop.current }',
    replace: 'learntTop: undefined }',
  },
  {
    name: 'larger page tried at every poll',
    file: 'shared/domain/page-size.ts',
    find: '(isInstant ? 2n * TICKS_PER_HOUR : TICKS_PER_DAY)',
    replace: '0n',
  },
  {
    name: 'size not to blame',
    survives: 2_444,
    file: 'shared/domain/window-search.ts',
    find: "if (partTop < search.fullTop) return { ...worked, step: 'sizes', top: partTop };",
    replace: '',
  },
  {
    name: 'foreign link stops the reading',
    file: 'shared/failing-window.ts',
    find: "'foreign-next-link', 'endpoint-not-found'",
    replace: "'endpoint-not-found'",
  },
  {
    name: 'useless link taken for the end',
    survives: 2_444,
    file: 'shared/read-rest.ts',
    find: 'if (page === undefined) return undefined;',
    replace: 'if (page === undefined) return { pages, isWhole: true };',
  },
  {
    name: 'endless link taken for the end',
    file: 'shared/read-rest.ts',
    find: "giveUp(links, 'endless-next-link');\n      return undefined;",
    replace: "giveUp(links, 'endless-next-link');\n      return { pages, isWhole: true };",
  },
  {
    name: 'incident unreadable by id stops the tenant',
    file: 'shared/expected-incidents.ts',
    find: "if (!hasCode(error, 'incident-unreadable')) throw error;",
    replace: "if (hasCode(error, 'incident-unreadable')) throw error;",
  },
];
