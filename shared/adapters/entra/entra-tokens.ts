import { checkTokenClaims, readTokenClaims } from '../../domain/entra/token-claims.ts';
import type { SourceName } from '../../domain/incidents/incident.ts';
import { createExpiringCache } from '../../domain/values/expiring-cache.ts';
import type { TenantId } from '../../domain/values/tenant-id.ts';
import { AppError, hasCode } from '../../errors.ts';
import type { AppCredential, ClientCredential } from '../../ports/app-credential.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CheckedToken, TenantTokens } from '../../ports/tokens.ts';
import { requestEntraToken, type EntraRequestOptions } from './request-entra-token.ts';

export interface EntraTokensOptions extends Omit<EntraRequestOptions, 'deadlineMs'> {
  /** Resource URIs and app ids that a token for the API may name. */
  audiences: readonly string[];
  /** e.g. `Incident.Read.All`. */
  requiredRole: string;
  /** Where each source has a registration of its own: only a consent link for this source leads to this one. */
  onlySource?: SourceName;
  credential: AppCredential;
  clock: Clock;
  /** Default 10 s. */
  deadlineMs?: number;
}

const DEADLINE_MS = 10_000;
/** Longer than one page can take, so that a token does not end between its check and its use. */
const RENEW_BEFORE_MS = 300_000;
const REPEAT_AFTER_MS = 500;
/** A caller that tries again at once gets the same failure instead of another request. */
const FAILED_HOLD_MS = 1_000;
const THROTTLED_HOLD_MS = 10_000;

/** The port `TenantTokens` on Entra, for one app and one API: with both fixed, the tenant is the whole cache key. */
export function createEntraTokens(options: EntraTokensOptions): TenantTokens {
  const { audiences, clientId, requiredRole, credential, clock } = options;
  const request = { ...options, deadlineMs: options.deadlineMs ?? DEADLINE_MS };
  const cache = createExpiringCache<TenantId, CheckedToken>({
    monotonicMs: () => clock.monotonicMs(),
    load: loadToken,
    keepMs: ({ claims }) => keepMs(claims.expiresAt.getTime() - clock.nowMs()),
    holdMs,
    again: withTimeLeft,
  });

  async function loadToken(tenantId: TenantId): Promise<CheckedToken> {
    try {
      return checkToken(tenantId, await requestToken(tenantId));
    } catch (error) {
      throw withOwnLink(error, options);
    }
  }

  function requestToken(tenantId: TenantId): Promise<string> {
    return credential.use(tenantId, (clientCredential) => requestWith(tenantId, clientCredential));
  }

  async function requestWith(tenantId: TenantId, clientCredential: ClientCredential): Promise<string> {
    try {
      return await requestEntraToken(request, tenantId, clientCredential);
    } catch (error) {
      if (!hasCode(error, 'entra-unavailable') || error.retryAfterMs !== undefined) throw error;
      await clock.sleep(REPEAT_AFTER_MS);
      return requestEntraToken(request, tenantId, clientCredential);
    }
  }

  function checkToken(tenantId: TenantId, token: string): CheckedToken {
    const claims = readTokenClaims(token);
    checkTokenClaims(claims, { tenantId, audiences, clientId, requiredRole, nowMs: clock.nowMs() });
    return { token, claims };
  }

  return {
    get: (tenantId) => cache.get(tenantId),
    inspect: async (tenantId) => readTokenClaims(await requestToken(tenantId)),
    drop: (tenantId, token) => {
      cache.drop(tenantId, token === undefined ? undefined : (cached) => cached.token === token);
    },
  };
}

/** A link of a customer on `auto` leads to the registration for Graph, and would change nothing at another one. */
function withOwnLink(error: unknown, { onlySource, clientId, requiredRole }: EntraTokensOptions): unknown {
  if (onlySource === undefined || !(error instanceof AppError)) return error;
  if (error.code !== 'consent-missing' || error.blame !== 'tenant') return error;
  return new AppError(error.code, error.message, {
    cause: error,
    missingRoles: error.missingRoles ?? [requiredRole],
    action: `See that the registration ${clientId} asks for ${requiredRole}, then send the customer a new consent link made with {"source": "${onlySource}"}, which leads to it`,
  });
}

/** A token that lives shortly is still used for half of its life. */
function keepMs(lifeMs: number): number {
  return lifeMs - Math.min(RENEW_BEFORE_MS, lifeMs / 2);
}

function holdMs(error: unknown): number {
  if (error instanceof AppError && error.retryAfterMs !== undefined) return error.retryAfterMs;
  return hasCode(error, 'entra-throttled') ? THROTTLED_HOLD_MS : FAILED_HOLD_MS;
}

/** The rest of the wait that Entra asked for. */
function withTimeLeft(error: unknown, leftMs: number): unknown {
  if (!(error instanceof AppError) || error.retryAfterMs === undefined) return error;
  const { blame, code, message, action, status, trackingId, retriable } = error;
  return new AppError(code, message, {
    blame,
    retriable,
    retryAfterMs: Math.ceil(leftMs),
    action,
    ...(status !== undefined && { status }),
    ...(trackingId !== undefined && { trackingId }),
  });
}
