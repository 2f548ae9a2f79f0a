import { isDeepStrictEqual } from 'node:util';
import type { Fields } from './expected-content.ts';

/** What is wrong with what is stored, counted, with the first cases in words. */
export interface ComparisonResult {
  lost: number;
  stale: number;
  duplicates: number;
  /** Incidents of the source that were looked up. */
  compared: number;
  problems: string[];
}

export type Finding = 'lost' | 'stale' | 'duplicates';

export interface Findings {
  add(kind: Finding, text: string): void;
  /** Each field of `expected`, lists in any order. */
  compareFields(what: string, stored: object, expected: Fields): void;
  result(compared: number): ComparisonResult;
}

const SHOWN = 15;

export function createFindings(): Findings {
  const counts = { lost: 0, stale: 0, duplicates: 0 };
  const problems: string[] = [];
  const add = (kind: Finding, text: string): void => {
    counts[kind] += 1;
    if (problems.length < SHOWN) problems.push(`${kind}: ${text}`);
  };
  return {
    add,
    compareFields: (what, stored, expected) => {
      const values: Fields = { ...stored };
      for (const [field, value] of Object.entries(expected)) {
        if (isSame(values[field], value)) continue;
        add('stale', `${what} has ${field} ${short(values[field])} instead of ${short(value)}`);
      }
    },
    result: (compared) => ({ ...counts, compared, problems }),
  };
}

function isSame(stored: unknown, expected: unknown): boolean {
  if (stored === expected || isDeepStrictEqual(stored, expected)) return true;
  if (!Array.isArray(stored) || !Array.isArray(expected) || stored.length !== expected.length) return false;
  return isDeepStrictEqual(inOrder(stored), inOrder(expected));
}

/** A list in an order of its own, keys of its entries too. */
function inOrder(value: readonly unknown[]): string[] {
  return value.map((entry) => JSON.stringify(entry, sortKeys)).sort();
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function short(value: unknown): string {
  return JSON.stringify(value ?? null).slice(0, 120);
}
