import { cleanText } from './clean-text.ts';
import type { JsonValue } from './json-value.ts';

export interface JsonBounds {
  /** Levels of objects and arrays; what lies deeper becomes `null`. */
  depth: number;
  /** Most entries of one object or array; the rest is left out. */
  entries: number;
  /** Longest text; a longer one ends with `…`. */
  textChars: number;
}

/** A copy of any parsed JSON that is safe to store and to walk: cleaned texts, bounded depth and size, no `__proto__` keys. */
export function toBoundedJson(value: unknown, bounds: JsonBounds): JsonValue {
  if (typeof value === 'string') return shorten(cleanText(value), bounds.textChars);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (JSON.isRawJSON(value)) return value.rawJSON;
  if (bounds.depth <= 0) return null;
  const below = { ...bounds, depth: bounds.depth - 1 };
  if (Array.isArray(value)) return value.slice(0, bounds.entries).map((entry) => toBoundedJson(entry, below));
  const fields: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(
    fields
      .filter(([key]) => key !== '__proto__')
      .slice(0, bounds.entries)
      .map(([key, field]) => [shorten(cleanText(key), bounds.textChars), toBoundedJson(field, below)]),
  );
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`;
}
