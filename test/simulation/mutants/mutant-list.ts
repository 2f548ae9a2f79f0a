import type { LifeKind } from '../source/graph-world.ts';
import { CROWD_MUTANTS } from './crowd-mutants.ts';
import { GRAPH_MUTANTS } from './graph-mutants.ts';
import { INDEX_MUTANTS } from './index-mutants.ts';
import { READING_MUTANTS } from './reading-mutants.ts';
import { SEARCH_MUTANTS } from './search-mutants.ts';
import { STEWARD_MUTANTS } from './steward-mutants.ts';

/** One deliberate breakage of the production code: a text patch that has to apply exactly once. */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  replace: string;
  /** Where few lives meet it: the seed that the search for one begins with. */
  first?: number;
  /** From where the tenants of its seeds are read; else from the Defender API. */
  kind?: LifeKind;
}

export const MUTANTS: readonly Mutant[] = [
  ...READING_MUTANTS,
  {
    name: 'no fence',
    file: 'shared/storing/tenant-session.ts',
    find: 'properties: toStateRow(next), ifMatch: etag }',
    replace: 'properties: toStateRow(next) }',
  },
  {
    name: 'lost answer ignored',
    file: 'shared/storing/tenant-session.ts',
    find: "if (hasCode(error, 'storage-unclear') || hasCode(error, 'precondition-failed')) return settle(commitId);",
    replace:
      "if (hasCode(error, 'storage-unclear')) return true;\n      if (hasCode(error, 'precondition-failed')) return settle(commitId);",
  },
  {
    name: '412 always taken as lost',
    file: 'shared/storing/tenant-session.ts',
    find: 'const isOurs = fresh.commitId === commitId;',
    replace: 'const isOurs = fresh.commitId !== "";',
  },
  {
    name: 'times compared as texts',
    file: 'shared/storing/store-incidents.ts',
    find: 'if (settled === undefined || isSameVersion(settled, stored)) return undefined;',
    replace: `if (settled === undefined || isSameVersion(settled, stored)) return undefined;
  const text = (at: Ticks): string => String(at).replace(/0*$/, 'Z');
  if (stored !== undefined && settled.updatedAt > stored.updatedAt && text(settled.updatedAt) < text(stored.updatedAt))
    return undefined;`,
  },
  {
    name: 'feed written apart',
    file: 'shared/storing/tenant-session.ts',
    find: 'const etags = await table.transact(shard, operations);',
    replace: `const feed = operations.filter(({ rowKey }) => rowKey.startsWith('F!'));
      const etags = await table.transact(shard, operations.filter(({ rowKey }) => !rowKey.startsWith('F!')));
      if (feed.length > 0) await table.transact(shard, feed);`,
  },
  {
    name: 'equal time ignored',
    file: 'shared/storing/store-incidents.ts',
    find: 'stored.updatedAt === observed.updatedAt && stored.contentHash === observed.contentHash',
    replace: 'stored.updatedAt === observed.updatedAt',
  },
  {
    name: 'old list row left behind',
    file: 'shared/domain/rows/plan-incident-write.ts',
    find: '.filter((rowKey) => !listKeys.includes(rowKey))',
    replace: ".filter((rowKey) => !listKeys.includes(rowKey) && !rowKey.startsWith('F!'))",
  },
  {
    name: 'alerts not tied to the version',
    file: 'shared/domain/rows/draft-incident-rows.ts',
    find: '.filter(({ rowKey }) => !wanted.has(rowKey))',
    replace: '.filter(({ rowKey }) => wanted.has(rowKey) && !wanted.has(rowKey))',
  },
  {
    name: 'emptied big incident keeps its alerts',
    file: 'shared/domain/rows/plan-incident-write.ts',
    find: 'staleGeneration: areAlertsAhead && version.stored !== undefined',
    replace: 'staleGeneration: areAlertsAhead && version.stored !== undefined && version.observed.alerts.length > 0',
  },
  ...SEARCH_MUTANTS,
  ...STEWARD_MUTANTS,
  ...INDEX_MUTANTS,
  ...CROWD_MUTANTS,
  ...GRAPH_MUTANTS,
];
