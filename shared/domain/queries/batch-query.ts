import { OBSERVABLE_KINDS } from '../observables/observable.ts';
import { FORMATS, readFormat, type CsvOrJson } from '../requests/answer-format.ts';
import { badProperty, readName, readStrictBody } from '../requests/strict-body.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';
import { readTicks, type Ticks } from '../values/ticks.ts';
import type { SearchScope } from './search-query.ts';
import { MAX_QUERY_CHARS, readSought, type Sought } from './sought.ts';

/** The request for a list of indicators. */
export interface BatchQuery {
  values: readonly { text: string; sought: Sought }[];
  scope: SearchScope;
  format: CsvOrJson;
}

interface BatchBody {
  values: string[];
  kind: (typeof OBSERVABLE_KINDS)[number];
  since: Ticks;
  tenantId: TenantId;
  customer: string | null;
  label: string | null;
  format: CsvOrJson;
}

export const MAX_BATCH_VALUES = 100;

export function readBatchQuery(body: unknown, accept: string | null = null): BatchQuery {
  const { values, kind, since, tenantId, customer, label, format } = readStrictBody<BatchBody>(body, {
    values: readValues,
    kind: (name, value) => {
      const kind = OBSERVABLE_KINDS.find((known) => known === value);
      if (kind === undefined) throw badProperty(name, value, `it must be one of ${OBSERVABLE_KINDS.join(', ')}`);
      return kind;
    },
    since: (name, value) => {
      const since = readTicks(value);
      if (since === undefined) throw badProperty(name, value, 'it must be an ISO 8601 time');
      return since;
    },
    tenantId: (name, value) => {
      const tenantId = typeof value === 'string' ? readTenantId(value) : undefined;
      if (tenantId === undefined) throw badProperty(name, value, 'it must be a GUID');
      return tenantId;
    },
    customer: readName,
    label: readName,
    format: (name, value) => {
      const format = FORMATS.find((known) => known === value);
      if (format === undefined) throw badProperty(name, value, `it must be one of ${FORMATS.join(', ')}`);
      return format;
    },
  });
  if (values === undefined) throw badProperty('values', undefined, 'it has to be given: a list of what to search for');
  return {
    values: values.map((text) => ({ text, sought: readSought(text, kind) })),
    scope: { since, tenantId, customer: customer ?? undefined, label: label ?? undefined },
    format: readFormat(format, accept),
  };
}

function readValues(name: string, value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_BATCH_VALUES)
    throw badProperty(
      name,
      Array.isArray(value) ? value.length : value,
      `it must be a list of 1 to ${MAX_BATCH_VALUES} texts`,
    );
  return value.map((text: unknown, index) => {
    if (typeof text !== 'string' || text.trim() === '' || text.length > MAX_QUERY_CHARS)
      throw badProperty(`${name}[${index}]`, text, `it must be a text of 1 to ${MAX_QUERY_CHARS} characters`);
    return text;
  });
}
