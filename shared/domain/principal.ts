/** Who is signed in at the platform in front of the app, from its `x-ms-client-principal` header (base64 JSON). */
export interface Principal {
  /** A name for the audit log. */
  name: string;
}

const NAME_CLAIMS = [
  'preferred_username',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn',
  'name',
  'appid',
  'azp',
];

/** `undefined` when the header is missing or is not what the platform sends: then nobody is signed in. */
export function readPrincipal(header: string | null): Principal | undefined {
  const claims = readClaims(header);
  return claims === undefined
    ? undefined
    : { name: NAME_CLAIMS.map((type) => claims.get(type)).find((name) => name !== undefined) ?? 'unknown' };
}

function readClaims(header: string | null): Map<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(header ?? '', 'base64').toString('utf8'));
    if (typeof value !== 'object' || value === null || !('claims' in value) || !Array.isArray(value.claims))
      return undefined;
    return new Map(value.claims.flatMap(readClaim));
  } catch {
    return undefined;
  }
}

function readClaim(claim: unknown): [string, string][] {
  if (typeof claim !== 'object' || claim === null || !('typ' in claim && 'val' in claim)) return [];
  return typeof claim.typ === 'string' && typeof claim.val === 'string' ? [[claim.typ, claim.val]] : [];
}
