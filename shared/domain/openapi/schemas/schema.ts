/** A JSON Schema of the 2020-12 dialect, as OpenAPI 3.1 has them. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const flag: Schema = { type: 'boolean' };
/** UTC, at most 7 fraction digits. */
export const time: Schema = { type: 'string', format: 'date-time' };
export const guid: Schema = { type: 'string', format: 'uuid' };

export const described = (schema: Schema, description: string): Schema => ({ ...schema, description });

export const nullable = (schema: Schema): Schema =>
  typeof schema['type'] === 'string' && !('enum' in schema)
    ? { ...schema, type: [schema['type'], 'null'] }
    : { anyOf: [schema, { type: 'null' }] };

export const listOf = (items: Schema): Schema => ({ type: 'array', items });

export const oneOf = (words: readonly string[]): Schema => ({ type: 'string', enum: [...words] });

/** Every property is in every response unless it is named as optional. A client must ignore unknown properties. */
export function objectOf(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  return {
    type: 'object',
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    properties,
  };
}

/** A schema of `components`. */
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
