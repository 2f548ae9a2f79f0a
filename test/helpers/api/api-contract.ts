import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { OPENAPI_DOCUMENT } from '../../../shared/domain/openapi/openapi-document.ts';
import type { Operation } from '../../../shared/domain/openapi/schemas/operation.ts';

/** An answer as it left the app. */
export interface ApiAnswer {
  status: number;
  contentType: string | null;
  body: string;
  headers: Headers;
}

export interface DocumentedOperation extends Operation {
  method: string;
  route: string;
  isPublic: boolean;
}

export const OPERATIONS: readonly DocumentedOperation[] = Object.entries(OPENAPI_DOCUMENT.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      route: path.slice(1),
      isPublic: operation.security?.length === 0,
    })),
);

export function operationNamed(operationId: string): DocumentedOperation {
  const operation = OPERATIONS.find((known) => known.operationId === operationId);
  if (operation === undefined) throw new Error(`openapi.json has no operation "${operationId}"`);
  return operation;
}

/** The operation that a path below `/api/` leads to; the one with the most fixed parts, as the platform decides. */
export function operationAt(method: string, path: string): DocumentedOperation {
  const parts = path.split('?')[0]?.split('/') ?? [];
  const fits = ({ route }: DocumentedOperation): boolean => {
    const wanted = route.split('/');
    return wanted.length === parts.length && wanted.every((part, at) => part.startsWith('{') || part === parts[at]);
  };
  const [found] = OPERATIONS.filter((operation) => operation.method === method && fits(operation)).sort(
    (a, b) => a.route.split('{').length - b.route.split('{').length,
  );
  if (found === undefined) throw new Error(`openapi.json has no ${method} /${path}`);
  return found;
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
ajvFormats.default(ajv);
for (const [name, schema] of Object.entries(OPENAPI_DOCUMENT.components.schemas)) ajv.addSchema(closed(schema), name);

/** As published, but a property that is not declared is an error: the document has to keep up with the code. */
function closed(schema: object): Record<string, unknown> {
  const copy = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, closedValue(value)]));
  if (typeof copy['$ref'] === 'string') copy['$ref'] = copy['$ref'].replace('#/components/schemas/', '');
  return 'properties' in copy && copy['type'] === 'object' ? { additionalProperties: false, ...copy } : copy;
}

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue);
  return typeof value === 'object' && value !== null ? closed(value) : value;
}

const validators = new WeakMap<object, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema) ?? ajv.compile(closed(schema));
  validators.set(schema, known);
  return known;
}

/** Throws unless the document has this status for the operation, this type of content, and the body fits its schema. */
export function checkAnswer(operationId: string, { status, contentType, body }: ApiAnswer): void {
  const what = `${operationId} ${status}`;
  const response = operationNamed(operationId).responses[String(status)];
  if (response === undefined) throw new Error(`${what} is not documented: ${body.slice(0, 300)}`);
  // A wrong function key is refused by the platform, which answers nothing more.
  if (body === '' && (response.content === undefined || status === 401)) return;
  const mediaType = contentType?.split(';')[0] ?? 'nothing';
  const content = response.content?.[mediaType];
  if (content === undefined) throw new Error(`${what} is not documented with a body of ${mediaType}`);
  const value: unknown = mediaType.endsWith('json') ? JSON.parse(body) : body;
  const problems = checkValue(content.schema, value);
  if (problems.length > 0) throw new Error(`${what} is not as documented: ${problems.join('; ')}`);
}

/** What is wrong with a value by a schema of the document. */
export function checkValue(schema: object, value: unknown): string[] {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
