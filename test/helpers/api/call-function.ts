import { HttpRequest, HttpResponse, InvocationContext } from '@azure/functions';
import { httpHandler, type ApiHandler } from '../../../shared/edge/http-handler.ts';
import type { Services } from '../../../shared/wiring/services.ts';
import { checkAnswer, operationNamed, type ApiAnswer } from './api-contract.ts';

export interface ApiRequest {
  params?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
}

/** Calls an HTTP function as the platform does, and holds its answer against openapi.json. */
export type CallFunction = (handler: ApiHandler, request?: ApiRequest) => Promise<ApiAnswer & { json: unknown }>;

export function callWith(services: () => Services): CallFunction {
  return async (handler, { params = {}, query = {}, headers = {}, body } = {}) => {
    const { method, route, isPublic } = operationNamed(handler.name);
    const request = new HttpRequest({
      method,
      url: `https://collector.example/api/${route}`,
      params,
      query,
      headers,
      ...(body !== undefined && { body: { string: body } }),
    });
    const access = isPublic ? 'public' : method === 'GET' ? 'reader' : 'operator';
    const context = new InvocationContext({ functionName: handler.name, logHandler: () => {} });
    const init = await httpHandler(handler.name, handler, { access, services })(request, context);
    const answer = await readAnswer(new HttpResponse(init));
    checkAnswer(handler.name, answer);
    return { ...answer, json: answer.contentType?.includes('json') === true ? JSON.parse(answer.body) : null };
  };
}

export async function readAnswer(response: {
  status: number;
  headers: { get(name: string): string | null; entries(): Iterable<[string, string]> };
  text(): Promise<string>;
}): Promise<ApiAnswer> {
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    body: await response.text(),
    headers: new Headers([...response.headers.entries()]),
  };
}
