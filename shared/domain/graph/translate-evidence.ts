import { readObject, readText, type JsonObject } from '../values/read-value.ts';
import {
  CAPITALISED_WORDS,
  DEVICE_FIELDS,
  EVIDENCE_FIELDS,
  EVIDENCE_TYPES,
  OF_ANY_TYPE,
  type EvidenceNames,
} from './field-names.ts';
import { renameFields } from './rename-fields.ts';

/** Levels of evidence inside evidence: a container's image has a digest image, a domain trusts domains, which trust others. */
const MAX_DEPTH = 4;

const TYPE = /^#?microsoft\.graph\.(?:security\.)?(\w+?)(?:Evidence)?$/;

/** Graph's evidence as an entity of the Defender API, with all that only Graph says. Without a type it has none there either. */
export function translateEvidence(evidence: JsonObject, depth = MAX_DEPTH): JsonObject {
  const type = evidenceType(evidence);
  const names = type === undefined ? undefined : namesOf(type);
  const fields = renameFields(evidence, { ...EVIDENCE_FIELDS, ...names?.fields });
  const entries = Object.entries(fields).map(
    ([name, value]) => [name, translateValue(name, value, depth - 1)] as const,
  );
  return { ...Object.fromEntries(entries), ...(type !== undefined && { entityType: names?.entityType ?? type }) };
}

/** A device's evidence as an entry of an alert's `devices`. */
export function translateDevice(evidence: JsonObject): JsonObject {
  const device = renameFields(evidence, DEVICE_FIELDS);
  return { ...device, deviceDnsName: device['deviceDnsName'] ?? device['hostName'] };
}

/** `#microsoft.graph.security.userEvidence` → `user`. */
export function evidenceType(evidence: JsonObject): string | undefined {
  const text = readText(evidence['@odata.type']);
  return text === null ? undefined : (TYPE.exec(text)?.[1] ?? text);
}

function namesOf(type: string): EvidenceNames | undefined {
  return Object.hasOwn(EVIDENCE_TYPES, type) ? EVIDENCE_TYPES[type] : undefined;
}

function translateValue(name: string, value: unknown, depth: number): unknown {
  if (typeof value === 'string') return translateText(name, value);
  if (depth <= 0) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => translateInner(name, one, depth));
  return translateInner(name, value, depth);
}

/** The Defender API writes words with a capital and times without zeros at their end. */
function translateText(name: string, text: string): string {
  if (CAPITALISED_WORDS.includes(name)) return text.charAt(0).toUpperCase() + text.slice(1);
  return /Time$/.test(name) ? text.replace(/(?:\.0*|(?<=\.\d*[1-9])0+)Z$/, 'Z') : text;
}

/** Evidence inside evidence; its field says of which type it is. */
function translateInner(name: string, value: unknown, depth: number): unknown {
  const inner = readObject(value);
  if (inner?.['@odata.type'] === undefined) return value;
  const { entityType, ...fields } = translateEvidence(inner, depth);
  return OF_ANY_TYPE.includes(name) ? { entityType, ...fields } : fields;
}
