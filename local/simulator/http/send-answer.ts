import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Answer } from './answer.ts';

const WORTH_COMPRESSING_BYTES = 1024;

/** Writes the answer as its delivery says. Never waits for a client that went away. */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  date: Date,
): Promise<void> {
  if (answer.delayMs > 0) await waitUnlessGone(response, answer.delayMs);
  if (response.destroyed) return;
  const { delivery } = answer;
  if (delivery.kind === 'reset') {
    request.socket.destroy();
    return;
  }
  if (delivery.kind === 'raw') {
    await delivery.send(response, date.toUTCString());
    return;
  }
  const headers = { ...answer.headers, date: date.toUTCString() };
  const body = encode(request, answer, headers);
  response.writeHead(answer.status, { ...headers, 'content-length': String(body.length) });
  if (delivery.kind === 'abort') {
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => request.socket.destroy());
  } else if (delivery.kind === 'drip') {
    await drip(response, body, delivery);
  } else {
    response.end(body);
  }
}

function encode(request: IncomingMessage, answer: Answer, headers: Record<string, string>): Buffer {
  const body = Buffer.from(answer.body);
  const isWelcome = /\bgzip\b/.test(String(request.headers['accept-encoding']));
  if (headers['content-encoding'] !== undefined || !isWelcome || body.length < WORTH_COMPRESSING_BYTES) return body;
  headers['content-encoding'] = 'gzip';
  headers['vary'] = 'Accept-Encoding';
  return gzipSync(body, { level: 1 });
}

async function drip(
  response: ServerResponse,
  body: Buffer,
  { chunkBytes, intervalMs }: { chunkBytes: number; intervalMs: number },
): Promise<void> {
  for (let sent = 0; sent < body.length && !response.destroyed; sent += chunkBytes) {
    response.write(body.subarray(sent, sent + chunkBytes));
    await waitUnlessGone(response, intervalMs);
  }
  response.end();
}

async function waitUnlessGone(response: ServerResponse, ms: number): Promise<void> {
  const gone = new AbortController();
  const stop = (): void => {
    gone.abort();
  };
  response.once('close', stop);
  try {
    await sleep(ms, undefined, { signal: gone.signal });
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    response.off('close', stop);
  }
}
