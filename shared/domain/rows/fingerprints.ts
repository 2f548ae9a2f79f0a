import { hash } from 'node:crypto';
import type { ObservedIncident } from '../incidents/incident.ts';
import { encodeId } from './row-keys.ts';

/** Versions known to be stored, so that seeing one again costs no table request. */
export type Fingerprints = ReadonlySet<string>;

const BYTES = 12;
/** 2,000 × 12 bytes fit one binary property with room to spare. */
export const MAX_FINGERPRINTS = 2_000;

/** Kept, as a version is looked up and then noted. */
const made = new WeakMap<ObservedIncident, string>();

/** 12 bytes, hex: with 2,000 of them a false match is less likely than 1 in 10^25 per look-up. */
export function fingerprintOf(observed: ObservedIncident): string {
  const known = made.get(observed);
  if (known !== undefined) return known;
  const { incident, updatedAt, contentHash } = observed;
  const fingerprint = hash('sha256', `${encodeId(incident.incidentId)}|${updatedAt}|${contentHash}`).slice(
    0,
    BYTES * 2,
  );
  made.set(observed, fingerprint);
  return fingerprint;
}

export function packFingerprints(fingerprints: Fingerprints): Uint8Array {
  return Buffer.from([...fingerprints].slice(-MAX_FINGERPRINTS).join(''), 'hex');
}

export function unpackFingerprints(bytes: Uint8Array): Set<string> {
  const hex = Buffer.from(bytes).toString('hex');
  const found = new Set<string>();
  for (let end = BYTES * 2; end <= hex.length; end += BYTES * 2) found.add(hex.slice(end - BYTES * 2, end));
  return found;
}
