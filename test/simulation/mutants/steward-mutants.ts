import type { Mutant } from './mutant-list.ts';

/** Breakages of what runs beside the polls: second readings, retention, erasure, the log of changes. */
export const STEWARD_MUTANTS: readonly Mutant[] = [
  {
    name: 'retention unfenced',
    file: 'shared/removal/expire-incidents.ts',
    find: '    const gone = ended.filter(({ rowKeys }) => rowKeys.length > 0).length;',
    replace: `    const gone = ended.filter(({ rowKeys }) => rowKeys.length > 0).length;
    if (rows.length > 0) await write.table.transact(shardOf(write.session.state().tenantId), rows.splice(0));`,
  },
  {
    name: 'retention writes beside a poll',
    file: 'shared/removal/expire-incidents.ts',
    find: '  if (busyUntil <= now && !(isDueNow && isPollable(state))) return;',
    replace: '  if (busyUntil <= now || isPollable(state) || isDueNow) return;',
  },
  {
    name: 'expired incidents stay in the feed',
    file: 'shared/domain/rows/incident-removal.ts',
    find: '...planDelisting(tenantId, stored)];',
    replace: "...planDelisting(tenantId, stored).filter((row) => !row.rowKey.startsWith('F!'))];",
  },
  {
    name: 'read again without a day between',
    file: 'shared/domain/tenants/completeness.ts',
    find: '(state.reconcile?.currentAt ?? visibleUntil) - TICKS_PER_DAY',
    replace: '(state.reconcile?.currentAt ?? visibleUntil)',
  },
  {
    name: 'second reading begins where it likes',
    file: 'shared/domain/tenants/reconcile-plan.ts',
    find: 'minTicks(reach, reachedSoFar)',
    replace: 'now - TICKS_PER_DAY',
  },
  {
    name: 'erasure forgets the history',
    file: 'shared/removal/erase-all.ts',
    find: "'A', 'H', 'F', 'O', 'C', 'E', 'X'] as const",
    replace: "'A', 'F', 'O', 'C', 'E', 'X'] as const",
  },
  {
    name: 'changes promised by a clock that is ahead',
    file: 'shared/querying/list-changes.ts',
    find: 'const BEHIND_CLOCK: Ticks = TICKS_PER_MINUTE;',
    replace: 'const BEHIND_CLOCK: Ticks = -TICKS_PER_MINUTE;',
  },
];
