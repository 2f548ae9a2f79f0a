import type { BoardSettings } from './answers.ts';

/** Who uses the page. */
export interface Person {
  name: string;
  /** May change things: the app role `Operator`; a function key opens everything. */
  isOperator: boolean;
}

const KEY = 'board.key';
const RELOADED = 'board.reloadedAt';
const PLACE = 'board.place';

/** For this browser tab only: it is gone when the tab is closed. */
export const readKey = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;

export function keepKey(key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, key);
}

export async function readSettings(): Promise<BoardSettings> {
  const response = await fetch('board/settings.json');
  if (!response.ok) throw new Error(`The app answered ${response.status} when the page asked how to sign in`);
  const value: unknown = await response.json();
  const isEntra = typeof value === 'object' && value !== null && 'signIn' in value && value.signIn === 'entra';
  return { signIn: isEntra ? 'entra' : 'keys' };
}

const NAME_CLAIMS = ['preferred_username', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn', 'name'];
const ROLE_CLAIMS = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];

/** The person that the platform in front of the app has signed in; `undefined` for nobody. */
export async function readPerson(): Promise<Person | undefined> {
  const response = await fetch('/.auth/me', { redirect: 'manual' });
  return response.ok ? readPrincipal(await response.json()) : undefined;
}

/** What the platform answers at `/.auth/me`: a list with one entry a provider. */
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

const RELOAD_PAUSE_MS = 30_000;

/** The sign-in has run out: the platform renews it when the page is loaded. False when that was tried just now. */
export function reloadForSignIn(nowMs: number): boolean {
  if (nowMs - Number(sessionStorage.getItem(RELOADED) ?? 0) < RELOAD_PAUSE_MS) return false;
  sessionStorage.setItem(RELOADED, String(nowMs));
  sessionStorage.setItem(PLACE, location.hash);
  location.reload();
  return true;
}

/** A sign-in on other pages may lose what stands behind the `#`. */
export function restorePlace(): void {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (place !== null && location.hash === '') location.hash = place;
}
