import { Agent, type AgentOptions } from 'node:https';
import type fetchType from 'node-fetch';
import { REQUEST_LIMIT_MS } from '../../domain/reading/request-limit.ts';
import { AppError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { createTurns } from './create-turns.ts';

export interface HttpAnswer {
  status: number;
  headers: { get(name: string): string | null };
  bodyText: string;
  /** From when the request had its connection to the last byte, on the monotonic clock. */
  durationMs: number;
  /** The response's `Date` in milliseconds since 1970; `undefined` when it is missing or not in HTTP's format. */
  dateMs: number | undefined;
}

/** One GET over https. Any status except a redirect is a response; without a response it throws an `AppError`. */
export type HttpGet = (url: string, headers: Readonly<Record<string, string>>) => Promise<HttpAnswer>;

export interface HttpOptions {
  fetch: typeof fetchType;
  clock: Clock;
  /** A request beyond its connections waits, and its time begins when it is its turn. Default: 16 connections. */
  agent?: Agent;
  /** For the whole request once it has its connection, body included. */
  timeoutMs?: number;
  /** After decompression. */
  maxBodyBytes?: number;
  startTimer?: StartTimer;
}

/** Calls `late` after `ms`, unless the returned function is called before. */
export type StartTimer = (late: () => void, ms: number) => () => void;

const startRealTimer: StartTimer = (late, ms) => {
  const timer = setTimeout(late, ms);
  return () => {
    clearTimeout(timer);
  };
};

const DEFAULT_CONNECTIONS = 16;
const MAX_BODY_BYTES = 20 * 1024 * 1024;
const WAIT =
  'Nothing: it is tried again; if it lasts, look at the status page of the service and at the network of this app';

type Limits = Required<Pick<HttpOptions, 'timeoutMs' | 'maxBodyBytes'>>;

export function createHttpGet(options: HttpOptions): HttpGet {
  const { fetch, clock, agent = openAgent(DEFAULT_CONNECTIONS), startTimer = startRealTimer } = options;
  const turns = createTurns(agent.maxSockets);
  const limits: Limits = {
    timeoutMs: options.timeoutMs ?? REQUEST_LIMIT_MS,
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
  };

  return async (url, headers) => {
    const place = withoutQuery(url);
    await turns.take();
    const controller = new AbortController();
    const stopTimer = startTimer(() => {
      controller.abort();
    }, limits.timeoutMs);
    const startedMs = clock.monotonicMs();
    let isRead = false;
    try {
      const answer = await Promise.race([
        request(controller.signal),
        rejectOnAbort(controller.signal, place, limits.timeoutMs),
      ]);
      isRead = true;
      return answer;
    } finally {
      stopTimer();
      // Whatever ended the request, nothing of it may go on: an unread body would hold its connection. Of one that was read nothing
      // is left, and to abort it would make three errors for nobody.
      if (!isRead) controller.abort();
      turns.giveBack();
    }

    async function request(signal: AbortSignal): Promise<HttpAnswer> {
      const answer = await fetch(url, {
        headers: { ...headers, 'accept-encoding': 'gzip' },
        redirect: 'manual',
        agent,
        signal,
      }).catch((cause: unknown) => {
        throw unavailable(place, codeOf(cause), cause);
      });
      // A redirect would carry the token elsewhere.
      if (answer.status >= 300 && answer.status < 400) throw redirectRefused(place, answer.status);
      const bodyText = await readBodyText(answer.body ?? [], place, limits.maxBodyBytes);
      return {
        status: answer.status,
        headers: answer.headers,
        bodyText,
        durationMs: clock.monotonicMs() - startedMs,
        dateMs: readHttpDate(answer.headers.get('date')),
      };
    }
  };
}

/** Connections that are kept, at most this many to one host: as many as there may be concurrent requests. */
export function openAgent(maxConnections: number, options: AgentOptions = {}): Agent {
  return new Agent({ ...options, keepAlive: true, maxSockets: maxConnections });
}

/** Counts what was decompressed chunk by chunk, so that a small body that expands without end is cut early. */
async function readBodyText(
  body: AsyncIterable<string | Buffer> | [],
  place: string,
  maxBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      const buffer = Buffer.from(chunk);
      bytes += buffer.length;
      if (bytes > maxBytes) throw pageTooLarge(place, maxBytes);
      chunks.push(buffer);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw answerCut(place, bytes, cause);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function rejectOnAbort(signal: AbortSignal, place: string, timeoutMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(unavailable(place, `no complete answer within ${timeoutMs} ms`));
    });
  });
}

/** The query stays out of messages: it may contain data that must not be logged. */
function withoutQuery(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== 'https:')
    throw new AppError('insecure-url', `Cannot send a token to ${protocol}//${host} as only https is allowed`);
  return `https://${host}${pathname}`;
}

/** Only the fixed form of RFC 9110: a looser parser could turn garbage into a claim of completeness. */
function readHttpDate(value: string | null): number | undefined {
  const isFixed = value !== null && /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value);
  const ms = isFixed ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'the connection failed';
}

function unavailable(place: string, reason: string, cause?: unknown): AppError {
  return new AppError('source-unavailable', `Cannot read ${place}: ${reason}`, { cause, action: WAIT });
}

function answerCut(place: string, bytes: number, cause: unknown): AppError {
  return new AppError('bad-page', `Cannot read ${place}: the answer broke off after ${bytes} bytes`, {
    cause,
    action: WAIT,
  });
}

function pageTooLarge(place: string, maxBytes: number): AppError {
  return new AppError('page-too-large', `Cannot read ${place}: the answer is over ${maxBytes} bytes`);
}

function redirectRefused(place: string, status: number): AppError {
  return new AppError('redirect-refused', `Cannot read ${place}: it answered with redirect ${status}`, { status });
}
