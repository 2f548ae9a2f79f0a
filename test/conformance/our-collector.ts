import { readListIncident } from '../../shared/domain/rows/read-incident-rows.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { listAllRows } from '../../shared/tables/list-all-rows.ts';
import { createCollector } from '../scenarios/cloud/collector.ts';
import type { OpenCollector } from './collector-under-test.ts';

/** The product: its real use cases and adapters; what it has passed on is its log of changes. */
export const openOurCollector: OpenCollector = (_place, world) => {
  const collector = createCollector(world);
  return {
    poll: async () => {
      await collector.poll();
    },
    versions: async () => {
      const rows = await listAllRows(world.incidents.table, shardOf(world.tenantId), { from: 'C!', to: 'C"' });
      return rows.map(({ properties }) => readListIncident(properties));
    },
  };
};
