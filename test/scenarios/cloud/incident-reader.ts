import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { getIncident } from '../../../shared/querying/get-incident.ts';
import { createTenantNames } from '../../../shared/querying/tenant-names.ts';
import type { World } from './scenario-cloud.ts';

/** Somebody who looks at one incident while a collector writes it. */
export interface IncidentReader {
  read(): Promise<IncidentDetail>;
  /** Sees the incident's own row now, and its alerts only after `goOn`. */
  readSlowly(): Promise<{ goOn(): Promise<IncidentDetail> }>;
  /** The collector's table, with a look before, during and after each of its commits. */
  watch(table: Table): Table;
  /** All that was seen so far. */
  seen: readonly IncidentDetail[];
}

export function createIncidentReader(
  { incidents, tenants, tenantId, time }: World,
  incidentId: string,
): IncidentReader {
  const names = createTenantNames(tenants.table, time);
  const query = { tenantId, incidentId, start: { alert: '', history: '' } };
  const seen: IncidentDetail[] = [];
  const readFrom = async (table: Table): Promise<IncidentDetail> => {
    const detail = await getIncident({ incidents: table, names }, query);
    seen.push(detail);
    return detail;
  };
  const read = (): Promise<IncidentDetail> => readFrom(incidents.table);
  return {
    seen,
    read,
    readSlowly: async () => {
      const begun = Promise.withResolvers<undefined>();
      const gate = Promise.withResolvers<undefined>();
      const slow: Table = {
        ...incidents.table,
        list: async (...args) => {
          begun.resolve(undefined);
          await gate.promise;
          return incidents.table.list(...args);
        },
      };
      const detail = readFrom(slow);
      await begun.promise;
      return {
        goOn: () => {
          gate.resolve(undefined);
          return detail;
        },
      };
    },
    watch: (table) => ({
      ...table,
      transact: async (partition, operations) => {
        await read();
        const [answer] = await Promise.all([table.transact(partition, operations), read()]);
        await read();
        return answer;
      },
    }),
  };
}
