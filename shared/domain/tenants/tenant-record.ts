import { ROW_VERSION } from '../rows/incident-rows.ts';
import { textColumn } from '../rows/row-columns.ts';
import { buildRow } from '../rows/row-limits.ts';
import type { RowProperties, RowRange, StoredRow } from '../values/table-row.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';

/** A tenant's row in the table `Tenants`: what people call it. Whatever collection needs is in its state row. */
export interface TenantRecord {
  tenantId: TenantId;
  displayName: string | null;
  /** The partner's customer that the tenant belongs to. */
  customer: string | null;
  labels: string[];
  /** ISO 8601 UTC. */
  consentedAt: string | null;
  /** ISO 8601 UTC; only a link that is bound to the tenant brings it back. */
  deletedAt: string | null;
  /** ISO 8601 UTC, storage service's clock. */
  createdAt: string | null;
}

/** Every row of one partition of `Tenants`: the row keys are lower-case GUIDs. */
export const allTenants: RowRange = { from: '0', to: 'g' };

export function toTenantRow(record: TenantRecord): RowProperties {
  const row = buildRow();
  row.set('v', ROW_VERSION);
  row.line('displayName', record.displayName);
  row.line('customer', record.customer);
  row.list('labels', record.labels);
  row.set('consentedAt', record.consentedAt);
  row.set('deletedAt', record.deletedAt);
  row.set('createdAt', record.createdAt);
  return row.finish();
}

/** `undefined` for a row whose key is no tenant id, which none of ours is. */
export function readTenantRow({ rowKey, properties }: StoredRow): TenantRecord | undefined {
  const tenantId = readTenantId(rowKey);
  if (tenantId === undefined) return undefined;
  return {
    tenantId,
    displayName: textColumn(properties, 'displayName'),
    customer: textColumn(properties, 'customer'),
    labels: readLabels(properties),
    consentedAt: textColumn(properties, 'consentedAt'),
    deletedAt: textColumn(properties, 'deletedAt'),
    createdAt: textColumn(properties, 'createdAt'),
  };
}

function readLabels(row: RowProperties): string[] {
  const value: unknown = JSON.parse(textColumn(row, 'labels') ?? '[]');
  return Array.isArray(value) ? value.filter((label) => typeof label === 'string') : [];
}

/** Names are compared without letter case: people type them. */
export const normalizeName = (text: string): string => text.trim().toLowerCase();

export function isOfCustomer(record: TenantRecord, customer: string): boolean {
  return record.customer !== null && normalizeName(record.customer) === normalizeName(customer);
}

export function hasLabel(record: TenantRecord, label: string): boolean {
  return record.labels.some((own) => normalizeName(own) === normalizeName(label));
}
