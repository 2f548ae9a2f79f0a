import { toBoundedJson } from './bounded-json.ts';

declare global {
  interface JSON {
    rawJSON(text: string): object;
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
  }
}

/** A number literal of 16 digits or more, or with an exponent, can be beyond 2^53; a match inside a string only costs the slower way. */
const MAYBE_LARGE_NUMBER = /[:[,]\s*-?(?:\d{16}|\d[\d.]*[eE])/;
const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;
const FALLBACK_DEPTH = 200;

/**
 * `JSON.parse`, but a number beyond 2^53 comes out as a raw JSON value with the text as printed, so that two ids never merge
 * and `toJsonText` prints it unchanged. Throws `SyntaxError` for text that is not JSON.
 */
export function parseJson(text: string): unknown {
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (!MAYBE_LARGE_NUMBER.test(json)) return JSON.parse(json);
  try {
    return JSON.parse(json, keepLargeNumber);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // A reviver recurses and ends at some thousand levels, plain parsing does not: large numbers become strings instead.
    return JSON.parse(json.replace(TEXT_OR_NUMBER, quoteLargeNumber));
  }
}

function keepLargeNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isExact = typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return isExact || context?.source === undefined ? value : JSON.rawJSON(context.source);
}

function quoteLargeNumber(token: string): string {
  return Math.abs(Number(token)) > Number.MAX_SAFE_INTEGER ? `"${token}"` : token;
}

/** `JSON.stringify` that survives any depth: what lies deeper than the call stack allows is replaced by `null`. */
export function toJsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(toBoundedJson(value, { depth: FALLBACK_DEPTH, entries: Infinity, textChars: Infinity }));
  }
}
