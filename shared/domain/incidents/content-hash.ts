import { hash } from 'node:crypto';
import { rememberTexts } from '../values/remember-texts.ts';
import type { Alert, Incident } from './incident.ts';

/**
 * JSON that does not depend on the order of keys or of list entries: the source promises no order for alerts, devices, entities,
 * tags or comments, so a new order alone is no new content.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  return Array.isArray(value) ? joinList(value.map(canonicalJson)) : canonicalObject(value);
}

const joinList = (texts: string[]): string => (texts.length === 0 ? '[]' : `[${texts.sort().join(',')}]`);

const toLabel = rememberTexts((key) => `${JSON.stringify(key)}:`);

function canonicalObject(value: object): string {
  const fields = value as Readonly<Record<string, unknown>>;
  let json = '';
  // Without a comparer, keys are sorted by UTF-16 units: the same on every machine.
  for (const key of Object.keys(fields).sort())
    json += `${json === '' ? '' : ','}${toLabel(key)}${canonicalJson(fields[key])}`;
  return `{${json}}`;
}

/** 16 bytes, hex. */
export function hashContent(value: unknown): string {
  return hashText(canonicalJson(value));
}

/** The hash of what has this canonical JSON. */
export const hashText = (text: string): string => hash('sha256', text).slice(0, 32);

const ALERT_HASH_CHARS = 24;
/** Kept, as the whole incident's hash has made each alert's text already, and a version is planned more than once. */
const alertHashes = new WeakMap<Alert, string>();

/** Hash of one alert's content, to see whether its row would change. */
export function alertHash(alert: Alert): string {
  return alertHashes.get(alert) ?? keepAlertHash(alert, canonicalJson(alert));
}

function keepAlertHash(alert: Alert, text: string): string {
  const kept = hashText(text).slice(0, ALERT_HASH_CHARS);
  alertHashes.set(alert, kept);
  return kept;
}

/**
 * Hash of everything that is shown of one version. An assumed update time is left out: it follows the window that was read,
 * and the same incident must not look new in every window.
 */
export function contentHash(incident: Incident, alerts: readonly Alert[], timeAssumed: boolean): string {
  const texts = alerts.map((alert) => {
    const text = canonicalJson(alert);
    keepAlertHash(alert, text);
    return text;
  });
  const shown = canonicalJson(timeAssumed ? { ...incident, lastUpdateTime: null } : incident);
  // The canonical JSON of both in one object.
  return hashText(`{"alerts":${joinList(texts)},"incident":${shown}}`);
}
