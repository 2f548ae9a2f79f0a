import { getHealth } from '../../../functions/app/get-health.ts';
import { RUN_PARTITION } from '../../../shared/domain/collection/credential-report.ts';
import { TICK_KEY, toTickRow } from '../../../shared/domain/collection/run-status.ts';
import { TICKS_PER_HOUR } from '../../../shared/domain/values/ticks.ts';
import { seedState, tenantNumber } from '../../helpers/seed.ts';
import type { ApiWorld } from '../../helpers/worlds/api-world.ts';
import type { StatusCases } from './status-cases.ts';

async function seedTick({ services: { incidents } }: ApiWorld, hoursAgo: bigint): Promise<void> {
  await incidents.get(RUN_PARTITION, TICK_KEY);
  const tick = incidents.serviceTime() - hoursAgo * TICKS_PER_HOUR;
  const properties = toTickRow({ tick, dueTenants: 0, fronts: { tenants: tick, slowTenants: tick } });
  await incidents.transact(RUN_PARTITION, [{ kind: 'upsert', rowKey: TICK_KEY, properties }]);
}

export const HEALTH_STATUSES: readonly StatusCases[] = [
  {
    handler: getHealth,
    request: {},
    statuses: {
      200: async (world) => {
        await seedTick(world, 0n);
        await seedState(world.services.incidents, tenantNumber(40), { status: 'active' });
        return world.call(getHealth);
      },
      400: ({ call }) => call(getHealth, { query: { verbose: '1' } }),
      503: async (world) => {
        await seedTick(world, 2n);
        return world.call(getHealth);
      },
    },
  },
];
