import type { ReplacingFault } from '../../local/simulator/state/fault.ts';
import { objectJson, pair, WIRE, type Keys } from './wire.ts';

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
  build(at: string, incidentId: string): string;
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

/** `incidentId`: digits, of the incident unless its id is what is hostile. */
function incidentJson(at: string, incidentId: string, keys: Keys, extra: readonly string[]): string {
  const time = JSON.stringify(at);
  const regular: Keys = {
    incidentId: WIRE.toId(incidentId),
    redirectIncidentId: 'null',
    incidentName: '"A regular name"',
    createdTime: time,
    lastUpdateTime: time,
    assignedTo: 'null',
    tags: '[]',
    comments: '[]',
    alerts: '[]',
    ...WIRE.regularIncident,
  };
  return objectJson(WIRE.incident, regular, keys, extra);
}

export function alertJson(keys: Keys = {}, ...extra: string[]): string {
  const regular: Keys = {
    alertId: '"da1_1"',
    title: '"An alert"',
    category: '"Execution"',
    ...WIRE.regularAlert,
  };
  return objectJson(WIRE.alert, regular, keys, extra);
}

export function deviceJson(keys: Keys): string {
  return objectJson(WIRE.device, WIRE.regularDevice, keys, []);
}

/** `type` as the Defender API writes it. */
export function entityJson(type: string, keys: Keys, ...extra: string[]): string {
  return objectJson(WIRE.entity, { entityType: JSON.stringify(WIRE.toEntityType(type)) }, keys, extra);
}

/** The hostile incident with other keys than a regular one. */
export function withKeys(name: string, expected: Expectation, keys: Keys, ...extra: string[]): IncidentPayload {
  return { name, expected, on: 'incident', build: (at, incidentId) => incidentJson(at, incidentId, keys, extra) };
}

/** A key of the hostile incident once more. */
export const again = (key: string, text: string): string => pair(WIRE.incident, key, text);

/** The hostile incident with one alert. */
export function withAlert(name: string, expected: Expectation, keys: Keys, ...extra: string[]): IncidentPayload {
  return withKeys(name, expected, { alerts: `[${alertJson(keys, ...extra)}]` });
}
