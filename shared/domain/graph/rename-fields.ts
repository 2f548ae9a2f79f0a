import { readObject, type JsonObject } from '../values/read-value.ts';
import type { FieldNames } from './field-names.ts';

/**
 * A copy under the names of the Defender API. Graph writes `null` and empty lists and objects where that API leaves the key out,
 * so those are left out here too, like annotations (`@odata.…`).
 */
export function renameFields(entry: JsonObject, names: FieldNames): Record<string, unknown> {
  const renamed = new Map<string, unknown>();
  const used = new Set<string>();
  for (const [path, name] of Object.entries(names)) {
    const value = readPath(entry, path);
    if (saysNothing(value)) continue;
    if (!renamed.has(name)) renamed.set(name, value);
    if (renamed.get(name) === value) used.add(path);
  }
  for (const [key, value] of Object.entries(entry)) {
    if (key.includes('@') || used.has(key)) continue;
    const rest = withoutUsed(value, `${key}.`, used);
    if (!saysNothing(rest) && !renamed.has(key)) renamed.set(key, rest);
  }
  return Object.fromEntries(renamed);
}

function readPath(entry: JsonObject, path: string): unknown {
  const [key = '', inner] = path.split('.');
  return inner === undefined ? entry[key] : readObject(entry[key])?.[inner];
}

/** The fields of an object that have no other name. */
function withoutUsed(value: unknown, prefix: string, used: ReadonlySet<string>): unknown {
  const object = readObject(value);
  if (object === undefined || ![...used].some((path) => path.startsWith(prefix))) return value;
  return Object.fromEntries(
    Object.entries(object).filter(
      ([key, field]) => !used.has(prefix + key) && !key.includes('@') && !saysNothing(field),
    ),
  );
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  const object = readObject(value);
  return object !== undefined && Object.keys(object).length === 0;
}
