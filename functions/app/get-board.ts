import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { getBoardFile } from '../../shared/edge/get-board-file.ts';
import { registerHttp } from '../../shared/edge/register-function.ts';
import type { Services } from '../../shared/wiring/services.ts';

/** The operators' page and its files. They hold no data: the page gets it from the API, with the operator's rights. */
export async function getBoard(request: HttpRequest, services: Services): Promise<HttpResponseInit> {
  return getBoardFile(services, request.params['file'], request.headers.get('if-none-match'));
}

registerHttp('getBoard', { route: 'board/{file?}', methods: ['GET'], access: 'public' }, getBoard);
