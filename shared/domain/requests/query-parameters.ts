import { AppError } from '../../errors.ts';
import { quote } from '../values/quote.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';
import { readTicks, type Ticks } from '../values/ticks.ts';

/** The parameters of one request, each read as its type; a wrong one is a 400 that names it. */
export interface QueryParameters {
  /** At most 300 characters unless it says otherwise. */
  text(name: string, maxChars?: number): string | undefined;
  tenantId(name: string): TenantId | undefined;
  time(name: string): Ticks | undefined;
  flag(name: string): boolean | undefined;
  integer(name: string, limits: IntegerLimits): number;
  /** One of the known words, in any letter case. */
  word<Word extends string>(name: string, known: readonly Word[]): Word | undefined;
  /** Any of the known words, repeated or separated by commas, in the order of `known`; `undefined` when not given. */
  words<Word extends string>(name: string, known: readonly Word[]): Word[] | undefined;
}

export interface IntegerLimits {
  min: number;
  max: number;
  fallback: number;
}

/** The platform's own: a function key and its name may be in the query; no reader handles them. */
const KEY_PARAMETERS = ['code', 'clientId'];
const MAX_VALUE_CHARS = 300;
/** A `+` that was not escaped in the URL arrives as a space; before an offset nothing else can be meant. */
const LOST_PLUS = / (\d{2}:?\d{2})$/;

/** A misspelt name must not look like a quiet customer, so every name has to be one of `allowed`. */
export function readQueryParameters(query: Iterable<[string, string]>, allowed: readonly string[]): QueryParameters {
  const given = new Map<string, string[]>();
  for (const [name, value] of query) {
    if (KEY_PARAMETERS.includes(name)) continue;
    if (!allowed.includes(name))
      throw badParameter(
        `Cannot read parameter ${quote(name)} as it is unknown: current value is ${quote(value)}, known are ${allowed.join(', ') || 'none'}`,
      );
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  return parametersFrom(given);
}

function parametersFrom(given: ReadonlyMap<string, string[]>): QueryParameters {
  const text = (name: string, maxChars = MAX_VALUE_CHARS): string | undefined => {
    const [value, ...more] = given.get(name) ?? [];
    if (value === undefined) return undefined;
    if (more.length > 0) throw badValue(name, given.get(name)?.join(',') ?? '', 'it may be given once');
    if (value.trim() === '') throw badValue(name, value, 'it may not be empty');
    if (value.length > maxChars && name !== 'cursor')
      throw badValue(name, value, `at most ${maxChars} characters are allowed`);
    return value.trim();
  };
  const read = <T>(name: string, reader: (value: string) => T | undefined, wanted: string): T | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const result = reader(value);
    if (result === undefined) throw badValue(name, value, wanted);
    return result;
  };
  return {
    text,
    tenantId: (name) => read(name, readTenantId, 'it must be a GUID'),
    time: (name) =>
      read(name, readTime, 'it must be an ISO 8601 time such as 2026-11-24T12:00:00Z or 2026-11-24T13:00:00+01:00'),
    flag: (name) => read(name, (value) => FLAGS.get(value.toLowerCase()), 'it must be true or false'),
    integer: (name, { min, max, fallback }) =>
      read(name, (value) => readInteger(value, min, max), `it must be a whole number from ${min} to ${max}`) ??
      fallback,
    word: (name, known) => read(name, (value) => findWord(value, known), `it must be one of ${known.join(', ')}`),
    words: (name, known) => {
      const values = given.get(name)?.flatMap((value) => value.split(','));
      return values === undefined ? undefined : readWords(name, values, known);
    },
  };
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function readTime(value: string): Ticks | undefined {
  return readTicks(value) ?? readTicks(value.replace(LOST_PLUS, '+$1'));
}

function readInteger(value: string, min: number, max: number): number | undefined {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  return number >= min && number <= max ? number : undefined;
}

function findWord<Word extends string>(value: string, known: readonly Word[]): Word | undefined {
  const wanted = value.trim().toLowerCase();
  return known.find((word) => word.toLowerCase() === wanted);
}

function readWords<Word extends string>(name: string, values: readonly string[], known: readonly Word[]): Word[] {
  const found = values.map((value) => {
    const word = findWord(value, known);
    if (word === undefined) throw badValue(name, value, `it must be any of ${known.join(', ')}`);
    return word;
  });
  return known.filter((word) => found.includes(word));
}

/** For a call that has none: a misspelt parameter of another one must not be overlooked. */
export function refuseParameters(query: Iterable<[string, string]>): void {
  readQueryParameters(query, []);
}

/** The tenant id in a route; the same 400 as for one in the query. */
export function readTenantIdParameter(value: string | undefined): TenantId {
  const tenantId = readTenantId(value);
  if (tenantId === undefined) throw badValue('tenantId', value ?? '', 'it must be a GUID');
  return tenantId;
}

export function badValue(name: string, value: string, wanted: string): AppError {
  return badParameter(`Cannot read parameter "${name}" as ${wanted}: current value is ${quote(value)}`);
}

function badParameter(message: string): AppError {
  return new AppError('bad-parameter', message);
}
