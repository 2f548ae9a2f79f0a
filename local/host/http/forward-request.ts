import { request as requestHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/**
 * Hands a request to the library's own server, which `enableHttpStream` starts, and streams its answer back.
 * `isDone` tells that the function has ended; what has not answered a moment later never will.
 */
export async function forwardRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: { readonly httpUri: string; readonly invocationId: string },
  isDone: Promise<unknown>,
): Promise<void> {
  const controller = new AbortController();
  const host = incoming.headers.host ?? '';
  const proxied = requestHttp(new URL(incoming.url ?? '/', target.httpUri), {
    method: incoming.method ?? 'GET',
    headers: {
      ...incoming.headers,
      'x-ms-invocation-id': target.invocationId,
      'x-forwarded-host': host,
      'x-forwarded-proto': 'http',
    },
    signal: controller.signal,
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    proxied.once('response', resolve);
    proxied.once('error', reject);
  });
  incoming.pipe(proxied);
  const silence = isDone.then(async () => {
    await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
    throw new Error('The function ended without an answer; behind the real host this request would hang');
  });
  silence.catch(() => undefined);
  try {
    const response = await Promise.race([answer, silence]);
    copyHead(response, outgoing);
    await pipeline(response, outgoing);
  } catch (error) {
    controller.abort();
    answer.catch(() => undefined);
    throw error;
  }
}

const SILENCE_MS = 1_000;

function copyHead(response: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.statusCode = response.statusCode ?? 500;
  for (const [name, value] of Object.entries(response.headers)) {
    const isOurs = ['connection', 'keep-alive', 'transfer-encoding', 'x-ms-invocation-id'].includes(name);
    if (value !== undefined && !isOurs) outgoing.setHeader(name, value);
  }
}
