import { AppError } from '../errors.ts';
import { compareText } from './compare-text.ts';
import { quote } from './query-parameters.ts';
import { foldName, hasLabel, isOfCustomer, type TenantRecord } from './tenant-record.ts';

export interface NamedSelection {
  customer?: string | undefined;
  label?: string | undefined;
}

const SUGGESTIONS = 3;
/** Names are told apart by their beginnings; comparing more of ten thousand long ones would take seconds. */
const COMPARED_CHARS = 32;

const UNKNOWN_CUSTOMER = { blame: 'caller', code: 'unknown-customer', parameter: 'customer' } as const;
const UNKNOWN_LABEL = { blame: 'caller', code: 'unknown-label', parameter: 'label' } as const;

/** The 400 for a customer or label that no tenant of the registry has; a misspelt one must not look like a quiet customer. */
export function findUnknownName(
  { customer, label }: NamedSelection,
  records: readonly TenantRecord[],
): AppError | undefined {
  if (customer !== undefined && !records.some((record) => isOfCustomer(record, customer)))
    return unknownName(
      UNKNOWN_CUSTOMER,
      customer,
      records.flatMap((record) => record.customer ?? []),
    );
  if (label !== undefined && !records.some((record) => hasLabel(record, label)))
    return unknownName(
      UNKNOWN_LABEL,
      label,
      records.flatMap(({ labels }) => labels),
    );
  return undefined;
}

function unknownName(
  { blame, code, parameter }: typeof UNKNOWN_CUSTOMER | typeof UNKNOWN_LABEL,
  value: string,
  known: readonly string[],
): AppError {
  const nearest = nearestNames(value, known).map(quote).join(', ');
  return new AppError(
    blame,
    code,
    `Cannot read parameter "${parameter}" as no tenant has it: current value is ${quote(value)}, nearest known are ${nearest || 'none'}`,
    { action: 'Correct the name; GET /tenants has all of them' },
  );
}

/** Of names that differ in more than letter case the most alike, best first, whatever their order. */
export function nearestNames(name: string, known: readonly string[]): string[] {
  const wanted = foldName(name).slice(0, COMPARED_CHARS);
  const byFolded = new Map(known.toSorted((a, b) => compareText(b, a)).map((one) => [foldName(one), one]));
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
