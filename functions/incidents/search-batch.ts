import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readBatchQuery } from '../../shared/domain/queries/batch-query.ts';
import { refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { readJsonBody } from '../../shared/edge/read-json-body.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { searchBatch as search } from '../../shared/searching/search-batch.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function searchBatch(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  return { jsonBody: await search(services, readBatchQuery(await readJsonBody(request))) };
}

registerHttp('searchBatch', { route: 'search/batch', methods: ['POST'], access: 'reader' }, searchBatch);
