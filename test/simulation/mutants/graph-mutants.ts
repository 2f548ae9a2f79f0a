import type { Mutant } from './mutant-list.ts';

/** Breakages of what only a second source needs. */
export const GRAPH_MUTANTS: readonly Mutant[] = [
  {
    name: 'alerts not awaited',
    file: 'shared/storing/store-incidents.ts',
    find: '    observed.missingAlerts !== undefined ||\n',
    replace: '',
    kind: 'graph',
  },
  {
    name: 'history invented at a switch',
    file: 'shared/domain/incidents/incident-changes.ts',
    find: '    ? [change]\n    : [change, ...compareFields(TOLD_ALIKE, before, after)];',
    replace: `    ? [change, ...compareFields(COMPARED, before, after)]
    : [change, ...compareFields(TOLD_ALIKE, before, after)];`,
    kind: 'switching',
  },
  {
    name: 'coverage kept when neither source vouches',
    file: 'shared/domain/tenants/move-to-source.ts',
    find: '    return { ...begun, backfill: startCycle(completeFrom, to, now) };',
    replace: '    return { ...begun, backfill: undefined, completeThrough: state.frontThrough ?? completeThrough };',
    kind: 'switching',
  },
  {
    name: 'news of the old source left as they were told',
    file: 'shared/domain/tenants/move-to-source.ts',
    find: 'maxTicks(backfill.to, frontThrough ?? backfill.to)',
    replace: 'backfill.to',
    kind: 'switching',
  },
  {
    name: 'stored without alerts taken for stored',
    file: 'shared/storing/store-incidents.ts',
    find: '(observed) => observed.missingAlerts !== undefined || stored.get(keyOf(observed)) !== observed.contentHash,',
    replace: '(observed) => stored.get(keyOf(observed)) !== observed.contentHash,',
    kind: 'graph',
  },
  {
    name: 'cursor behind what there was no room for',
    file: 'shared/reading/cycle-progress.ts',
    find: '      const reachable = midway(listedBefore);\n',
    replace: '      const reachable = midway(listedBefore);\n      reachedMidway = reachable;\n',
    kind: 'graph',
  },
  {
    name: 'only statuses that were seen are asked for',
    file: 'shared/reading/read-instant.ts',
    find: 'if (!statuses.has(status)) isComplete',
    replace: 'if (statuses.has(status)) isComplete',
    kind: 'graph',
  },
];
