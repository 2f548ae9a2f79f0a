import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpFunctionInfo } from '../functions/describe-function.ts';
import type { InvocationResponse, RpcData } from '../functions/functions-core.ts';
import type { HostJson } from '../functions/host-json.ts';
import { forwardRequest } from './forward-request.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { joinHeaders, readBody, toRpcRequest } from './read-request.ts';
import { createRouteTable, type RouteMatch } from './route-table.ts';
import { sendResponse } from './send-response.ts';

// Azure's limits of a URL and a query; the limit of a body is that of the host itself, below the platform's 210 MB.
const MAX_URL_LENGTH = 8_192;
const MAX_QUERY_LENGTH = 4_096;
const MAX_BODY_BYTES = 100 * 1024 * 1024;

export interface HttpFunction {
  readonly info: HttpFunctionInfo;
  readonly invoke: (data: RpcData, metadata: Record<string, RpcData>, id: string) => Promise<InvocationResponse>;
}

export interface AnswerParts {
  readonly functions: readonly HttpFunction[];
  readonly hostJson: HostJson;
  /** The key that functions of the level `function` and `admin` ask for; undefined asks for none. */
  readonly functionKey: string | undefined;
  /** Where the library listens for streamed requests, if it does. */
  readonly httpUri: string | undefined;
}

type Answerer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
type Found = Extract<RouteMatch<HttpFunction>, { found: 'target' }>;

/** Finds the function for a request, or the status that refuses it, and sends what the function answers. */
export function createAnswerer({ functions, hostJson, functionKey, httpUri }: AnswerParts): Answerer {
  const match = createRouteTable(
    functions.map((target) => ({
      target,
      template: `${hostJson.routePrefix}/${target.info.route}`,
      methods: target.info.methods,
    })),
  );
  // Azure has a page of its own at the bare address; here it is the first one that is printed, and that somebody opens.
  const board = `${hostJson.routePrefix}/board`;
  const limit = limitConcurrency(hostJson.maxConcurrentRequests);
  let outstanding = 0;
  const admit = (request: IncomingMessage, response: ServerResponse, url: URL): Found | number => {
    if (url.href.length > MAX_URL_LENGTH || url.search.length > MAX_QUERY_LENGTH) return 414;
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 413;
    const found = findRoute(match, request.method ?? 'GET', url);
    if (found.found === 'nothing') return 404;
    if (found.found === 'other-methods') {
      response.setHeader('Allow', found.allowed.join(', '));
      return 405;
    }
    if (!hasKey(request, url, found.target.info, functionKey)) return 401;
    return outstanding < hostJson.maxOutstandingRequests ? found : 429;
  };
  return async (request, response) => {
    const url = URL.parse(`http://${request.headers.host ?? '127.0.0.1'}${request.url ?? '/'}`);
    if (url?.pathname === '/' && request.method === 'GET' && match('GET', board).found === 'target') {
      response.writeHead(302, { location: `/${board}` }).end();
      return;
    }
    const admitted = url === null ? 400 : admit(request, response, url);
    if (url === null || typeof admitted === 'number') {
      response.writeHead(Number(admitted)).end();
      return;
    }
    outstanding += 1;
    try {
      await limit(() =>
        httpUri === undefined
          ? serveWhole(request, response, url, admitted)
          : serveStream(request, response, httpUri, admitted),
      );
    } finally {
      outstanding -= 1;
    }
  };
}

async function serveWhole(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { target, params }: Found,
): Promise<void> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) {
    response.writeHead(413).end();
    return;
  }
  const answer = await target.invoke({ http: toRpcRequest(request, url, params, body) }, {}, randomUUID());
  sendResponse(response, answer, request.method === 'HEAD');
}

/** With `enableHttpStream` the library takes request and response itself; parameters and headers go beside them. */
async function serveStream(
  request: IncomingMessage,
  response: ServerResponse,
  httpUri: string,
  { target, params }: Found,
): Promise<void> {
  const invocationId = randomUUID();
  const metadata = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { string: value }]));
  const headers = { json: JSON.stringify(joinHeaders(request)) };
  const isDone = target.invoke({ http: {} }, { ...metadata, Headers: headers }, invocationId);
  await Promise.all([isDone, forwardRequest(request, response, { httpUri, invocationId }, isDone)]);
}

function findRoute(
  match: (method: string, path: string) => RouteMatch<HttpFunction>,
  method: string,
  url: URL,
): RouteMatch<HttpFunction> {
  try {
    return match(method, url.pathname);
  } catch {
    return { found: 'nothing' }; // a path with a stray "%" names nothing
  }
}

function hasKey(request: IncomingMessage, url: URL, info: HttpFunctionInfo, key: string | undefined): boolean {
  if (key === undefined || info.authLevel === 'anonymous') return true;
  const given = request.headers['x-functions-key'] ?? url.searchParams.get('code') ?? '';
  return timingSafeEqual(hash(String(given)), hash(key));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
