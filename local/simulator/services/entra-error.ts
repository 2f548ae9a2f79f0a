import type { Random } from '../basics/random.ts';
import type { Answer } from '../http/answer.ts';
import { jsonAnswer } from '../http/answer.ts';

interface KnownError {
  status: number;
  error: string;
  text: string;
}

/** Numbers and texts as Entra's error reference and its observed answers have them; `{0}` is the detail. */
const KNOWN: Readonly<Record<number, KnownError>> = {
  50027: { status: 400, error: 'invalid_request', text: 'JWT token is invalid or malformed.' },
  50196: {
    status: 400,
    error: 'invalid_grant',
    text: 'The server terminated an operation because it encountered a client request loop.',
  },
  65001: {
    status: 400,
    error: 'invalid_grant',
    text: 'The user or administrator has not consented to use the application. {0}',
  },
  70003: { status: 400, error: 'unsupported_grant_type', text: "The app requested an unsupported grant type '{0}'." },
  70011: {
    status: 400,
    error: 'invalid_scope',
    text: "The provided value for the input parameter 'scope' isn't valid. The scope {0} isn't valid.",
  },
  90002: {
    status: 400,
    error: 'invalid_tenant',
    text: "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  },
  90033: { status: 503, error: 'temporarily_unavailable', text: 'A transient error has occurred. Please try again.' },
  90055: { status: 429, error: 'temporarily_unavailable', text: 'The tenant received too many requests.' },
  500011: {
    status: 400,
    error: 'invalid_resource',
    text: 'The resource principal named {0} was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
  },
  500014: {
    status: 400,
    error: 'invalid_resource',
    text: "The service principal for resource '{0}' is disabled. This indicate that a subscription within the tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued for it.",
  },
  650052: {
    status: 400,
    error: 'invalid_client',
    text: "The app is trying to access a service '{0}' that your organization lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions or consent to the application in order to create the required service principal.",
  },
  700016: {
    status: 400,
    error: 'unauthorized_client',
    text: "Application with identifier '{0}' was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
  },
  700021: {
    status: 401,
    error: 'invalid_client',
    text: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  700023: {
    status: 401,
    error: 'invalid_client',
    text: 'Client assertion audience claim does not match Realm issuer.',
  },
  700024: {
    status: 401,
    error: 'invalid_client',
    text: 'Client assertion is not within its valid time range.',
  },
  700027: { status: 401, error: 'invalid_client', text: 'Client assertion failed signature validation. {0}' },
  700211: {
    status: 401,
    error: 'invalid_client',
    text: 'No matching federated identity record found for presented assertion issuer.',
  },
  700212: {
    status: 401,
    error: 'invalid_client',
    text: 'No matching federated identity record found for presented assertion audience.',
  },
  700213: {
    status: 401,
    error: 'invalid_client',
    text: 'No matching federated identity record found for presented assertion subject.',
  },
  700229: {
    status: 401,
    error: 'invalid_client',
    text: 'Only app-only tokens can be used as Federated Identity Credentials for Entra ID issuer.',
  },
  700236: {
    status: 401,
    error: 'invalid_client',
    text: "Entra ID tokens issued by issuer '{0}' may not be used for federated identity credential flows for applications or managed identities registered in this tenant.",
  },
  900144: {
    status: 400,
    error: 'invalid_request',
    text: "The request body must contain the following parameter: '{0}'.",
  },
  1000502: {
    status: 401,
    error: 'invalid_client',
    text: 'The provided certificate is not within its specified validity window.',
  },
  5000225: {
    status: 400,
    error: 'interaction_required',
    text: 'This tenant has been blocked due to inactivity. To learn more about tenant lifecycle policies, see https://aka.ms/TenantLifecycle.',
  },
  7000112: { status: 400, error: 'unauthorized_client', text: "Application '{0}' is disabled." },
  7000214: { status: 401, error: 'invalid_client', text: 'Certificate has been revoked.' },
  7000215: {
    status: 401,
    error: 'invalid_client',
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'.",
  },
  7000218: {
    status: 401,
    error: 'invalid_client',
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  7000222: { status: 401, error: 'invalid_client', text: "The provided client secret keys for app '{0}' are expired." },
  7000229: {
    status: 401,
    error: 'invalid_client',
    text: 'The client application {0} is missing service principal in the tenant. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119',
  },
};

export interface EntraErrorOptions {
  detail?: string;
  status?: number | undefined;
  error?: string | undefined;
  nowMs: number;
  random: Random;
}

/** An AADSTS error in Entra's own shape. */
export function entraError(number: number, { detail = '', status, error, nowMs, random }: EntraErrorOptions): Answer {
  const known = KNOWN[number] ?? { status: 400, error: 'invalid_request', text: '{0}' };
  const [traceId, correlationId] = [random.guid(), random.guid()];
  const timestamp = `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const text = known.text.replace('{0}', detail).trimEnd();
  const body = {
    error: error ?? known.error,
    error_description: `AADSTS${number}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  };
  return { ...jsonAnswer(status ?? known.status, body, { 'cache-control': 'no-store' }), code: String(number) };
}
