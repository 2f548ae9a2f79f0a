import type { ServerResponse } from 'node:http';
import type { InvocationResponse, RpcCookie, RpcHttp } from '../functions/functions-core.ts';

// They describe one connection and are the server's own.
const CONNECTION_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer', 'te'];
const SAME_SITE: Readonly<Record<string, string>> = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' };

/** Sends what a function returned; nothing becomes 204. */
export function sendResponse(response: ServerResponse, { returnValue }: InvocationResponse, isHead: boolean): void {
  const http = returnValue?.http;
  if (http === undefined) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    if (!CONNECTION_HEADERS.includes(name.toLowerCase())) response.setHeader(name, value);
  }
  const cookies = (http.cookies ?? []).map(toSetCookie);
  if (cookies.length > 0) response.setHeader('Set-Cookie', cookies);
  const body = readResponseBody(http);
  response.statusCode = Number(http.statusCode ?? 200);
  if (!response.hasHeader('Content-Length') && canHaveBody(response.statusCode)) {
    response.setHeader('Content-Length', body.length);
  }
  response.end(isHead ? undefined : body);
}

function canHaveBody(status: number): boolean {
  return status !== 204 && status !== 304;
}

function readResponseBody({ body }: RpcHttp): Buffer {
  if (body?.bytes !== undefined) return Buffer.from(body.bytes);
  return Buffer.from(body?.string ?? body?.json ?? '');
}

function toSetCookie(cookie: RpcCookie): string {
  const sameSite = SAME_SITE[cookie.sameSite ?? ''];
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    cookie.domain && `Domain=${cookie.domain.value}`,
    cookie.path && `Path=${cookie.path.value}`,
    cookie.expires && `Expires=${toDate(cookie.expires.value).toUTCString()}`,
    cookie.maxAge && `Max-Age=${cookie.maxAge.value}`,
    cookie.secure?.value === true && 'Secure',
    cookie.httpOnly?.value === true && 'HttpOnly',
    sameSite !== undefined && `SameSite=${sameSite}`,
  ]
    .filter((part) => typeof part === 'string')
    .join('; ');
}

function toDate(value: string | number | { seconds: number }): Date {
  return new Date(typeof value === 'object' ? value.seconds * 1_000 : value);
}
