import { checkAnswer, operationAt, type ApiAnswer } from './api-contract.ts';
import { readAnswer } from './call-function.ts';

/** Calls the API of a running host and holds the answer against openapi.json. `path` is what follows `/api/`. */
export async function fetchApi<T>(
  host: { url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<ApiAnswer & { json: T }> {
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const answer = await readAnswer(await fetch(`${host.url}/api/${path}`, init));
  checkAnswer(operationAt(method, path).operationId, answer);
  return { ...answer, json: JSON.parse(answer.body) as T };
}
