import { saysIncomplete } from '../../domain/defender/says-incomplete.ts';
import type { ListedPage, MappingContext } from '../../domain/sources/read-incident-page.ts';
import type { TenantId } from '../../domain/values/tenant-id.ts';
import { ticksFromMs, TICKS_PER_SECOND, type Ticks } from '../../domain/values/ticks.ts';
import { AppError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IncidentPage } from '../../ports/incident-source.ts';
import type { HttpAnswer, HttpGet } from '../machine/http.ts';

/** Checked tokens for one API, one tenant at a time. */
export interface ApiTokens {
  get(tenantId: TenantId): Promise<{ readonly token: string }>;
  drop(tenantId: TenantId): void;
}

export interface ApiOptions {
  /** e.g. `https://api.security.microsoft.com`; the token goes there. */
  baseUrl: string;
  /** e.g. `https://security.microsoft.com`; incident links lead there. */
  portalUrl: string;
  tokens: ApiTokens;
  http: HttpGet;
  clock: Clock;
}

/** How one API is called. */
export interface ApiCalls {
  endpoint: URL;
  /** The setting that says where it is. */
  urlSetting: string;
  headers: Readonly<Record<string, string>>;
  toFailure(answer: HttpAnswer & { answeredAtMs: number }, what: string): AppError;
}

/** The calls of one tenant; each is one request. */
export interface TenantApi {
  send(url: string): Promise<HttpAnswer>;
  /** The body of a success that is whole; anything else is thrown. */
  sendForBody(url: string, what: string): Promise<string>;
  sendForPage(url: string, updatedFrom: Ticks, readPage: PageReader): Promise<IncidentPage>;
  /** Likewise of a response that is there. `what` completes "Cannot …". */
  wholeBody(answer: HttpAnswer, what: string): string;
  context(updatedFrom: Ticks): MappingContext;
  /** Without a window, an incident without any time is as old as this response. */
  contextOf(answer: HttpAnswer): MappingContext;
}

type PageReader = (bodyText: string, context: MappingContext) => ListedPage;

export function openTenantApi(options: ApiOptions, calls: ApiCalls, tenantId: TenantId): TenantApi {
  const { portalUrl, tokens, http, clock } = options;
  const toFailure = (answer: HttpAnswer, what: string): AppError =>
    calls.toFailure({ ...answer, answeredAtMs: answer.dateMs ?? clock.nowMs() }, what);
  const api: TenantApi = {
    send: async (url) => {
      const { token } = await tokens.get(tenantId);
      return http(url, { authorization: `Bearer ${token}`, accept: 'application/json', ...calls.headers });
    },
    sendForBody: async (url, what) => api.wholeBody(await api.send(url), what),
    sendForPage: async (url, updatedFrom, readPage) => {
      const answer = await api.send(url);
      if (!isSuccess(answer)) throw toFailure(answer, 'list incidents');
      const visibleUntil = visibleUntilOf(answer);
      return {
        ...readPage(answer.bodyText, api.context(updatedFrom)),
        // Without a readable `Date` the response cannot say up to when it is complete, so it proves nothing.
        isPartial: isIncomplete(answer) || visibleUntil === undefined,
        visibleUntil: visibleUntil ?? 0n,
      };
    },
    wholeBody: (answer, what) => {
      if (!isSuccess(answer)) throw toFailure(answer, what);
      // Stored as if it were whole, it would take away the alerts that it lacks.
      if (isIncomplete(answer))
        throw new AppError('incomplete-answer', `Cannot ${what} as the source marks its answer as incomplete`);
      return answer.bodyText;
    },
    context: (updatedFrom) => ({ tenantId, portalUrl, updatedFrom }),
    contextOf: (answer) => api.context(ticksFromMs(answer.dateMs ?? clock.nowMs())),
  };
  return api;
}

/** The address of a list below the API's base. */
export function toEndpoint(baseUrl: string, path: string): URL {
  return new URL(`${baseUrl.replace(/\/+$/, '')}${path}`);
}

export function buildIncidentUrl(endpoint: URL, incidentId: string): string {
  const url = new URL(`${endpoint.href}/${encodeURIComponent(incidentId)}`);
  // `.` and `..` cannot be escaped in a path.
  if (!url.pathname.startsWith(`${endpoint.pathname}/`) || url.pathname.endsWith('/'))
    throw new AppError('bad-request', `Cannot read incident ${JSON.stringify(incidentId)} by its id`, {
      action: 'Nothing: the incident is still read by its time; if it lasts, report it as a bug',
    });
  return url.href;
}

/** The link gets the tenant's token: it may only lead back to where the token belongs. */
export function checkNextLink(nextLink: string, { endpoint, urlSetting }: ApiCalls): string {
  const url = URL.parse(nextLink, endpoint.href);
  if (url !== null && leadsTo(url, endpoint) && isSamePath(url, endpoint)) return url.href;
  throw new AppError(
    'foreign-next-link',
    `Cannot follow the link to the next page as it must lead to ${endpoint.href}: current value leads to ${url?.origin ?? 'no address'}`,
    { action: `Check ${urlSetting}; if it is right, open a support case with Microsoft` },
  );
}

/** The same server, over https and without credentials of somebody else's. */
export function leadsTo(url: URL, endpoint: URL): boolean {
  return url.protocol === 'https:' && url.origin === endpoint.origin && url.username === '' && url.password === '';
}

function isSamePath(url: URL, endpoint: URL): boolean {
  return url.pathname.toLowerCase() === endpoint.pathname.toLowerCase();
}

const isSuccess = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300;

const isIncomplete = ({ status, headers }: HttpAnswer): boolean => saysIncomplete(status, headers.get('warning'));

/** A 404 page of something in between says nothing about the incident. */
export function isMissing({ status, bodyText }: HttpAnswer): boolean {
  return status === 404 && !/^\s*</.test(bodyText);
}

/** The service's own time when it began to respond, less a second as `Date` has whole seconds. */
function visibleUntilOf({ dateMs, durationMs }: HttpAnswer): Ticks | undefined {
  return dateMs === undefined ? undefined : ticksFromMs(dateMs - durationMs) - TICKS_PER_SECOND;
}
