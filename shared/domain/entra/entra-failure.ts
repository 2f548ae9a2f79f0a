import { AppError } from '../../errors.ts';
import type { EntraErrorCode } from '../../errors/entra-errors.ts';
import { ERRORS } from '../../errors/error-table.ts';
import { AADSTS_CODES, OAUTH_ERRORS, readAadsts } from './aadsts-codes.ts';

/** The HTTP response behind a failure: MSAL hides those to its discovery request and those without an OAuth body. */
export interface EntraAnswer {
  status: number;
  bodyText: string;
  retryAfterMs: number | undefined;
}

export interface EntraEvidence {
  /** The last response; a successful one gives no reason. */
  answer?: EntraAnswer | undefined;
  /** Node's code of a failed connection, e.g. `ECONNREFUSED`. */
  networkCode?: string | undefined;
}

interface Facts {
  aadsts: number | undefined;
  oauthError: string | undefined;
  status: number | undefined;
  traceId: string | undefined;
  networkCode: string | undefined;
  errorName: string;
}

/** The name in `@azure/identity` of a request that failed without a response. */
const REQUEST_ERRORS = [
  'AbortError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
  'RestError',
];

/** In the place of Entra's `error`, where there was none. */
const MSAL_WORDS = ['client_error', 'endpoints_resolution_error', 'network_error', 'unknown_error'];

/**
 * Who must act when Entra issues no token, and how. `error` is what `@azure/identity` threw, or an `Error` with an
 * `error_description`. Of Entra's text only the numbers are repeated: an echo could contain a secret.
 */
export function classifyEntraFailure(error: unknown, { answer, networkCode }: EntraEvidence = {}): AppError {
  if (error instanceof AppError) return error;
  const fromAnswer = answer === undefined || answer.status < 300 ? {} : readAnswer(answer);
  const errorName = /^\w{1,60}$/.exec(error instanceof Error ? error.name : typeof error)?.[0] ?? 'Error';
  const facts = { networkCode, errorName, ...mergeFacts(fromAnswer, readError(error)) };
  const [code, reason] = decide(facts);
  const { blame, retriable } = ERRORS[code];
  const unknownRefusal = blame === 'microsoft' ? undefined : unknownIn(code, facts);
  return new AppError(code, `Cannot get a token from Entra as ${reason}: ${describe(facts)}`, {
    ...(facts.status !== undefined && { status: facts.status }),
    ...(facts.traceId !== undefined && { trackingId: facts.traceId }),
    ...(unknownRefusal !== undefined && { unknownRefusal }),
    ...(retriable === true && answer?.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
  });
}

/** A text that we know how to take is no evidence of more than it says. */
function unknownIn(code: EntraErrorCode, { aadsts, oauthError }: Facts): string | undefined {
  if (aadsts === undefined) return code === 'entra-refused' ? oauthError : undefined;
  return AADSTS_CODES.has(aadsts) ? undefined : `AADSTS${aadsts}`;
}

function describe({ aadsts, oauthError, status, networkCode, errorName, traceId }: Facts): string {
  return [
    aadsts === undefined ? undefined : `AADSTS${aadsts}`,
    oauthError,
    status === undefined ? undefined : `HTTP ${status}`,
    networkCode,
    aadsts === undefined ? errorName : undefined,
    traceId === undefined ? undefined : `trace id ${traceId}`,
  ]
    .filter((detail) => detail !== undefined)
    .join(', ');
}

function decide({ aadsts, oauthError, status, networkCode, errorName }: Facts): readonly [EntraErrorCode, string] {
  const known = aadsts === undefined ? undefined : AADSTS_CODES.get(aadsts);
  if (known !== undefined) return known;
  if (status === 429) return ['entra-throttled', 'it receives too many requests'];
  if (status !== undefined && (status >= 500 || status === 408)) return ['entra-unavailable', 'it failed'];
  const byText = oauthError === undefined ? undefined : OAUTH_ERRORS.get(oauthError);
  if (byText !== undefined) return [byText, 'it refused'];
  if (aadsts !== undefined || oauthError !== undefined) return ['entra-refused', 'it refused for an unknown reason'];
  if (status !== undefined) return ['app-misconfigured', 'what answers at AUTHORITY_HOST is not Entra'];
  if (networkCode !== undefined || REQUEST_ERRORS.includes(errorName))
    return ['entra-unavailable', 'no usable answer came'];
  return ['entra-refused', 'the request could not be made'];
}

function mergeFacts(first: Partial<Facts>, second: Partial<Facts>): Omit<Facts, 'networkCode' | 'errorName'> {
  return {
    aadsts: first.aadsts ?? second.aadsts,
    oauthError: first.oauthError ?? second.oauthError,
    status: first.status ?? second.status,
    traceId: first.traceId ?? second.traceId,
  };
}

function readAnswer({ status, bodyText }: EntraAnswer): Partial<Facts> {
  return { status, ...readText(bodyText), oauthError: word(/"error"\s*:\s*"([a-z_]{1,50})"/.exec(bodyText)?.[1]) };
}

/** In `cause` MSAL's own error: `errorNo` is the AADSTS number; after a 429 it is in `errorCode` instead. */
function readError(error: unknown): Partial<Facts> {
  const cause = property(error, 'cause');
  const inMessage = readText(error instanceof Error ? error.message : '');
  const [errorNo, errorCode, status] = ['errorNo', 'errorCode', 'status'].map((name) => property(cause, name));
  return {
    ...inMessage,
    aadsts: number(errorNo) ?? number(errorCode) ?? inMessage.aadsts,
    oauthError: MSAL_WORDS.includes(word(errorCode) ?? '') ? undefined : word(errorCode),
    status: number(status) === 200 ? undefined : number(status),
  };
}

function readText(text: string): Partial<Facts> {
  const trace = /(?:Trace ID:\s*|"trace_id"\s*:\s*")([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i.exec(text)?.[1];
  return { aadsts: readAadsts(text), traceId: trace };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

function number(value: unknown): number | undefined {
  const result = typeof value === 'string' && /^\d{2,9}$/.test(value) ? Number(value) : value;
  return typeof result === 'number' && Number.isSafeInteger(result) ? result : undefined;
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z_]{1,50}$/.test(value) ? value : undefined;
}
