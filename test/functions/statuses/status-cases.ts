import type { ApiHandler } from '../../../shared/edge/http-handler.ts';
import type { ApiAnswer } from '../../helpers/api/api-contract.ts';
import type { ApiRequest } from '../../helpers/api/call-function.ts';
import type { ApiWorld } from '../../helpers/worlds/api-world.ts';

/** How each documented status of one operation comes about. 401, 500 and 502 come about in the same way for all. */
export interface StatusCases {
  handler: ApiHandler;
  /** A request without a mistake. */
  request: ApiRequest;
  statuses: Readonly<Record<number, (world: ApiWorld) => Promise<ApiAnswer>>>;
}
