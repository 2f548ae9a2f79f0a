import { listChanges } from '../../../functions/incidents/list-changes.ts';
import { toChangeLogRow } from '../../../shared/domain/rows/incident-rows.ts';
import { changeLogKey } from '../../../shared/domain/rows/row-keys.ts';
import { NOTHING_TOLD } from '../../../shared/domain/observables/told.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { formatTicks, TICKS_PER_HOUR } from '../../../shared/domain/values/ticks.ts';
import { anIncident, tenantNumber } from '../../helpers/seed.ts';
import type { StatusCases } from './status-cases.ts';

const tenantId = tenantNumber(30);
const anHourAgo = (): Record<string, string> => ({ since: new Date(Date.now() - 3_600_000).toISOString() });

export const CHANGE_STATUSES: readonly StatusCases[] = [
  {
    handler: listChanges,
    request: { query: anHourAgo() },
    statuses: {
      200: async ({ call, services: { incidents } }) => {
        const stored = incidents.serviceTime() - TICKS_PER_HOUR / 2n;
        const incident = anIncident('5', '2026-01-01T00:00:00Z');
        const entry = { storedAt: formatTicks(stored), tenantId, incident, isBackfill: false } as const;
        const changes = [
          { field: 'status', from: 'active', to: 'resolved' },
          { field: 'alerts' as const, added: ['a'], removed: [], changed: [] },
        ];
        const properties = toChangeLogRow({ ...entry, kind: 'resolved', changes, told: NOTHING_TOLD });
        const rowKey = changeLogKey(stored, tenantId, '5');
        await incidents.transact(shardOf(tenantId), [{ kind: 'upsert', rowKey, properties }]);
        return call(listChanges, { query: anHourAgo() });
      },
      400: ({ call }) => call(listChanges),
    },
  },
];
