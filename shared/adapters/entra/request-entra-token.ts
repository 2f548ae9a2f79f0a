import type { ClientSecretCredentialOptions } from '@azure/identity';
import { classifyEntraFailure, type EntraEvidence } from '../../domain/entra/entra-failure.ts';
import { retryAfterMs } from '../../domain/values/retry-after.ts';
import type { TenantId } from '../../domain/values/tenant-id.ts';
import { AppError } from '../../errors.ts';
import type { ClientCredential } from '../../ports/app-credential.ts';
import type { IdentityCredential } from '../machine/lazy-credential.ts';
import { withDeadline } from '../machine/with-deadline.ts';

export interface EntraRequestOptions {
  /** e.g. `https://login.microsoftonline.com`. */
  authorityHost: string;
  clientId: string;
  /** e.g. `https://api.security.microsoft.com/.default`. */
  scope: string;
  /** For private clouds and the simulator: MSAL would ask Microsoft whether the authority is genuine. */
  disableInstanceDiscovery: boolean;
  /** For one token: a discovery and a token request. */
  deadlineMs: number;
}

type Policy = NonNullable<ClientSecretCredentialOptions['additionalPolicies']>[number]['policy'];

/**
 * Requests one token from Entra. A fresh credential each time: a shared one searches all its tokens at each call, which is
 * quadratic over tenants, and keeps its first secret.
 */
export async function requestEntraToken(
  { authorityHost, clientId, scope, disableInstanceDiscovery, deadlineMs }: EntraRequestOptions,
  tenantId: TenantId,
  clientCredential: ClientCredential,
): Promise<string> {
  const evidence: EntraEvidence = {};
  try {
    const credential = await createCredential(tenantId, clientId, clientCredential, {
      authorityHost,
      disableInstanceDiscovery,
      // The SDK would sleep through a Retry-After, and follow a redirect with the credential in the body.
      retryOptions: { maxRetries: 0 },
      redirectOptions: { maxRetries: 0 },
      additionalPolicies: [{ position: 'perRetry', policy: observeAnswers(evidence, deadlineMs) }],
    });
    const { token } = await withDeadline(credential.getToken(scope), deadlineMs, () => tooLate(deadlineMs));
    return token;
  } catch (error) {
    throw classifyEntraFailure(error, evidence);
  }
}

async function createCredential(
  tenantId: TenantId,
  clientId: string,
  { kind, value }: ClientCredential,
  options: ClientSecretCredentialOptions,
): Promise<IdentityCredential> {
  // Loaded for the first token: it is a third of all that is deployed.
  const { ClientAssertionCredential, ClientCertificateCredential, ClientSecretCredential } =
    await import('@azure/identity');
  switch (kind) {
    case 'secret':
      return new ClientSecretCredential(tenantId, clientId, value, options);
    case 'certificate':
      return new ClientCertificateCredential(tenantId, clientId, { certificate: value }, options);
    case 'assertion':
      return new ClientAssertionCredential(tenantId, clientId, () => Promise.resolve(value), options);
  }
}

const MAX_BODY_CHARS = 10_000;

function observeAnswers(evidence: EntraEvidence, timeoutMs: number): Policy {
  return {
    name: 'observeAnswers',
    sendRequest: async (request, next) => {
      // Ends the request itself; the SDK's own time limit leaves its timer running and does not cover the body.
      request.abortSignal = AbortSignal.timeout(timeoutMs);
      try {
        const answer = await next(request);
        const { status, headers, bodyAsText } = answer;
        const waitMs = retryAfterMs(
          { get: (name) => headers.get(name) ?? null },
          '',
          Date.parse(headers.get('date') ?? ''),
        );
        evidence.answer = { status, bodyText: bodyAsText?.slice(0, MAX_BODY_CHARS) ?? '', retryAfterMs: waitMs };
        return answer;
      } catch (error) {
        evidence.networkCode = readNetworkCode(error);
        throw error;
      }
    },
  };
}

function readNetworkCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : undefined;
}

function tooLate(deadlineMs: number): AppError {
  return new AppError(
    'entra-unavailable',
    `Cannot get a token from Entra as it must answer within ${deadlineMs} ms: it did not`,
  );
}
