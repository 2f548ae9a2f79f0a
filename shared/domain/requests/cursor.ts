import { createHash } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { JsonValue } from '../values/json-value.ts';
import { quote } from '../values/quote.ts';

/**
 * Where a list goes on, as opaque text: base64url JSON `{v, f, p}`. `f` binds it to the list and its filters and shows damage,
 * so that a cursor never silently continues another list. It holds no time and so never expires.
 */
const CURSOR_VERSION = 1;

/** `identity` names the list and all of its filters in a canonical order. */
export function encodeCursor(identity: JsonValue, position: JsonValue): string {
  const body = { v: CURSOR_VERSION, f: fingerprint(identity, position), p: position };
  return Buffer.from(JSON.stringify(body)).toString('base64url');
}

/** The position in a cursor that `encodeCursor` made for the same identity; anything else is a 400. */
export function readCursor(text: string, identity: JsonValue): JsonValue {
  const body = readBody(text);
  if (body?.v !== CURSOR_VERSION) throw badCursor('it is not one of ours or was cut', text);
  if (body.f !== fingerprint(identity, body.p)) throw badCursor('it belongs to other filters or was changed', text);
  return body.p;
}

interface CursorBody {
  v: unknown;
  f: unknown;
  p: JsonValue;
}

function readBody(text: string): CursorBody | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (typeof value !== 'object' || value === null || !('v' in value && 'f' in value && 'p' in value))
      return undefined;
    // What JSON.parse returns is a JsonValue.
    return { v: value.v, f: value.f, p: value.p as JsonValue };
  } catch {
    return undefined;
  }
}

function fingerprint(identity: JsonValue, position: JsonValue): string {
  return createHash('sha256')
    .update(JSON.stringify([identity, position]))
    .digest('base64url')
    .slice(0, 16);
}

/** `text` is the cursor as it came, where it is at hand. */
export function badCursor(reason: string, text?: string): AppError {
  const value = text === undefined ? '' : `, current value is ${quote(text)}`;
  return new AppError(
    'bad-cursor',
    `Cannot go on at parameter "cursor" as ${reason}: send it unchanged with the filters of the first page${value}`,
  );
}
