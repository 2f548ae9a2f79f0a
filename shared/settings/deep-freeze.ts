/** Freezes an object made of plain objects and arrays, and all that is in it. */
export function deepFreeze<Value extends object>(value: Value): Readonly<Value> {
  for (const part of Object.values(value)) if (isObject(part)) deepFreeze(part);
  return Object.freeze(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
