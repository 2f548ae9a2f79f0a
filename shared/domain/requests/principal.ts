/** The user whom the platform in front of the app has signed in, from its `x-ms-client-principal` header (base64 JSON). */
export interface Principal {
  /** A name for the audit log. */
  name: string;
  /** App roles of the sign-in registration: `Reader`, `Operator`. */
  roles: readonly string[];
}

const NAME_CLAIMS = [
  'preferred_username',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn',
  'name',
  'appid',
  'azp',
];
/** The platform maps `roles` of the token to the long name, by version and settings of its authentication. */
const ROLE_CLAIMS = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];

interface Claim {
  type: string;
  value: string;
}

/** `undefined` when the header is missing or invalid: then no user is signed in. */
export function readPrincipal(header: string | null): Principal | undefined {
  const claims = readClaims(header);
  if (claims === undefined) return undefined;
  const valueOf = (wanted: string): string | undefined => claims.find(({ type }) => type === wanted)?.value;
  return {
    name: NAME_CLAIMS.map(valueOf).find((name) => name !== undefined) ?? 'unknown',
    roles: claims.filter(({ type }) => ROLE_CLAIMS.includes(type)).map(({ value }) => value),
  };
}

function readClaims(header: string | null): Claim[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(header ?? '', 'base64').toString('utf8'));
    if (typeof value !== 'object' || value === null || !('claims' in value) || !Array.isArray(value.claims))
      return undefined;
    return value.claims.flatMap(readClaim);
  } catch {
    return undefined;
  }
}

function readClaim(claim: unknown): Claim[] {
  if (typeof claim !== 'object' || claim === null || !('typ' in claim && 'val' in claim)) return [];
  return typeof claim.typ === 'string' && typeof claim.val === 'string' ? [{ type: claim.typ, value: claim.val }] : [];
}
