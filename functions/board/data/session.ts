import type { BoardSettings } from './answers.ts';
import { readPrincipal, type Person } from './read-principal.ts';

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

/** The person that the platform in front of the app has signed in; `undefined` without a sign-in. */
export async function readPerson(): Promise<Person | undefined> {
  const response = await fetch('/.auth/me', { redirect: 'manual' });
  return response.ok ? readPrincipal(await response.json()) : undefined;
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

/** A sign-in on other pages may lose the part after the `#`. */
export function restorePlace(): void {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (place !== null && location.hash === '') location.hash = place;
}
