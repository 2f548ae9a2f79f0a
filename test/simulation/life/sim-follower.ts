import { readChangeQuery } from '../../../shared/domain/queries/change-query.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { ChangeList } from '../../../shared/domain/views/change-list.ts';
import type { Coverage } from '../../../shared/domain/views/coverage.ts';
import { AppError } from '../../../shared/errors.ts';
import { listChanges, type ChangeDeps } from '../../../shared/querying/list-changes.ts';
import type { Ledger } from '../checks/ledger.ts';
import { orderOfName } from '../source/sim-source.ts';
import { newMachine, report, type World } from '../source/world.ts';
import { createSimTable } from './sim-table-port.ts';

/** Somebody who asks for one tenant's changes again and again, each time from where the last list has promised to reach. */
export interface Follower {
  /** Reads all that is new, on some machine of ours. */
  follow(): Promise<void>;
  /** To be called after a last reading: no version that the history holds was left out. */
  check(ledger: Ledger): void;
}

/** Some lists take several pages. */
const PAGE_SIZE = '20';

const NOTHING_KNOWN: Coverage = {
  completeThrough: null,
  completeThroughExceptBlind: null,
  blindCount: 0,
  readingCount: 0,
  stoppedCount: 0,
  blind: [],
  gapCount: 0,
  silentCount: 0,
  silent: [],
};

export function createFollower(world: World, tenantId: TenantId): Follower {
  const orders = new Set<number>();
  let since = new Date(world.time.now()).toISOString();

  async function readAll(deps: ChangeDeps): Promise<void> {
    // Any request makes the service's clock known.
    await deps.incidents.get('0', 'T!');
    const first = since;
    let list: ChangeList | undefined;
    do {
      const cursor = list?.cursor ?? undefined;
      const query = { tenantId, since: first, pageSize: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
      list = await listChanges(deps, readChangeQuery(Object.entries(query), deps.incidents.serviceTime()));
      for (const { name } of list.changes) orders.add(orderOfName(name));
    } while (list.cursor !== null);
    since = list.through;
  }

  return {
    follow: async () => {
      const incidents = createSimTable(world, newMachine(world));
      const names = { read: async () => new Map(), forget: () => undefined };
      const coverage = {
        read: async () => NOTHING_KNOWN,
        known: async () => [],
        blindOf: () => [],
        forget: () => undefined,
      };
      try {
        await readAll({ incidents, names, coverage });
      } catch (error) {
        if (!(error instanceof AppError)) report(world, `bug: ${String(error)}`);
      }
    },
    check: ({ committed, tenant }) => {
      if (tenant.tenantId !== tenantId) return;
      for (const order of committed)
        if (!orders.has(order)) report(world, `who followed the changes never saw edit ${order} of ${tenantId}`);
    },
  };
}
