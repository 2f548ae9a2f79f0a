import { Readable } from 'node:stream';
import { Response } from 'node-fetch';
import { createHttpGet, type HttpAnswer, type HttpOptions } from '../../../shared/adapters/machine/http.ts';
import { createGraphSource } from '../../../shared/adapters/graph/graph-source.ts';
import { createDefenderSource } from '../../../shared/adapters/sources/defender.ts';
import type { SourceName } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { IncidentPage, TenantIncidents } from '../../../shared/ports/incident-source.ts';
import type { FailureKind } from './trouble.ts';

const APIS = { defender: 'https://api.security.microsoft.com', graph: 'https://graph.microsoft.com' };

/** Whose answer it is, of which tenant and when. */
export interface AskedAdapter {
  source: SourceName;
  tenantId: TenantId;
  nowMs: number;
}

const WARNINGS = {
  '199': '199 - "Some results are missing"',
  '214': '214 proxy "Transformation applied"',
  '299': '299 - "The API is deprecated"',
} as const;
export type WarningCode = keyof typeof WARNINGS;

/** A call that came to no answer at all fails as the real HTTP client says. */
const [RESET, TIMED_OUT, CUT] = [
  await failureOf(async () => {
    throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  }),
  await failureOf(() => new Promise(() => undefined)),
  await failureOf(async () => new Response(Readable.from(brokenBody()))),
];

async function* brokenBody(): AsyncGenerator<Buffer> {
  yield Buffer.from('{"value":[');
  throw new Error('aborted');
}

async function failureOf(fetch: HttpOptions['fetch']): Promise<unknown> {
  const clock: Clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => undefined };
  const get = createHttpGet({ fetch, clock, timeoutMs: 1 });
  return get(`${APIS.defender}/api/incidents`, {}).then(
    () => {
      throw new Error('A call that cannot be answered was answered');
    },
    (error: unknown) => error,
  );
}

/** How long a call hangs before our own time limit ends it, in ms. */
export const HANG_MS = 30_000;

/** What the real adapter makes of an answer that fails so: all but 206 throw. */
export function failAs(
  kind: FailureKind,
  asked: AskedAdapter,
  ask: (adapter: TenantIncidents) => Promise<unknown>,
): Promise<unknown> {
  return askAdapter(asked, () => answerOf(kind, asked.nowMs), ask);
}

function answerOf(kind: FailureKind, nowMs: number): HttpAnswer {
  if (kind === 'reset') throw RESET;
  if (kind === 'time-out') throw TIMED_OUT;
  if (kind === 'cut body') throw CUT;
  if (kind === 'not JSON') return toAnswer(nowMs, { bodyText: '<html><body>Please sign in</body></html>' });
  const status = Number(kind.slice('status '.length));
  return toAnswer(nowMs, { status, bodyText: status === 206 ? EMPTY_PAGE : '' });
}

const EMPTY_PAGE = '{"value":[]}';

/** Whether the real adapter takes an answer with this header, or this status, as incomplete. */
export async function isPartialTo(
  asked: AskedAdapter,
  { warning, status = 200 }: { warning?: WarningCode; status?: number },
): Promise<boolean> {
  const headers = new Headers(warning === undefined ? {} : { warning: WARNINGS[warning] });
  let page: IncidentPage | undefined;
  await askAdapter(
    asked,
    () => toAnswer(asked.nowMs, { status, headers, bodyText: EMPTY_PAGE }),
    async (adapter) => {
      page = await listAnything(adapter);
    },
  );
  if (page === undefined) throw new Error('The adapter has read no page');
  return page.isPartial;
}

/** What the real adapter makes of a refusal of the API. */
export function refuseCall(
  asked: AskedAdapter,
  { status, error, message }: { status: number; error: string; message: string },
): Promise<unknown> {
  const bodyText = JSON.stringify({ error: { code: error, message, target: '|target.' } });
  return askAdapter(asked, () => toAnswer(asked.nowMs, { status, bodyText }), listAnything);
}

/** What the real adapter makes of a link that leads to another host; it must not even ask there. */
export function followForeign(asked: AskedAdapter, link: string): Promise<unknown> {
  const send = (): never => {
    throw new Error('The adapter has sent the token to another host');
  };
  return askAdapter(asked, send, (adapter) => adapter.follow(link, 0n));
}

export const listAnything = (adapter: TenantIncidents): Promise<IncidentPage> =>
  adapter.list({ updatedFrom: 0n, top: 1 });

async function askAdapter(
  { source: name, tenantId, nowMs }: AskedAdapter,
  send: () => HttpAnswer,
  ask: (adapter: TenantIncidents) => Promise<unknown>,
): Promise<unknown> {
  const source = (name === 'graph' ? createGraphSource : createDefenderSource)({
    baseUrl: APIS[name],
    portalUrl: 'https://security.microsoft.com',
    tokens: { get: async () => ({ token: '' }), drop: () => undefined },
    http: async () => send(),
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: async () => undefined },
  });
  return ask(await source.open(tenantId));
}

function toAnswer(nowMs: number, answer: Partial<HttpAnswer>): HttpAnswer {
  return { status: 200, headers: new Headers(), bodyText: '', durationMs: 0, dateMs: nowMs, ...answer };
}
