import { readDefenderIncident, readDefenderPage } from '../domain/defender/read-defender-page.ts';
import { saysIncomplete } from '../domain/defender/says-incomplete.ts';
import type { MappingContext } from '../domain/defender/to-incident.ts';
import { toDefenderFailure } from '../domain/defender-failure.ts';
import type { TenantId } from '../domain/tenant-id.ts';
import { formatTicks, ticksFromMs, TICKS_PER_SECOND, type Ticks } from '../domain/ticks.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { IncidentPage, IncidentQuery, IncidentSource, TenantIncidents } from '../ports/incident-source.ts';
import type { HttpAnswer, HttpGet } from './http.ts';

/** Checked tokens for the Defender API, one tenant at a time. */
export interface DefenderTokens {
  get(tenantId: TenantId): Promise<{ readonly token: string }>;
  drop(tenantId: TenantId): void;
}

export interface DefenderOptions {
  /** e.g. `https://api.security.microsoft.com`; the token goes there. */
  baseUrl: string;
  /** e.g. `https://security.microsoft.com`; incident links lead there. */
  portalUrl: string;
  tokens: DefenderTokens;
  http: HttpGet;
  clock: Clock;
}

/** The documented limit of `$top` (learn.microsoft.com, List incidents API). */
const MAX_TOP = 100;

/** The port `IncidentSource` on Defender's `/api/incidents`. */
export function createDefenderSource(options: DefenderOptions): IncidentSource {
  return {
    open: async (tenantId) => {
      await options.tokens.get(tenantId);
      return openTenant(options, tenantId);
    },
  };
}

function openTenant({ baseUrl, portalUrl, tokens, http, clock }: DefenderOptions, tenantId: TenantId): TenantIncidents {
  const endpoint = new URL(`${baseUrl.replace(/\/+$/, '')}/api/incidents`);

  return {
    source: 'defender',
    maxTop: MAX_TOP,
    list: async (query) => readPage(`${endpoint.href}?${buildQuery(query)}`, query.updatedFrom),
    follow: async (nextLink, updatedFrom) => readPage(checkNextLink(nextLink, endpoint), updatedFrom),
    get: async (incidentId) => {
      const answer = await send(buildIncidentUrl(endpoint, incidentId));
      if (isMissing(answer)) return undefined;
      if (!isSuccess(answer)) throw failure(answer, `read incident ${incidentId}`);
      // Without a window, an incident that has no time at all is as old as this answer.
      return readDefenderIncident(answer.bodyText, incidentId, context(ticksFromMs(answer.dateMs ?? clock.nowMs())));
    },
    dropToken: () => {
      tokens.drop(tenantId);
    },
  };

  async function readPage(url: string, updatedFrom: Ticks): Promise<IncidentPage> {
    const answer = await send(url);
    if (!isSuccess(answer)) throw failure(answer, 'list incidents');
    const visibleUntil = visibleUntilOf(answer);
    return {
      ...readDefenderPage(answer.bodyText, context(updatedFrom)),
      // Without a readable `Date` the answer cannot say up to when it is complete, so it proves nothing.
      isPartial: saysIncomplete(answer.status, answer.headers.get('warning')) || visibleUntil === undefined,
      visibleUntil: visibleUntil ?? 0n,
    };
  }

  async function send(url: string): Promise<HttpAnswer> {
    const { token } = await tokens.get(tenantId);
    return http(url, { authorization: `Bearer ${token}`, accept: 'application/json' });
  }

  function context(updatedFrom: Ticks): MappingContext {
    return { tenantId, portalUrl, updatedFrom };
  }

  function failure(answer: HttpAnswer, what: string): AppError {
    return toDefenderFailure({ ...answer, answeredAtMs: answer.dateMs ?? clock.nowMs() }, what);
  }
}

function buildQuery(query: IncidentQuery): string {
  const bounds: [string, Ticks | undefined][] = [
    ['lastUpdateTime ge', query.updatedFrom],
    ['lastUpdateTime lt', query.updatedTo],
    ['createdTime ge', query.createdFrom],
    ['createdTime lt', query.createdTo],
  ];
  const conditions = bounds.flatMap(([condition, at]) => (at === undefined ? [] : [`${condition} ${formatTicks(at)}`]));
  if (query.status !== undefined) conditions.push(`status eq '${query.status.replaceAll("'", "''")}'`);
  const skip = query.skip === undefined || query.skip === 0 ? '' : `&$skip=${query.skip}`;
  return `$filter=${encodeURIComponent(conditions.join(' and '))}&$top=${query.top}${skip}`;
}

function buildIncidentUrl(endpoint: URL, incidentId: string): string {
  const url = new URL(`${endpoint.href}/${encodeURIComponent(incidentId)}`);
  // `.` and `..` cannot be escaped in a path.
  if (!url.pathname.startsWith(`${endpoint.pathname}/`) || url.pathname.endsWith('/'))
    throw new AppError('collector', 'bad-request', `Cannot read incident ${JSON.stringify(incidentId)} by its id`, {
      action: 'Nothing: the incident is still read by its time; if it lasts, report it as a bug',
    });
  return url.href;
}

/** The link gets the tenant's token: it may only lead back to where the token belongs. */
function checkNextLink(nextLink: string, endpoint: URL): string {
  const url = URL.parse(nextLink, endpoint.href);
  const isOurs =
    url?.protocol === 'https:' &&
    url.origin === endpoint.origin &&
    url.username === '' &&
    url.password === '' &&
    url.pathname.toLowerCase() === endpoint.pathname.toLowerCase();
  if (isOurs) return url.href;
  throw new AppError(
    'microsoft',
    'foreign-next-link',
    `Cannot follow the link to the next page as it must lead to ${endpoint.href}: current value leads to ${url?.origin ?? 'no address'}`,
    { action: 'Check DEFENDER_URL; if it is right, open a support case with Microsoft' },
  );
}

const isSuccess = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300;

/** A 404 page of something in between says nothing about the incident. */
function isMissing({ status, bodyText }: HttpAnswer): boolean {
  return status === 404 && !/^\s*</.test(bodyText);
}

/** The service's own time when it began to answer, less a second as `Date` has whole seconds. */
function visibleUntilOf({ dateMs, durationMs }: HttpAnswer): Ticks | undefined {
  return dateMs === undefined ? undefined : ticksFromMs(dateMs - durationMs) - TICKS_PER_SECOND;
}
