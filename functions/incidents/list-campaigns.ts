import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { listCampaigns as list } from '../../shared/campaigns/list-campaigns.ts';
import { readCampaignQuery } from '../../shared/domain/queries/campaign-query.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function listCampaigns(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return { jsonBody: await list(services, readCampaignQuery(request.query, services.incidents.serviceTime())) };
}

registerHttp('listCampaigns', { route: 'campaigns', methods: ['GET'], access: 'reader' }, listCampaigns);
