import { getIncident } from '../../../functions/incidents/get-incident.ts';
import { queryIncidents } from '../../../functions/incidents/query-incidents.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { callWith } from '../../helpers/api/call-function.ts';
import { anAlert, anIncident, seedIncidents, tenantNumber } from '../../helpers/seed.ts';
import type { StatusCases } from './status-cases.ts';

const tenantId = tenantNumber(20);
const request = { params: { tenantId, incidentId: '7' } };

/** Every reading of an incident finds another version of it. */
function everChanging(table: Table): Table {
  let version = 0;
  return {
    ...table,
    get: async (...args) => {
      const row = await table.get(...args);
      return row && { ...row, etag: `version ${(version += 1)}` };
    },
  };
}

export const INCIDENT_STATUSES: readonly StatusCases[] = [
  {
    handler: queryIncidents,
    request: {},
    statuses: {
      200: async ({ call, services }) => {
        await seedIncidents(services.incidents, tenantId, [anIncident('6', '2026-01-01T00:00:00Z')]);
        return call(queryIncidents);
      },
      400: ({ call }) => call(queryIncidents, { query: { stauts: 'active' } }),
    },
  },
  {
    handler: getIncident,
    request,
    statuses: {
      200: async ({ call, services }) => {
        const devices = [
          { deviceId: 'd', aadDeviceId: null, name: 'pc', osPlatform: null, healthStatus: null, riskScore: null },
        ];
        const alert = { ...anAlert('7', 'a'), devices, entities: [{ type: 'file', verdict: null, fileName: 'a.exe' }] };
        const comments = [{ comment: 'look', createdBy: 'ann', createdTime: null }];
        for (const at of ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'])
          await seedIncidents(services.incidents, tenantId, [anIncident('7', at, { devices, comments })], [alert]);
        return call(getIncident, request);
      },
      400: ({ call }) => call(getIncident, { ...request, query: { cursor: 'hello' } }),
      404: ({ call }) => call(getIncident, { params: { tenantId, incidentId: '8' } }),
      503: async ({ services }) => {
        await seedIncidents(services.incidents, tenantId, [anIncident('7', '2026-01-01T00:00:00Z')]);
        return callWith(() => ({ ...services, incidents: everChanging(services.incidents) }))(getIncident, request);
      },
    },
  },
];
