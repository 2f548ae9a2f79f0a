import { getTrend } from '../../../functions/incidents/get-trend.ts';
import { anIncident, seedIncidents, tenantNumber } from '../../helpers/seed.ts';
import type { StatusCases } from './status-cases.ts';

export const TREND_STATUSES: readonly StatusCases[] = [
  {
    handler: getTrend,
    request: {},
    statuses: {
      200: async ({ call, services: { incidents } }) => {
        await seedIncidents(incidents, tenantNumber(51), [anIncident('9', new Date().toISOString())]);
        return call(getTrend, { query: { days: '7', zone: 'Europe/Vienna' } });
      },
      400: ({ call }) => call(getTrend, { query: { zone: 'Europe/Atlantis' } }),
    },
  },
];
