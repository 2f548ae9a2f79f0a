import type { Blame } from '../../errors/error-kind.ts';
import type { ErrorCode } from '../../errors/error-table.ts';
import type { SourceName } from '../incidents/incident.ts';

/** What a token says about itself; the token never leaves. */
export interface VerifiedClaims {
  tid: string;
  aud: string;
  appId: string;
  roles: string[];
  /** ISO 8601 UTC. */
  expiresAt: string;
}

export interface Verification extends SourceVerification {
  /** The source that `ok` and what follows are of. */
  source: SourceName;
  /** Of a tenant on `auto` that is to be read from the Defender API: the same of Graph, which takes over; else `null`. */
  standby: SourceVerification | null;
}

export interface SourceVerification {
  ok: boolean;
  /** `null` when Entra gave no token. */
  claims: VerifiedClaims | null;
  missingRoles: string[];
  problem: FoundProblem | null;
}

export interface FoundProblem {
  code: ErrorCode;
  message: string;
  blame: Exclude<Blame, 'caller'>;
  action: string;
}

/** A tenant as its own administrators have named it; a field that Microsoft has no text for is `null`. */
export interface Organization {
  displayName: string | null;
  /** The primary one of its verified domains. */
  defaultDomain: string | null;
  /** What its users see where they sign in. */
  brandName: string | null;
}

export interface Identification {
  /** `null` when it could not be read; `problem` says why. */
  organization: Organization | null;
  problem: FoundProblem | null;
}
