import { listCampaigns } from '../../../functions/incidents/list-campaigns.ts';
import { followChanges } from '../../../shared/campaigns/follow-changes.ts';
import { FOLLOW } from '../../campaigns/campaign-world.ts';
import { anAlert, anIncident, seedIncidents, tenantNumber } from '../../helpers/seed.ts';
import type { StatusCases } from './status-cases.ts';

const evidence = [{ ...anAlert('9', 'a'), entities: [{ type: 'ip', verdict: 'malicious', ipAddress: '8.8.4.4' }] }];

export const CAMPAIGN_STATUSES: readonly StatusCases[] = [
  {
    handler: listCampaigns,
    request: { query: { since: '2025-12-01T00:00:00Z' } },
    statuses: {
      200: async ({ call, services: { incidents } }) => {
        const at = new Date(Date.now() - 86_400_000).toISOString();
        for (const number of [41, 42])
          await seedIncidents(incidents, tenantNumber(number), [anIncident('9', at)], evidence);
        // What was stored this minute is not yet in the log for good.
        const late = { ...incidents, serviceTime: () => incidents.serviceTime() + 1_200_000_000n };
        await followChanges({ ...FOLLOW, incidents: late });
        return call(listCampaigns, { query: { since: at } });
      },
      400: ({ call }) => call(listCampaigns, { query: { incidentId: '9' } }),
    },
  },
];
