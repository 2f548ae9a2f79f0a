import type { TokenClaims } from '../domain/entra/token-claims.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';

/** A token whose claims were found to be right for its tenant. Never logged, stored or answered. */
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
  /** From the cache while it is good for some minutes more; else asked for once, however many callers wait. */
  get(tenantId: TenantId): Promise<CheckedToken>;
  /** A new token's claims as they are, unchecked, for who wants to know what is wrong with them. */
  inspect(tenantId: TenantId): Promise<TokenClaims>;
  /** The next `get` asks Entra. With `token`, only when the cached one is still that token. */
  drop(tenantId: TenantId, token?: string): void;
}
