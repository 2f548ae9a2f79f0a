import { AppError } from '../../errors.ts';
import { SOURCE_CHOICES, type SourceChoice } from '../incidents/incident.ts';
import { quote } from '../values/quote.ts';

/** Reads one property of a body; what is wrong with it is a 400 that names it. */
export type PropertyReader<T> = (name: string, value: unknown) => T;

export type PropertyReaders<Body> = { [Name in keyof Body]-?: PropertyReader<Body[Name]> };

const MAX_NAME_CHARS = 256;
const MAX_LABELS = 50;
const MAX_LABEL_CHARS = 100;
const CONTROL_CHARACTER = /\p{Cc}/u;

/** Strict: a misspelt property must not look like one that was heeded. */
export function readStrictBody<Body extends object>(body: unknown, readers: PropertyReaders<Body>): Partial<Body> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badBody(`Cannot read the body as it must be a JSON object: current value is ${quote(body)}`);
  const known = new Map(Object.entries<PropertyReader<unknown>>(readers));
  const entries = Object.entries(body).map(([name, value]) => {
    const read = known.get(name);
    if (read === undefined)
      throw badBody(
        `Cannot read property ${quote(name)} as it is unknown: current value is ${quote(value)}, known are ${[...known.keys()].join(', ')}`,
      );
    return [name, read(name, value)];
  });
  // Each reader returns its property's type.
  return Object.fromEntries(entries) as Partial<Body>;
}

export function readName(name: string, value: unknown): string | null {
  if (value === null) return null;
  return readLine(name, value, MAX_NAME_CHARS);
}

function readLine(name: string, value: unknown, limit: number): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '' || text.length > limit || CONTROL_CHARACTER.test(text))
    throw badProperty(name, value, `it must be a text of 1 to ${limit} characters on one line`);
  return text;
}

/** Without repetitions, in the given order. */
export function readLabels(name: string, value: unknown): string[] {
  if (!Array.isArray(value) || value.length > MAX_LABELS)
    throw badProperty(name, value, `it must be a list of at most ${MAX_LABELS} texts`);
  return [...new Set(value.map((label: unknown, index) => readLine(`${name}[${index}]`, label, MAX_LABEL_CHARS)))];
}

export function readSource(name: string, value: unknown): SourceChoice {
  const choice = SOURCE_CHOICES.find((known) => known === value);
  if (choice === undefined) throw badProperty(name, value, 'it must be "defender", "graph" or "auto"');
  return choice;
}

/** `null` leaves it to the setting. */
export function readOwnSource(name: string, value: unknown): SourceChoice | null {
  const choice = SOURCE_CHOICES.find((known) => known === value);
  if (choice === undefined && value !== null)
    throw badProperty(name, value, 'it must be "defender", "graph", "auto" or null');
  return choice ?? null;
}

export function badProperty(name: string, value: unknown, wanted: string): AppError {
  return badBody(`Cannot read property "${name}" as ${wanted}: current value is ${quote(value)}`);
}

export function badBody(message: string): AppError {
  return new AppError('bad-body', message);
}
