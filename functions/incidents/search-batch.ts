import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { readBatchQuery } from '../../shared/domain/queries/batch-query.ts';
import { refuseParameters } from '../../shared/domain/requests/query-parameters.ts';
import { readJsonBody } from '../../shared/edge/read-json-body.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import { exportBatch } from '../../shared/searching/export-batch.ts';
import { searchBatch as search } from '../../shared/searching/search-batch.ts';
import type { Services } from '../../shared/wiring/services.ts';

export async function searchBatch(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  refuseParameters(request.query);
  const query = readBatchQuery(await readJsonBody(request), request.headers.get('accept'));
  return query.format === 'csv' ? exportBatch(services, query) : { jsonBody: await search(services, query) };
}

registerHttp('searchBatch', { route: 'search/batch', methods: ['POST'], access: 'reader' }, searchBatch);
