/** The user of the page. */
export interface Person {
  name: string;
  /** May change things: the app role `Operator`; a function key opens everything. */
  isOperator: boolean;
}

const NAME_CLAIMS = ['preferred_username', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn', 'name'];
const ROLE_CLAIMS = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];

/** The platform's response at `/.auth/me`: a list with one entry for each provider. */
export function readPrincipal(answer: unknown): Person | undefined {
  const first: unknown = Array.isArray(answer) ? answer[0] : undefined;
  if (typeof first !== 'object' || first === null) return undefined;
  const claims = 'user_claims' in first && Array.isArray(first.user_claims) ? first.user_claims.flatMap(readClaim) : [];
  const name = NAME_CLAIMS.map((type) => claims.find((claim) => claim.type === type)?.value).find(Boolean);
  const userId = 'user_id' in first && typeof first.user_id === 'string' ? first.user_id : undefined;
  const roles = claims.filter(({ type }) => ROLE_CLAIMS.includes(type)).map(({ value }) => value);
  return { name: name ?? userId ?? 'somebody', isOperator: roles.includes('Operator') };
}

function readClaim(claim: unknown): { type: string; value: string }[] {
  if (typeof claim !== 'object' || claim === null || !('typ' in claim && 'val' in claim)) return [];
  return typeof claim.typ === 'string' && typeof claim.val === 'string' ? [{ type: claim.typ, value: claim.val }] : [];
}
