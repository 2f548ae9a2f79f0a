import { searchBatch } from '../../../functions/incidents/search-batch.ts';
import { searchIncidents } from '../../../functions/incidents/search-incidents.ts';
import { anAlert, anIncident, seedIncidents, tenantNumber } from '../../helpers/seed.ts';
import type { StatusCases } from './status-cases.ts';

const tenantId = tenantNumber(40);
const body = JSON.stringify({ values: ['203.0.113.4', 'evil.example'], since: '2025-01-01T00:00:00Z' });

const evidence = [{ ...anAlert('9', 'a'), entities: [{ type: 'ip', verdict: 'malicious', ipAddress: '203.0.113.4' }] }];

export const SEARCH_STATUSES: readonly StatusCases[] = [
  {
    handler: searchIncidents,
    request: { query: { q: '203.0.113.4' } },
    statuses: {
      200: async ({ call, services }) => {
        await seedIncidents(services.incidents, tenantId, [anIncident('9', '2026-01-01T00:00:00Z')], evidence);
        return call(searchIncidents, { query: { q: '203.0.113.4' } });
      },
      400: ({ call }) => call(searchIncidents, { query: { q: '203.0.113.256' } }),
    },
  },
  {
    handler: searchBatch,
    request: { body },
    statuses: {
      200: async ({ call, services }) => {
        await seedIncidents(services.incidents, tenantId, [anIncident('9', '2026-01-01T00:00:00Z')], evidence);
        return call(searchBatch, { body });
      },
      400: ({ call }) => call(searchBatch, { body: JSON.stringify({ values: Array(101).fill('evil.example') }) }),
      413: ({ call }) => call(searchBatch, { body: ' '.repeat(70_000) }),
    },
  },
];
