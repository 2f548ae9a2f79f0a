import { AppError } from '../../errors.ts';
import { normalizeName, hasLabel, isOfCustomer, type TenantRecord } from '../tenants/tenant-record.ts';
import { compareText } from '../values/compare-text.ts';
import { quote } from '../values/quote.ts';
import type { TenantId } from '../values/tenant-id.ts';

export interface NamedSelection {
  customer?: string | undefined;
  label?: string | undefined;
}

const SUGGESTIONS = 3;
/** Names are distinguished by their beginnings; comparing more of ten thousand long ones would take seconds. */
const COMPARED_CHARS = 32;

const UNKNOWN_CUSTOMER = { code: 'unknown-customer', parameter: 'customer' } as const;
const UNKNOWN_LABEL = { code: 'unknown-label', parameter: 'label' } as const;
const UNKNOWN_TENANT = { code: 'unknown-tenant', parameter: 'tenantId' } as const;
/** Ids have no meaning: one that differs in more digits is another tenant's, and no help. */
const MOST_WRONG_DIGITS = 4;

/** The 400 for a customer or label that no tenant of the registry has; a misspelt one must not look like a quiet customer. */
export function findUnknownName(
  { customer, label }: NamedSelection,
  records: readonly TenantRecord[],
): AppError | undefined {
  if (customer !== undefined && !records.some((record) => isOfCustomer(record, customer))) {
    const customers = records.flatMap((record) => record.customer ?? []);
    return unknownValue(UNKNOWN_CUSTOMER, customer, nearestNames(customer, customers));
  }
  if (label !== undefined && !records.some((record) => hasLabel(record, label))) {
    const labels = records.flatMap((record) => record.labels);
    return unknownValue(UNKNOWN_LABEL, label, nearestNames(label, labels));
  }
  return undefined;
}

/** The 400 for the id of a tenant that is not registered. */
export function unknownTenant(tenantId: TenantId, known: readonly TenantId[]): AppError {
  const nearest = known
    .map((one) => ({ one, distance: editDistance(tenantId, one) }))
    .filter(({ distance }) => distance <= MOST_WRONG_DIGITS)
    .sort((a, b) => a.distance - b.distance || compareText(a.one, b.one))
    .slice(0, SUGGESTIONS)
    .map(({ one }) => one);
  return unknownValue(UNKNOWN_TENANT, tenantId, nearest);
}

function unknownValue(
  { code, parameter }: typeof UNKNOWN_CUSTOMER | typeof UNKNOWN_LABEL | typeof UNKNOWN_TENANT,
  value: string,
  nearest: readonly string[],
): AppError {
  return new AppError(
    code,
    `Cannot read parameter "${parameter}" as no tenant has it: current value is ${quote(value)}, nearest known are ${nearest.map(quote).join(', ') || 'none'}`,
  );
}

/** Of names that differ in more than letter case the most alike, best first, whatever their order. */
export function nearestNames(name: string, known: readonly string[]): string[] {
  const wanted = normalizeName(name).slice(0, COMPARED_CHARS);
  const byFolded = new Map(known.toSorted((a, b) => compareText(b, a)).map((one) => [normalizeName(one), one]));
  return [...byFolded]
    .map(([folded, one]) => ({ one, distance: distanceOf(wanted, folded.slice(0, COMPARED_CHARS)) }))
    .sort((a, b) => a.distance - b.distance || compareText(a.one, b.one))
    .slice(0, SUGGESTIONS)
    .map(({ one }) => one);
}

/** A part of the name, as people type it, is as near as one wrong letter. */
function distanceOf(wanted: string, name: string): number {
  return wanted.length > 1 && name.includes(wanted) ? 1 : editDistance(wanted, name);
}

/** Letters to insert, delete or replace (Levenshtein), in one row that is written over. */
function editDistance(from: string, to: string): number {
  const row = Uint8Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i += 1) {
    let diagonal = i - 1;
    let left = i;
    row[0] = i;
    for (let j = 1; j <= to.length; j += 1) {
      const above = row[j] ?? 0;
      left = Math.min(diagonal + (from.charCodeAt(i - 1) === to.charCodeAt(j - 1) ? 0 : 1), above + 1, left + 1);
      diagonal = above;
      row[j] = left;
    }
  }
  return row[to.length] ?? 0;
}
