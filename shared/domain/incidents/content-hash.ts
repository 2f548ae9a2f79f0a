import { hash } from 'node:crypto';
import { compareText } from '../values/compare-text.ts';
import type { Alert, Incident } from './incident.ts';

/**
 * JSON that does not depend on the order of keys or of list entries: the source promises no order for alerts, devices, entities,
 * tags or comments, so a new order alone is no new content.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(canonicalJson).sort().join(',')}]`;
  const fields: [string, unknown][] = Object.entries(value);
  fields.sort(([a], [b]) => compareText(a, b));
  let json = '';
  for (const [key, field] of fields) json += `${json === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(field)}`;
  return `{${json}}`;
}

/** 16 bytes, hex. */
export function hashContent(value: unknown): string {
  return hash('sha256', canonicalJson(value)).slice(0, 32);
}

/**
 * Hash of everything that is shown of one version. An assumed update time is left out: it follows the window that was read,
 * and the same incident must not look new in every window.
 */
export function contentHash(incident: Incident, alerts: readonly Alert[], timeAssumed: boolean): string {
  return hashContent({ incident: timeAssumed ? { ...incident, lastUpdateTime: null } : incident, alerts });
}
