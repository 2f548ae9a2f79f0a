import type { Mutant } from './mutant-list.ts';

/** Breakages of how what fails is searched for, how page sizes are learnt, and what links are worth. */
export const SEARCH_MUTANTS: readonly Mutant[] = [
  {
    name: 'a 5xx is never the fault of one window',
    file: 'shared/errors/source-errors.ts',
    find: "    concerns: 'window',\n  },\n  throttled: {",
    replace: '  },\n  throttled: {',
  },
  {
    name: 'search forgotten between runs',
    file: 'shared/domain/tenants/tenant-state-row.ts',
    find: 'search, instant: cycle.instant };',
    replace: 'search: undefined, instant: cycle.instant };',
  },
  {
    name: 'gap as wide as what failed first',
    file: 'shared/domain/reading/window-search.ts',
    find: "return isDivisible ? startHalves(next) : { ...next, step: 'last', isUnproven: true };\n    case 'sizes'",
    replace: "return { ...next, step: 'last', isUnproven: true };\n    case 'sizes'",
  },
  {
    name: 'gap although the service is down',
    file: 'shared/reading/search-window.ts',
    find: 'await reader.probe(SMALLEST_TOP);\n  return',
    replace: 'await Promise.resolve();\n  return',
  },
  {
    name: 'page size forgotten',
    file: 'shared/reading/cycle-progress.ts',
    find: 'learntTop: deps.learntTop.current,',
    replace: 'learntTop: undefined,',
  },
  {
    name: 'larger page tried at every poll',
    file: 'shared/domain/reading/page-size.ts',
    find: '(isInstant ? 2n * TICKS_PER_HOUR : TICKS_PER_DAY)',
    replace: '0n',
  },
  {
    name: 'gap covered by one whose retry does not read it',
    first: 7_654_805,
    file: 'shared/domain/reading/gaps.ts',
    find: ' && holds(toRetry(known), toRetry(gap))',
    replace: '',
  },
  {
    name: 'page with a useless link taken for all there is',
    file: 'shared/reading/read-page.ts',
    find: 'return followed ?? skipPages(reader, rest, first);',
    replace: 'return followed ?? { pages: [first], isWhole: true };',
  },
  {
    name: 'incident unreadable by id stops the tenant',
    file: 'shared/reading/read-incident.ts',
    find: "if (!hasCode(error, 'incident-unreadable')) throw error;",
    replace: "if (hasCode(error, 'incident-unreadable')) throw error;",
  },
];
