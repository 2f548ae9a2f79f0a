import type { TokenClaims } from '../domain/entra/token-claims.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';

/** A token whose claims were found to be right for its tenant. Never logged, stored or returned. */
export interface CheckedToken {
  readonly token: string;
  readonly claims: TokenClaims;
}

/**
 * App-only tokens for one API, one tenant at a time. Failures are `AppError`s: what Entra refuses (codes of
 * `classifyEntraFailure`), what the claims lack (`consent-missing` with `missingRoles`, `token-mismatch`, `token-expired`,
 * `token-unreadable`) and what the vault refuses (`vault-…`).
 */
export interface TenantTokens {
  /** From the cache while it is valid for some more minutes; otherwise requested once, however many callers wait. */
  get(tenantId: TenantId): Promise<CheckedToken>;
  /** A new token's claims, unchecked, for a diagnosis. */
  inspect(tenantId: TenantId): Promise<TokenClaims>;
  /** The next `get` requests a token from Entra. With `token`, only when the cached one is still that token. */
  drop(tenantId: TenantId, token?: string): void;
}
