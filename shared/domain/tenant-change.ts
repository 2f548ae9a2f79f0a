import { AppError } from '../errors.ts';
import type { SourceName } from './incident.ts';
import { quote } from './query-parameters.ts';

/** What `PUT /tenants/{tenantId}` is to change; an absent property stays as it is. */
export interface TenantChange {
  displayName?: string | null;
  customer?: string | null;
  labels?: string[];
  source?: SourceName;
  paused?: boolean;
}

const MAX_NAME_CHARS = 256;
const MAX_LABELS = 50;
const MAX_LABEL_CHARS = 100;
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

type Reader = (name: string, value: unknown) => unknown;

const READERS: Record<keyof TenantChange, Reader> = {
  displayName: readName,
  customer: readName,
  labels: readLabels,
  source: readSource,
  paused: (name, value) => {
    if (typeof value !== 'boolean') throw badProperty(name, value, 'it must be true or false');
    return value;
  },
};

/** Strict: a misspelt property must not look like a change that was made. */
export function readTenantChange(body: unknown): TenantChange {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badBody(`Cannot read the body as it must be a JSON object: current value is ${quote(body)}`);
  const entries = Object.entries(body).map(([name, value]) => {
    if (!Object.hasOwn(READERS, name))
      throw badBody(
        `Cannot read property ${quote(name)} as it is unknown: known are ${Object.keys(READERS).join(', ')}`,
      );
    return [name, READERS[name as keyof TenantChange](name, value)];
  });
  // Each reader answers its property's type.
  return Object.fromEntries(entries) as TenantChange;
}

/** Which properties a change gives, and the values of those that are no names. */
export function describeChange(change: TenantChange): string {
  return Object.entries(change)
    .map(([name, value]) => (name === 'paused' || name === 'source' ? `${name}=${String(value)}` : name))
    .join(', ');
}

function readName(name: string, value: unknown): string | null {
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
function readLabels(name: string, value: unknown): string[] {
  if (!Array.isArray(value) || value.length > MAX_LABELS)
    throw badProperty(name, value, `it must be a list of at most ${MAX_LABELS} texts`);
  return [...new Set(value.map((label: unknown, index) => readLine(`${name}[${index}]`, label, MAX_LABEL_CHARS)))];
}

function readSource(name: string, value: unknown): SourceName {
  if (value === 'graph')
    throw new AppError(
      'caller',
      'source-not-built',
      `Cannot read property "${name}" as "graph" cannot be collected from yet: allowed is "defender"`,
      {
        action: 'Leave the source out or set it to defender',
      },
    );
  if (value !== 'defender') throw badProperty(name, value, 'it must be "defender"');
  return value;
}

function badProperty(name: string, value: unknown, wanted: string): AppError {
  return badBody(`Cannot read property "${name}" as ${wanted}: current value is ${quote(value)}`);
}

export function badBody(message: string): AppError {
  return new AppError('caller', 'bad-body', message, { action: 'Correct the body as the message says' });
}
