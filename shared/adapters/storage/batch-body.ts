import type { RowOperation, RowProperties, TableValue } from '../../domain/values/table-row.ts';
import { rowUrl } from './table-place.ts';

/** Where a transaction's rows lie. */
export interface BatchPlace {
  /** e.g. `https://account.table.core.windows.net/Incidents`. */
  tableUrl: string;
  partitionKey: string;
}

const LINE = '\r\n';
const JSON_HEADERS = ['Content-Type: application/json', 'DataServiceVersion: 3.0', 'Accept: application/json'];
const INSERT_HEADERS = [
  'Content-Type: application/json;odata=nometadata',
  'Accept: application/json;odata=minimalmetadata',
  'DataServiceVersion: 3.0',
  'Prefer: return-no-content',
];
const DELETE_HEADERS = ['Accept: application/json;odata=minimalmetadata', 'DataServiceVersion: 3.0', 'If-Match: *'];

/**
 * The multipart body of one transaction, byte for byte as the SDK writes it. The SDK sends each operation through a pipeline of
 * its own to get its part, which costs more than all that we do with an incident (docs/adr/0057-what-costs-cpu.md).
 */
export function buildBatchBody(
  { tableUrl, partitionKey }: BatchPlace,
  operations: readonly RowOperation[],
  { batch, changeset }: { batch: string; changeset: string },
): string {
  const head = [`--${changeset}`, 'content-type: application/http', 'content-transfer-encoding: binary', '', ''].join(
    LINE,
  );
  const toBody = createRowWriter(partitionKey);
  let parts = '';
  for (const operation of operations) {
    const row = rowUrl(tableUrl, partitionKey, operation.rowKey);
    parts += `${head}${describe(operation, tableUrl, row)}${LINE}${LINE}${LINE}${toBody(operation)}`;
  }
  const start = `--${batch}${LINE}content-type: multipart/mixed; boundary=${changeset}${LINE}${LINE}${LINE}`;
  return `${start}${parts}--${changeset}--${LINE}--${batch}--${LINE}`;
}

/** Request line and headers. */
function describe(operation: RowOperation, tableUrl: string, row: string): string {
  if (operation.kind === 'insert') return toHead(`POST ${tableUrl}`, INSERT_HEADERS);
  if (operation.kind === 'upsert') return toHead(`PUT ${row}`, JSON_HEADERS);
  if (operation.kind === 'delete') return toHead(`DELETE ${row}`, DELETE_HEADERS);
  const method = operation.kind === 'merge' ? 'PATCH' : 'PUT';
  return toHead(`${method} ${row}`, [...JSON_HEADERS, `If-Match: ${operation.ifMatch ?? '*'}`]);
}

const toHead = (request: string, headers: readonly string[]): string => [`${request} HTTP/1.1`, ...headers].join(LINE);

/** An incident's list rows have the same properties under several keys: they become JSON once. */
function createRowWriter(partitionKey: string): (operation: RowOperation) => string {
  const written = new Map<RowProperties, string>();
  const partition = `{"PartitionKey":${JSON.stringify(partitionKey)},"RowKey":`;
  return (operation) => {
    if (operation.kind === 'delete') return '';
    const { properties } = operation;
    const json = written.get(properties) ?? JSON.stringify(toJsonProperties(properties)).slice(1, -1);
    written.set(properties, json);
    return `${partition}${JSON.stringify(operation.rowKey)}${json === '' ? '' : ','}${json}}${LINE}`;
  };
}

/** Texts, booleans and numbers show their type in JSON; other types are declared next to the value. */
function toJsonProperties(properties: RowProperties): Record<string, TableValue> {
  if (Object.values(properties).every(saysItsType)) return properties;
  const json: Record<string, TableValue> = {};
  for (const [name, value] of Object.entries(properties)) {
    json[name] = toJsonValue(value);
    if (!saysItsType(value)) json[`${name}@odata.type`] = typeof value === 'bigint' ? 'Edm.Int64' : 'Edm.Binary';
  }
  return json;
}

const saysItsType = (value: TableValue): boolean => typeof value !== 'bigint' && typeof value !== 'object';

function toJsonValue(value: TableValue): TableValue {
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'object'
    ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64')
    : value;
}
