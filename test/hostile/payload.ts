import type { ReplacingFault } from '../../local/simulator/state/fault.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** What has to become of a payload: `stored` and `harmless` survive, the others are refused by name. */
export type Expectation =
  /** Stored with these fields; `truncated` names what was shortened for all to see. */
  | { kind: 'stored'; incidentId?: string; fields?: Fields; truncated?: readonly string[]; alerts?: number }
  /** Left out, and a gap of the tenant says so. */
  | { kind: 'gap'; reason: string }
  /** The poll fails with this code and the rows stay as they were. */
  | { kind: 'refused'; code: string }
  /** Read as if nothing were odd. */
  | { kind: 'harmless' };

interface NamedPayload {
  name: string;
  expected: Expectation;
}

/** One incident among good ones, as the text that the source sends for it. */
export interface IncidentPayload extends NamedPayload {
  on: 'incident';
  /** The incident is listed under the update time `at` (ISO 8601). */
  build(at: string): string;
}

/** What is sent instead of every list answer of one poll. */
export interface AnswerPayload extends NamedPayload {
  on: 'answer';
  build(place: AnswerPlace): ReplacingFault;
  /** Default: the regular deadline. */
  timeoutMs?: number;
}

export interface AnswerPlace {
  /** The simulator's own origin. */
  url: string;
  /** An incident that is stored, as the source sends it. */
  good: string;
}

export type Payload = IncidentPayload | AnswerPayload;

/** The number of the hostile incident unless its id is what is hostile. */
export const HOSTILE_ID = '70001';

export const STORED: Expectation = { kind: 'stored' };
export const HARMLESS: Expectation = { kind: 'harmless' };
export const refused = (code: string): Expectation => ({ kind: 'refused', code });
export const stored = (fields: Fields, truncated?: readonly string[]): Expectation => ({
  kind: 'stored',
  fields,
  ...(truncated === undefined ? {} : { truncated }),
});

/** JSON texts of an incident's keys; `undefined` leaves the key out. */
export type Keys = Readonly<Record<string, string | undefined>>;

export function incidentJson(at: string, keys: Keys = {}, ...extra: string[]): string {
  const time = JSON.stringify(at);
  const regular: Keys = {
    incidentId: HOSTILE_ID,
    redirectIncidentId: 'null',
    incidentName: '"A regular name"',
    createdTime: time,
    lastUpdateTime: time,
    assignedTo: 'null',
    classification: '"Unknown"',
    determination: '"NotAvailable"',
    status: '"Active"',
    severity: '"Medium"',
    tags: '[]',
    comments: '[]',
    alerts: '[]',
  };
  const texts = Object.entries({ ...regular, ...keys }).filter(([, text]) => text !== undefined);
  return `{${[...texts.map(([key, text]) => `${JSON.stringify(key)}:${text}`), ...extra].join(',')}}`;
}

export function alertJson(keys: Keys = {}, ...extra: string[]): string {
  const regular: Keys = {
    alertId: '"da1_1"',
    title: '"An alert"',
    severity: '"Low"',
    status: '"New"',
    category: '"Execution"',
    serviceSource: '"OfficeATP"',
    devices: '[]',
    entities: '[]',
  };
  const texts = Object.entries({ ...regular, ...keys }).filter(([, text]) => text !== undefined);
  return `{${[...texts.map(([key, text]) => `${JSON.stringify(key)}:${text}`), ...extra].join(',')}}`;
}

/** The hostile incident with other keys than a regular one. */
export function withKeys(name: string, expected: Expectation, keys: Keys, ...extra: string[]): IncidentPayload {
  return { name, expected, on: 'incident', build: (at) => incidentJson(at, keys, ...extra) };
}

/** The hostile incident with one alert. */
export function withAlert(name: string, expected: Expectation, keys: Keys, ...extra: string[]): IncidentPayload {
  return withKeys(name, expected, { alerts: `[${alertJson(keys, ...extra)}]` });
}
