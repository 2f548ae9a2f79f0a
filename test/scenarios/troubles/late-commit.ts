import { incidentKey } from '../../../shared/domain/rows/row-keys.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { createCollector, INTERVAL_MS, type Collector, type CollectorOptions } from '../cloud/collector.ts';
import type { World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, variedIncident } from '../cloud/seed-incidents.ts';

/**
 * A worker that was stopped for ten minutes right before a commit, while another one stored what is newer. All versions are of
 * one instant and have the same words, so that no other row than the fence can tell the late commit apart.
 */
export async function commitLate(world: World, options: CollectorOptions = {}): Promise<Collector> {
  const { control, tenantId, time } = world;
  const now = control.now();
  const [incidentId = ''] = seedIncidents(world, 20, () => now, variedIncident);
  control.updateIncident(tenantId, incidentId, { keepsUpdateTime: true, incidentName: 'edit 1' });
  await createCollector(world, options).pollUntilComplete();

  const gate = Promise.withResolvers<undefined>();
  const reached = Promise.withResolvers<undefined>();
  const wrapTable = (inner: Table): Table => {
    const table = options.wrapTable?.(inner) ?? inner;
    return {
      ...table,
      transact: async (partition, operations) => {
        if (operations.some(({ rowKey }) => rowKey === incidentKey(tenantId, incidentId))) {
          reached.resolve(undefined);
          await gate.promise;
        }
        return table.transact(partition, operations);
      },
    };
  };
  control.updateIncident(tenantId, incidentId, { keepsUpdateTime: true, incidentName: 'edit 2' });
  const late = createCollector(world, { ...options, wrapTable });
  time.advance(INTERVAL_MS);
  const [message] = await late.dispatch();
  if (message === undefined) throw new Error('The tenant was not due');
  const delivery = late.deliver(message);
  await reached.promise;

  control.updateIncident(tenantId, incidentId, { keepsUpdateTime: true, incidentName: 'edit 3' });
  // The tick between sees that the message was taken: the one after it takes the worker for dead.
  time.advance(INTERVAL_MS);
  await createCollector(world, options).dispatch();
  time.advance(INTERVAL_MS);
  await createCollector(world, options).poll();
  gate.resolve(undefined);
  await delivery;
  return late;
}
