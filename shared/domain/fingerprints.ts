import { createHash } from 'node:crypto';
import type { ObservedIncident } from './incident.ts';
import { encodeId } from './row-keys.ts';

/** Versions known to be stored, so that seeing one again costs no table request. */
export type Fingerprints = ReadonlySet<string>;

const BYTES = 12;
/** 2,000 × 12 bytes fit one binary property with room to spare. */
export const MAX_FINGERPRINTS = 2_000;

/** 12 bytes, hex: with 2,000 of them a false match is less likely than 1 in 10^25 per look-up. */
export function fingerprintOf({ incident, updatedAt, contentHash }: ObservedIncident): string {
  return createHash('sha256')
    .update(`${encodeId(incident.incidentId)}|${updatedAt}|${contentHash}`)
    .digest('hex')
    .slice(0, BYTES * 2);
}

export function packFingerprints(fingerprints: Fingerprints): Uint8Array {
  return Buffer.from([...fingerprints].slice(-MAX_FINGERPRINTS).join(''), 'hex');
}

export function unpackFingerprints(bytes: Uint8Array): Set<string> {
  const hex = Buffer.from(bytes).toString('hex');
  return new Set(hex.match(new RegExp(`.{${BYTES * 2}}`, 'g')) ?? []);
}
