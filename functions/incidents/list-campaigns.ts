import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { exportCampaigns } from '../../shared/campaigns/export-campaigns.ts';
import { listCampaigns as list } from '../../shared/campaigns/list-campaigns.ts';
import { readCampaignQuery } from '../../shared/domain/queries/campaign-query.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function listCampaigns(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  const now = services.incidents.serviceTime();
  const query = readCampaignQuery(request.query, now, request.headers.get('accept'));
  return query.format === 'csv' ? exportCampaigns(services, query) : { jsonBody: await list(services, query) };
}

registerHttp('listCampaigns', { route: 'campaigns', methods: ['GET'], access: 'reader' }, listCampaigns);
