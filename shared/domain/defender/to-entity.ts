import type { Entity } from '../incidents/incident.ts';
import { toCamelCase, toOpenWord } from '../incidents/vocabulary.ts';
import { toBoundedJson } from '../values/bounded-json.ts';
import { cleanText } from '../values/clean-text.ts';
import { readFirstText, type JsonObject } from '../values/read-value.ts';
import { rememberTexts } from '../values/remember-texts.ts';

/** One entity must not push the others out of their row; the incident's source JSON has it completely. */
const BOUNDS = { depth: 4, entries: 64, textChars: 4_096 };
const TAKEN = new Set(['entityType', 'type', 'verdict']);

const toName = rememberTexts((sourceName) => toCamelCase(cleanText(sourceName)));

/** The flat null-filled bag of Defender, without its nulls. */
export function toEntity(entry: JsonObject): Entity {
  const entity: Entity = {
    type: toOpenWord(readFirstText(entry, 'entityType', 'type')) ?? 'unknown',
    verdict: toOpenWord(entry['verdict']),
  };
  const fields = Object.entries(entry).filter(([name, value]) => value !== null && name !== '__proto__');
  for (const [sourceName, value] of fields.slice(0, BOUNDS.entries)) {
    const name = toName(sourceName);
    if (!TAKEN.has(name)) entity[name] = toBoundedJson(value, BOUNDS);
  }
  return entity;
}
