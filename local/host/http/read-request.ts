import type { IncomingMessage } from 'node:http';
import type { RpcHttp } from '../functions/functions-core.ts';

/** Reads a body of at most `limit` bytes; undefined when it is longer. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = readChunk(chunk);
    size += bytes.length;
    if (size > limit) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function readChunk(chunk: unknown): Buffer {
  return chunk as Buffer; // the stream has no encoding set, so it yields buffers
}

export function toRpcRequest(
  request: IncomingMessage,
  url: URL,
  params: Readonly<Record<string, string>>,
  body: Uint8Array,
): RpcHttp {
  return {
    method: request.method ?? 'GET',
    url: url.href,
    headers: joinHeaders(request),
    query: joinQuery(url.searchParams),
    params: { ...params },
    body: body.length === 0 ? null : { bytes: body },
  };
}

export function joinHeaders(request: IncomingMessage): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) joined[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}

/** A key that is given twice reaches the function once, its values joined by a comma, as from the real host. */
export function joinQuery(query: URLSearchParams): Record<string, string> {
  const names = new Set(query.keys());
  return Object.fromEntries([...names].map((name) => [name, query.getAll(name).join(',')]));
}
