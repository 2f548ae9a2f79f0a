import type { NewLink } from '../../../shared/domain/consent/link-view.ts';
import type { TenantChange } from '../../../shared/domain/requests/tenant-change.ts';
import type { Identification, Verification } from '../../../shared/domain/tenants/verification.ts';
import type { ChangeList } from '../../../shared/domain/views/change-list.ts';
import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import type { Trend } from '../../../shared/domain/views/trend-view.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type {
  CampaignPage,
  ConsentLinkPage,
  ConsentLinkRequest,
  IncidentPage,
  Offboarding,
  SearchPage,
  TenantPage,
} from './answers.ts';
import { brokenAnswer, noAnswer, toApiError } from './api-error.ts';

export type Query = Readonly<Record<string, string>>;

/** The calls that the page makes; each rejects with an `ApiError`. */
export interface Api {
  incidents(query: Query): Promise<IncidentPage>;
  incident(tenantId: string, incidentId: string, query?: Query): Promise<IncidentDetail>;
  search(query: Query): Promise<SearchPage>;
  campaigns(query: Query): Promise<CampaignPage>;
  tenants(query: Query): Promise<TenantPage>;
  changes(query: Query): Promise<ChangeList>;
  changeTenant(tenantId: string, change: TenantChange): Promise<TenantView>;
  /** Stops its collection for good, or erases what is stored of it. */
  deleteTenant(tenantId: string, isPurge: boolean): Promise<TenantView>;
  offboarding(tenantId: string): Promise<Offboarding>;
  consentLinks(query: Query): Promise<ConsentLinkPage>;
  trend(query: Query): Promise<Trend>;
  createConsentLink(request: ConsentLinkRequest): Promise<NewLink>;
  withdrawConsentLink(id: string): Promise<unknown>;
  collect(tenantId: string): Promise<unknown>;
  verify(tenantId: string): Promise<Verification>;
  identify(tenantId: string): Promise<Identification>;
  decide(tenantId: string, decision: 'approve' | 'reject'): Promise<unknown>;
}

export interface ApiOptions {
  /** Sent with each call; `undefined` where operators sign in at the platform. */
  key: string | undefined;
  /** No user is signed in, or the key is refused. */
  onRefused(): void;
}

const ANSWER_LIMIT_MS = 60_000;

/** Paths are relative to the page, so that it works behind any prefix. */
export function createApi({ key, onRefused }: ApiOptions): Api {
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = {
      accept: 'application/json',
      ...(key !== undefined && { 'x-functions-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    // An expired sign-in returns a redirect to another origin, which the page may not follow.
    const request = { ...init, redirect: 'manual' as const, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) };
    const response = await fetch(path, request).catch((cause: unknown) => {
      throw noAnswer(cause);
    });
    const isRefused = response.status === 401 || response.type === 'opaqueredirect';
    if (isRefused) onRefused();
    const text = await response.text().catch((cause: unknown) => {
      throw noAnswer(cause);
    });
    if (!response.ok) throw toApiError(isRefused ? 401 : response.status, text);
    return readJson(text);
  };
  const get = (path: string, query: Query = {}): Promise<unknown> => send('GET', withQuery(path, query));
  const post = (path: string, body: object = {}): Promise<unknown> => send('POST', path, body);
  return {
    incidents: async (query) => checked(await get('incidents', query), isIncidentPage),
    incident: async (tenantId, incidentId, query) =>
      checked(await get(`${tenantPath(tenantId)}/incidents/${encodeURIComponent(incidentId)}`, query), isDetail),
    search: async (query) => checked(await get('search', query), isSearchPage),
    campaigns: async (query) => checked(await get('campaigns', query), isCampaignPage),
    tenants: async (query) => checked(await get('tenants', query), isTenantPage),
    changes: async (query) => checked(await get('changes', query), isChangePage),
    changeTenant: async (tenantId, change) => checked(await send('PUT', tenantPath(tenantId), change), isTenant),
    deleteTenant: async (tenantId, isPurge) =>
      checked(await send('DELETE', withQuery(tenantPath(tenantId), isPurge ? { purge: 'true' } : {})), isTenant),
    offboarding: async (tenantId) => checked(await get(`${tenantPath(tenantId)}/offboarding`), isOffboarding),
    consentLinks: async (query) => checked(await get('consent-links', query), isLinkPage),
    trend: async (query) => checked(await get('trend', query), isTrend),
    createConsentLink: async (request) => checked(await post('consent-links', request), isNewLink),
    withdrawConsentLink: (id) => send('DELETE', `consent-links/${encodeURIComponent(id)}`),
    collect: (tenantId) => post(`${tenantPath(tenantId)}/collect`),
    verify: async (tenantId) => checked(await post(`${tenantPath(tenantId)}/verify`), isVerification),
    identify: async (tenantId) => checked(await post(`${tenantPath(tenantId)}/identify`), isIdentification),
    decide: (tenantId, decision) => post(`${tenantPath(tenantId)}/${decision}`),
  };
}

const tenantPath = (tenantId: string): string => `tenants/${encodeURIComponent(tenantId)}`;

function withQuery(path: string, query: Query): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
}

function readJson(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw brokenAnswer();
  }
}

// The page comes from the app that responds, so only the root of a response is checked: enough to detect a foreign one.
function checked<T>(answer: unknown, isExpected: (answer: unknown) => answer is T): T {
  if (isExpected(answer)) return answer;
  throw brokenAnswer();
}

function hasProperties(answer: unknown, ...names: string[]): answer is Record<string, unknown> {
  return typeof answer === 'object' && answer !== null && names.every((name) => name in answer);
}

const isIncidentPage = (answer: unknown): answer is IncidentPage => hasProperties(answer, 'incidents', 'coverage');
const isSearchPage = (answer: unknown): answer is SearchPage => hasProperties(answer, 'incidents', 'searched');
const isCampaignPage = (answer: unknown): answer is CampaignPage => hasProperties(answer, 'campaigns', 'through');
const isTenantPage = (answer: unknown): answer is TenantPage => hasProperties(answer, 'tenants', 'blind');
const isChangePage = (answer: unknown): answer is ChangeList => hasProperties(answer, 'changes', 'through');
const isTrend = (answer: unknown): answer is Trend => hasProperties(answer, 'days', 'notCounted');
const isDetail = (answer: unknown): answer is IncidentDetail => hasProperties(answer, 'incident', 'history');
const isTenant = (answer: unknown): answer is TenantView => hasProperties(answer, 'tenantId', 'status');
const isOffboarding = (answer: unknown): answer is Offboarding => hasProperties(answer, 'status', 'nextSteps');
const isLinkPage = (answer: unknown): answer is ConsentLinkPage => hasProperties(answer, 'consentLinks');
const isNewLink = (answer: unknown): answer is NewLink => hasProperties(answer, 'url', 'expiresAt');
const isVerification = (answer: unknown): answer is Verification => hasProperties(answer, 'ok', 'missingRoles');
const isIdentification = (answer: unknown): answer is Identification =>
  hasProperties(answer, 'organization', 'problem');
