import { cleanText } from './clean-text.ts';
import { readTicks, readTime, type Ticks } from './ticks.ts';

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What an id may not hold as it is: it would not survive a store, and replacing it by one character would merge ids. */
const UNPRINTABLE = /\p{Cc}|\p{Cs}/gu;

export function readObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** The objects of a list; anything else in it, or anything else than a list, holds nothing that we could show. */
export function readObjects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Text, or a number's or truth value's text; empty text and everything else is `null`. */
export function readText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : cleanText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value === 'boolean') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : null;
}

/** The first of these fields that has a text. */
export function readFirstText(entry: JsonObject, ...names: string[]): string | null {
  for (const name of names) {
    const text = readText(entry[name]);
    if (text !== null) return text;
  }
  return null;
}

/** The distinct texts of a list, in its order; a lone text counts as a list of one. */
export function readTextList(value: unknown): string[] {
  const texts = (Array.isArray(value) ? value : [value]).map(readText).filter((text) => text !== null);
  return [...new Set(texts)];
}

/** An id exactly as printed in its JSON; `undefined` for what cannot be one (missing, empty, an object, a truth value). */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.replace(UNPRINTABLE, escapeAsJson);
  return typeof value === 'boolean' ? undefined : (readText(value) ?? undefined);
}

function escapeAsJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** How .NET prints a time that was never set. */
const NEVER = '0001-01-01T00:00:00.0000000Z';

/** Ticks of the first of these fields that is a readable time. */
export function readFirstTicks(entry: JsonObject, ...names: string[]): Ticks | undefined {
  for (const name of names) {
    const ticks = readTicks(entry[name]);
    if (ticks !== undefined && ticks > 0n) return ticks;
  }
  return undefined;
}

/** ISO 8601 UTC with 7 fraction digits of the first of these fields that is a readable time. */
export function readFirstTime(entry: JsonObject, ...names: string[]): string | null {
  for (const name of names) {
    const time = readTime(entry[name]);
    if (time !== undefined && time !== NEVER) return time;
  }
  return null;
}
