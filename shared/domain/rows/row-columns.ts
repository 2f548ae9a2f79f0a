import type { RowProperties } from '../values/table-row.ts';

export function textColumn(row: RowProperties, name: string): string | null {
  const value = row[name];
  return typeof value === 'string' ? value : null;
}

export function numberColumn(row: RowProperties, name: string): number | null {
  const value = row[name];
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : null;
}

export function binaryColumn(row: RowProperties, name: string): Uint8Array | undefined {
  const value = row[name];
  return value instanceof Uint8Array ? value : undefined;
}
