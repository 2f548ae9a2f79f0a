import type { RowProperties, StoredRow, TableValue } from '../../domain/values/table-row.ts';

const SYSTEM_PROPERTIES = new Set(['PartitionKey', 'RowKey', 'Timestamp']);

/** A row as the service writes it: types that JSON does not have are declared beside the value. */
export function readRowBody(body: Readonly<Record<string, unknown>>): StoredRow {
  const properties: RowProperties = {};
  for (const [name, value] of Object.entries(body)) {
    // `odata.etag` is of the row, `storedAt@odata.type` of a property.
    if (SYSTEM_PROPERTIES.has(name) || name.includes('odata.')) continue;
    const read = readValue(value, body[`${name}@odata.type`]);
    if (read !== undefined) properties[name] = read;
  }
  return {
    rowKey: String(body['RowKey']),
    etag: String(body['odata.etag']),
    properties,
    writtenAtMs: Date.parse(String(body['Timestamp'])),
  };
}

function readValue(value: unknown, type: unknown): TableValue | undefined {
  if (type === 'Edm.Int64') return BigInt(String(value));
  if (type === 'Edm.Binary') return Buffer.from(String(value), 'base64');
  // Of another type there is no property of ours.
  if (type !== undefined && type !== 'Edm.Double') return undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
