import type { Blame } from '../../errors/error-kind.ts';
import type { ErrorCode } from '../../errors/error-table.ts';

/** What a token says about itself; the token never leaves. */
export interface VerifiedClaims {
  tid: string;
  aud: string;
  appId: string;
  roles: string[];
  /** ISO 8601 UTC. */
  expiresAt: string;
}

export interface Verification {
  ok: boolean;
  /** `null` when Entra gave no token. */
  claims: VerifiedClaims | null;
  missingRoles: string[];
  problem: { code: ErrorCode; message: string; blame: Exclude<Blame, 'caller'>; action: string } | null;
}
