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
];
