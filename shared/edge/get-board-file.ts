import { AppError } from '../errors.ts';
import type { BoardFiles } from '../ports/board-files.ts';

export interface BoardDeps {
  boardFiles: BoardFiles;
  config: { operatorSignIn: 'keys' | 'entra' };
}

export interface BoardAnswer {
  status: number;
  headers: Record<string, string>;
  body?: Uint8Array | string;
}

/** The page may load, run and call only what this app serves, and a string never becomes markup or code in it. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const SAFETY_HEADERS = {
  'content-security-policy': CONTENT_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const PAGE = 'board.html';
const SETTINGS = 'settings.json';
/** The build puts a hash of the content into the name, so that what is cached is never out of date. */
const HASHED = /-[A-Z0-9]{8}\.\w+$/;

/** One file of the operators' page; without a name the page itself. */
export async function getBoardFile(
  { boardFiles, config }: BoardDeps,
  name: string | undefined,
  knownEtag: string | null,
): Promise<BoardAnswer> {
  if (name === SETTINGS) return toSettings(config);
  const file = name === PAGE ? undefined : await boardFiles.read(name ?? PAGE);
  if (file === undefined) throw notFound(name);
  const headers = { ...SAFETY_HEADERS, etag: file.etag, 'cache-control': cacheControl(name) };
  if (knownEtag === file.etag) return { status: 304, headers };
  return { status: 200, headers: { ...headers, 'content-type': file.contentType }, body: file.body };
}

/** How operators sign in: with a key for the page or not. */
function toSettings({ operatorSignIn }: BoardDeps['config']): BoardAnswer {
  const headers = { ...SAFETY_HEADERS, 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status: 200, headers, body: JSON.stringify({ signIn: operatorSignIn }) };
}

function cacheControl(name: string | undefined): string {
  return name !== undefined && HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function notFound(name: string | undefined): AppError {
  const shown = JSON.stringify((name ?? PAGE).slice(0, 100));
  return new AppError('not-found', `Cannot find ${shown}: the board has no such file`);
}
