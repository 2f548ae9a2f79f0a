import { claimDueTenants, type ClaimSettings } from './claim-tenants.ts';
import { toSliceMessage, toSlices, type SliceMessage } from './domain/slice.ts';
import { allStates } from './domain/row-keys.ts';
import { SHARDS } from './domain/tenant-id.ts';
import type { Log } from './ports/log.ts';
import type { Table } from './ports/table.ts';
import { recordTick } from './record-run.ts';

export interface DispatchDeps {
  table: Table;
  log: Log;
  settings: ClaimSettings & { sliceSize: number };
}

/**
 * One tick: claims the tenants that are due and answers the messages that send workers to them. A tick that dies before its
 * messages are sent is repeated by the next one, once the claims have run out.
 */
export async function dispatchCollection({ table, log, settings }: DispatchDeps): Promise<SliceMessage[]> {
  // The first answer sets the service's clock, which is the only one that claims and due times are compared on.
  await table.list(SHARDS[0] ?? '0', allStates, { top: 1, select: ['tenantId'] });
  const tick = table.serviceTime();
  const tenants = await claimDueTenants(table, settings, tick);
  const slices = toSlices(tick, tenants, settings.sliceSize);
  await recordTick({ table, log }, tick, tenants.length);
  log('info', 'tick', { dueTenants: tenants.length, slices: slices.length });
  return slices.map(toSliceMessage);
}
