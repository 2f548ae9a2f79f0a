import { countedFrom, listCreated } from '../../../shared/domain/incidents/created-counts.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { msFromTicks } from '../../../shared/domain/values/ticks.ts';
import type { AppliedChange } from '../basics/sim-table.ts';
import { report, type World } from '../source/world.ts';

/** Quarter of an hour and severity → incidents. */
type Counts = Map<string, number>;

export interface CountsWatch {
  /** After a transaction: the state row counts what the list of all incidents holds. */
  onApplied(tenantId: TenantId, changes: readonly AppliedChange[]): void;
}

const QUARTER_MS = 900_000;

/** What is counted when it is stored never contradicts what is listed. */
export function watchCounts(world: World): CountsWatch {
  const listed = new Map<string, Counts>();
  /** What a tenant's state row said when it was compared with the same list, and agreed. */
  const agreed = new Map<TenantId, Uint8Array>();
  const countsOf = (tenantId: string): Counts => {
    const counts = listed.get(tenantId) ?? new Map<string, number>();
    listed.set(tenantId, counts);
    return counts;
  };
  for (const { rowKey, properties } of world.table.rows())
    if (rowKey.startsWith('F!')) add(countsOf(String(properties['tenantId'])), properties, 1);
  return {
    onApplied: (tenantId, changes) => {
      const counts = countsOf(tenantId);
      for (const { rowKey, before, after } of changes) {
        if (!rowKey.startsWith('F!')) continue;
        agreed.delete(tenantId);
        add(counts, before, -1);
        add(counts, after, 1);
      }
      const state = changes.find(({ rowKey }) => rowKey.startsWith('S!'))?.after;
      // An erasure counts nothing down: the counts go with the state row.
      if (state === undefined || state['status'] === 'purging') return;
      const { created } = state;
      if (!(created instanceof Uint8Array) || agreed.get(tenantId) === created) return;
      if (compare(world, tenantId, created, counts)) agreed.set(tenantId, created);
    },
  };
}

function add(counts: Counts, row: RowProperties | undefined, by: number): void {
  const createdTime = row?.['createdTime'];
  if (typeof createdTime !== 'string') return;
  const key = `${Math.floor(Date.parse(createdTime) / QUARTER_MS)} ${String(row?.['severity'])}`;
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function compare(world: World, tenantId: TenantId, created: Uint8Array, listed: Counts): boolean {
  const first = msFromTicks(countedFrom(created)) / QUARTER_MS;
  const expected = [...listed].filter(([key, count]) => count > 0 && Number(key.split(' ')[0]) >= first);
  const shown = listCreated(created).map(({ from, severity, count }): [string, number] => [
    `${msFromTicks(from) / QUARTER_MS} ${severity}`,
    count,
  ]);
  const [wanted, told] = [expected, shown].map((entries) =>
    entries
      .map((entry) => entry.join(': '))
      .sort()
      .join(', '),
  );
  if (wanted !== told) report(world, `${tenantId} counts ${told ?? ''} instead of ${wanted ?? ''}`);
  return wanted === told;
}
