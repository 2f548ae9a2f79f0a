import type { FirstRead, ShownChange } from '../../../shared/domain/views/change-list.ts';
import type { Coverage } from '../../../shared/domain/views/coverage.ts';
import type { Api } from '../data/api.ts';
import { loadPages, type Loaded } from '../data/load-pages.ts';

export interface Handover extends Loaded<ShownChange> {
  /** Incidents of the past that first reads or catch-ups have brought, by customer. */
  firstReads: readonly FirstRead[];
  coverage: Coverage;
  through: string;
}

const MOST_CHANGES = 20_000;

/** What was stored since a time. The API counts incidents of the past: a first read of thousands is one page. */
export async function loadChanges(api: Pick<Api, 'changes'>, since: string): Promise<Handover> {
  const query = { since, foldFirstReads: 'true', pageSize: '500' };
  const read = new Map<string, FirstRead>();
  let first: { coverage: Coverage; through: string } | undefined;
  const loaded = await loadPages<ShownChange>(
    async (cursor) => {
      const page = await api.changes({ ...query, ...(cursor !== undefined && { cursor }) });
      first = { coverage: first?.coverage ?? page.coverage, through: page.through };
      for (const one of page.firstReads ?? []) {
        const incidents = one.incidents + (read.get(one.tenantId)?.incidents ?? 0);
        read.set(one.tenantId, { ...one, incidents });
      }
      return { items: page.changes, cursor: page.cursor };
    },
    { most: MOST_CHANGES, keyOf: (change) => JSON.stringify(change) },
  );
  if (first === undefined) throw new Error('No page was read');
  return { ...loaded, firstReads: [...read.values()], ...first };
}
