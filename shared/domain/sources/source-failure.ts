import { AppError } from '../../errors.ts';
import { ERRORS, type ErrorCode } from '../../errors/error-table.ts';
import { AADSTS_CODES, readAadsts } from '../entra/aadsts-codes.ts';
import type { SourceName } from '../incidents/incident.ts';
import { cleanText } from '../values/clean-text.ts';
import { readFirstText, readObject, readText, type JsonObject } from '../values/read-value.ts';
import { retryAfterMs } from '../values/retry-after.ts';

export interface FailedAnswer {
  status: number;
  headers: { get(name: string): string | null };
  bodyText: string;
  /** The response's `Date` in milliseconds since 1970, our own time if it has none. */
  answeredAtMs: number;
}

interface Meaning {
  code: ErrorCode;
  /** Where more is known than the code's own action says. */
  action?: string;
  missingRoles?: readonly string[];
  /** The end of a sentence, if more is known than the response itself says. */
  reason?: string;
}

interface ApiError {
  code: string;
  message: string;
  trackingId: string | null;
}

const MAX_MESSAGE_CHARS = 300;
const MAX_ID_CHARS = 100;

/** The least role that reads incidents, and the setting that says where. */
const SOURCES: Readonly<Record<SourceName, { role: string; urlSetting: string; ifWithdrawn: string }>> = {
  defender: {
    role: 'Incident.Read.All',
    urlSetting: 'DEFENDER_URL',
    ifWithdrawn: 'where Microsoft has withdrawn this API, read the customer from Microsoft Graph (INCIDENT_SOURCE)',
  },
  graph: {
    role: 'SecurityIncident.Read.All',
    urlSetting: 'GRAPH_URL',
    ifWithdrawn: 'it must be that of Microsoft Graph in the cloud of CLOUD',
  },
};
const missingRole = (role: string): Meaning => ({
  code: 'missing-role',
  action: `Send the customer a new consent link: the role ${role} is not granted, or was taken away`,
  missingRoles: [role],
});
const notFound = (source: SourceName): Meaning => ({
  code: 'endpoint-not-found',
  action: `Check ${SOURCES[source].urlSetting}; ${SOURCES[source].ifWithdrawn}`,
});
const badPage = (source: SourceName): Meaning => ({
  code: 'bad-page',
  action: `Nothing: it is tried again; if it lasts, check ${SOURCES[source].urlSetting} and what stands between this app and the service`,
});

/** A response without incidents → who must act. `what` completes "Cannot …", e.g. `list incidents`. */
export function toSourceFailure(source: SourceName, answer: FailedAnswer, what: string): AppError {
  const error = readApiError(answer.bodyText);
  const { code, action, missingRoles, reason } = entraMeaning(answer) ?? statusMeaning(source, answer, error);
  const trackingId = error.trackingId ?? readHeaderId(answer);
  const waitMs = code === 'throttled' ? retryAfterMs(answer.headers, answer.bodyText, answer.answeredAtMs) : undefined;
  return new AppError(
    code,
    `Cannot ${what}${reason === undefined ? '' : ` as ${reason}`}: the service answered ${describe(answer.status, error, trackingId)}`,
    {
      status: answer.status,
      ...(action !== undefined && { action }),
      ...(missingRoles !== undefined && { missingRoles }),
      ...(trackingId === null ? {} : { trackingId }),
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    },
  );
}

/** The API quotes Entra when it called it in our name. Not for transient failures: an inner error there is the API's own. */
function entraMeaning({ status, bodyText }: FailedAnswer): Meaning | undefined {
  if (status < 400 || status >= 500 || status === 408 || status === 429) return undefined;
  const known = AADSTS_CODES.get(readAadsts(bodyText) ?? 0);
  if (known === undefined) return undefined;
  const [code, reason] = known;
  // A token that grew old is met with a new one first.
  return status === 401 && ERRORS[code].blame !== 'tenant' ? undefined : { code, reason };
}

function statusMeaning(source: SourceName, { status, bodyText }: FailedAnswer, error: ApiError): Meaning {
  if (status === 401) return { code: 'unauthorized' };
  if (status === 403) return forbiddenMeaning(source, error);
  if (status === 429) return { code: 'throttled' };
  if (status === 408 || status >= 500) return { code: 'source-unavailable' };
  if (status === 404 || status === 410) return /^\s*</.test(bodyText) ? badPage(source) : notFound(source);
  return status >= 400 ? { code: 'bad-request' } : badPage(source);
}

/** Public notices of Microsoft about other APIs use these words. A refusal that explains an end may name the role of the new API. */
const SAYS_ENDED =
  /\b(?:retired|retirement|deprecated|decommissioned|discontinued|withdrawn|sunset)\b|no longer (?:available|supported|functions?\b|returns?\b)|migrate to|microsoft graph/i;

/** Codes and texts: learn.microsoft.com, Microsoft Defender XDR APIs, error codes; Graph documents no separate ones. */
function forbiddenMeaning(source: SourceName, { code, message }: ApiError): Meaning {
  if (source === 'defender' && SAYS_ENDED.test(`${code} ${message}`)) return { code: 'forbidden' };
  if (
    code === 'DisabledFeature' ||
    /licen[cs]e|feature (?:isn't|is not) enabled|not (?:onboarded|provisioned)/i.test(message)
  )
    return { code: 'not-licensed' };
  const saysRole =
    /application permission|required permission|missing (?:application )?(?:permission|role)|\broles?\b|Incident\.Read/i;
  if (saysRole.test(message) || (code === 'Forbidden' && message === '')) return missingRole(SOURCES[source].role);
  return { code: 'forbidden' };
}

function readApiError(bodyText: string): ApiError {
  const error = readObject(readObject(parse(bodyText))?.['error']);
  if (error === undefined) return { code: '', message: '', trackingId: null };
  return {
    code: readText(error['code']) ?? '',
    message: readText(error['message']) ?? '',
    trackingId: clip(
      readText(error['target']) ?? readInnerId(readObject(error['innerError'] ?? error['innererror'])),
      MAX_ID_CHARS,
    ),
  };
}

function readInnerId(inner: JsonObject | undefined): string | null {
  return inner === undefined ? null : readFirstText(inner, 'request-id', 'client-request-id');
}

function readHeaderId({ headers }: FailedAnswer): string | null {
  return clip(headers.get('request-id') ?? headers.get('x-ms-request-id'), MAX_ID_CHARS);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(status: number, { code, message }: ApiError, trackingId: string | null): string {
  const said = clip(withoutTokens([code, message].filter((part) => part !== '').join(': ')), MAX_MESSAGE_CHARS);
  const tracking = trackingId === null ? '' : `, tracking id ${trackingId}`;
  return `${status}${said === null || said === '' ? '' : ` (${said})`}${tracking}`;
}

function withoutTokens(text: string): string {
  return text.replace(/eyJ[\w-]{10,}(?:\.[\w-]*)*/g, '[token]');
}

function clip(text: string | null, limit: number): string | null {
  return text === null ? null : cleanText(text).replace(/\s+/g, ' ').slice(0, limit).toWellFormed();
}
