import { flag, guid, integer, listOf, oneOf, ref, text, time, type Schema } from './schema.ts';

export interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header';
  required: boolean;
  description: string;
  schema: Schema;
  style?: 'form';
  explode?: boolean;
}

export interface Content {
  schema: Schema;
  example?: unknown;
}

export interface Response {
  description: string;
  headers?: Readonly<Record<string, { description: string; schema: Schema }>>;
  /** By media type; a response without content has an empty body. */
  content?: Readonly<Record<string, Content>>;
}

export interface Operation {
  /** The name under which the function is registered. */
  operationId: string;
  summary: string;
  description?: string;
  parameters: readonly Parameter[];
  requestBody?: { required: boolean; content: Readonly<Record<string, Content>> };
  responses: Readonly<Record<string, Response>>;
  /** Empty for what everybody may call. */
  security?: readonly [];
}

/** By route as it is registered, then by method in lower case. */
export type Routes = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

export const json = (description: string, schema: Schema, example?: unknown): Response => ({
  description,
  content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
});

export const problem = (description: string): Response => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});

/** Statuses that every call on stored data may return, in addition to its own. */
export const OPERATOR_PROBLEMS = {
  401: problem('No user is signed in, or the function key is wrong (then the platform responds, without a body).'),
  403: problem(
    'Who is signed in lacks the app role that this call needs (Reader to query, Operator to change things), or a page of another site caused the request.',
  ),
  500: problem('A setting or this app is wrong; its log has the reason.'),
  502: problem('The storage service did not respond.'),
} as const;

export const BAD_REQUEST = problem('A parameter is wrong: the detail names it, its value and what is allowed.');
export const NOT_FOUND = problem('Nothing of that name is stored.');

type QueryKind = (name: string, description: string) => Parameter;

function query(schema: Schema): QueryKind {
  return (name, description) => ({ name, in: 'query', required: false, description, schema });
}

export const textParameter = query(text);
export const timeParameter = query(time);
export const flagParameter = query(flag);
export const guidParameter = query(guid);

/** Repeated or separated by commas, in any letter case. */
export const wordsParameter = (name: string, words: readonly string[], description: string): Parameter => ({
  ...query(listOf(oneOf(words)))(name, description),
  style: 'form',
  explode: false,
});

export const wordParameter = (name: string, words: readonly string[], description: string): Parameter =>
  query(oneOf(words))(name, description);

export const PAGE_PARAMETERS: readonly Parameter[] = [
  query({ ...integer, minimum: 1, maximum: 500, default: 50 })('pageSize', 'Most entries of one response.'),
  textParameter('cursor', 'The `cursor` of the page before, with the same filters.'),
];

export const pathParameter = (name: string, schema: Schema, description: string): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
});

export const TENANT_ID = pathParameter('tenantId', guid, 'Id of the customer’s Entra tenant.');
