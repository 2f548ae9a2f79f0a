import type { Mutant } from './mutant-list.ts';

/** Breakages of what incidents are found by. */
export const INDEX_MUTANTS: readonly Mutant[] = [
  {
    name: 'index written apart from its incident',
    file: 'shared/storing/write-incidents.ts',
    find: '      rows: (stamp) => chunk.flatMap((version) => planIncidentWrite(version, stamp).rows),',
    replace: `      rows: (stamp) =>
        chunk.flatMap((version) => planIncidentWrite(version, stamp).rows).filter(({ rowKey }) => !rowKey.startsWith('E!')),
    });
    await commitRepairing(deps, {
      change: (state) => state,
      rows: (stamp) =>
        chunk.flatMap((version) => planIncidentWrite(version, stamp).rows).filter(({ rowKey }) => rowKey.startsWith('E!')),`,
  },
  {
    name: 'index keeps removed evidence',
    file: 'shared/domain/rows/plan-index-write.ts',
    find: '    removals: isLater ? [] : removals,',
    replace: '    removals: [],',
  },
];
