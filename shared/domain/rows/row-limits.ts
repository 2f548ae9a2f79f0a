import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import { AppError } from '../../errors.ts';
import type { RowOperation, RowProperties, TableValue } from '../values/table-row.ts';

/** The table service's limits (Azure Table Storage scalability targets); Azurite does not hold all of them, so we do. */
export const MAX_TEXT_CHARS = 32_000;
export const MAX_BINARY_BYTES = 65_536;
export const MAX_TRANSACTION_ROWS = 100;
/** One row of a tenant's transaction is its state row, the fence. */
export const ROWS_BESIDE_FENCE = MAX_TRANSACTION_ROWS - 1;
const MAX_ENTITY_BYTES = 1_048_576;
const MAX_PROPERTIES = 252;
const MAX_KEY_CHARS = 512;
/** The service refuses 4 MiB; the multipart envelope and the JSON escaping of a batch come on top of the bytes counted here. */
export const MAX_TRANSACTION_BYTES = 2_500_000;
/** Titles and other one-line fields; list rows hold them several times. */
const MAX_LINE_CHARS = 4_096;

/** `Cc` is U+0000–001F and U+007F–009F, as in the service's own list. */
const FORBIDDEN_IN_KEY = /[/\\#?\p{Cc}]/u;

/** Collects the properties of one row, shortens what does not fit and remembers what was shortened. */
export interface RowBuilder {
  line(name: string, value: string | null): void;
  text(name: string, value: string | null): void;
  list(name: string, values: readonly unknown[]): void;
  set(name: string, value: TableValue | null): void;
  finish(): RowProperties;
}

export function buildRow(): RowBuilder {
  const properties: RowProperties = {};
  const truncated: string[] = [];
  const put = (name: string, value: string | null, limit: number): void => {
    if (value === null) return;
    if (value.length > limit) truncated.push(name);
    properties[name] = cutText(value, limit);
  };
  return {
    line: (name, value) => {
      put(name, value, MAX_LINE_CHARS);
    },
    text: (name, value) => {
      put(name, value, MAX_TEXT_CHARS);
    },
    list: (name, values) => {
      if (values.length === 0) return;
      const { json, isCut } = cutList(values, MAX_TEXT_CHARS);
      if (isCut) truncated.push(name);
      properties[name] = json;
    },
    set: (name, value) => {
      if (value !== null) properties[name] = value;
    },
    finish: () => {
      if (truncated.length > 0) properties['truncated'] = JSON.stringify(truncated);
      return properties;
    },
  };
}

/** At most `limit` UTF-16 units, never ending in half a surrogate pair. */
export function cutText(value: string, limit: number): string {
  if (value.length <= limit) return value;
  const last = value.charCodeAt(limit - 1);
  return value.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

/** The longest run of leading values whose JSON fits. */
export function cutList(values: readonly unknown[], limit: number): { json: string; isCut: boolean } {
  const whole = JSON.stringify(values);
  if (whole.length <= limit) return { json: whole, isCut: false };
  const kept: string[] = [];
  let length = 2;
  for (const value of values) {
    const json = JSON.stringify(value);
    if (length + json.length + 1 > limit) break;
    kept.push(json);
    length += json.length + 1;
  }
  return { json: `[${kept.join(',')}]`, isCut: true };
}

/** For a text that is not much larger than it, a small window compresses as well and is set up in two thirds of the time. */
const SMALL_TEXT_CHARS = 16_384;
const SMALL_WINDOW = { windowBits: 13, memLevel: 5, chunkSize: 4_096 };

/** gzip of `text` where it fits into one binary property. */
export function compressIfFits(text: string): Uint8Array | null {
  const bytes = gzipSync(text, { level: 4, ...(text.length < SMALL_TEXT_CHARS && SMALL_WINDOW) });
  return bytes.length <= MAX_BINARY_BYTES ? bytes : null;
}

/** gzip (RFC 1952) without name, time and system, then one stored block, the last (RFC 1951): its length and that inverted follow. */
const GZIP_HEAD = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
const MAX_BLOCK_BYTES = 65_535;

/**
 * A short text as gzip that compresses nothing: whoever reads gzip reads it. To set up the compression of a kilobyte takes longer
 * than all else that is done with it.
 */
export function wrapInGzip(text: string): Uint8Array {
  const content = Buffer.from(text, 'utf8');
  if (content.length > MAX_BLOCK_BYTES) throw new Error(`Cannot wrap ${content.length} bytes as one block`);
  const ends = Buffer.alloc(12);
  ends.writeUInt16LE(content.length, 0);
  ends.writeUInt16LE(MAX_BLOCK_BYTES - content.length, 2);
  ends.writeUInt32LE(crc32(content), 4);
  ends.writeUInt32LE(content.length, 8);
  return Buffer.concat([Buffer.from(GZIP_HEAD), ends.subarray(0, 4), content, ends.subarray(4)]);
}

/** The text of any gzip; where it is only wrapped, it is read in place: setting up the decompression takes longer. */
export function readGzip(bytes: Uint8Array): string {
  const gzip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (unwrap(gzip) ?? gunzipSync(gzip)).toString('utf8');
}

function unwrap(gzip: Buffer): Buffer | undefined {
  const from = GZIP_HEAD.length + 4;
  const to = gzip.length - 8;
  if (to < from || GZIP_HEAD.some((byte, at) => gzip[at] !== byte)) return undefined;
  const content = gzip.subarray(from, to);
  const isWhole =
    gzip.readUInt16LE(GZIP_HEAD.length) === content.length &&
    gzip.readUInt16LE(GZIP_HEAD.length + 2) === MAX_BLOCK_BYTES - content.length &&
    gzip.readUInt32LE(to) === crc32(content) &&
    gzip.readUInt32LE(to + 4) === content.length;
  return isWhole ? content : undefined;
}

function valueBytes(value: TableValue): number {
  if (typeof value === 'string') return value.length * 2;
  if (value instanceof Uint8Array) return value.length;
  return 8;
}

/** Size of a row as the service counts it (docs: Understanding the Table service data model). */
export function rowBytes(rowKey: string, properties: RowProperties): number {
  let bytes = 4 + (1 + rowKey.length) * 2;
  for (const name in properties) bytes += 8 + name.length * 2 + valueBytes(properties[name] ?? 0);
  return bytes;
}

export function operationBytes(operation: RowOperation): number {
  return operation.kind === 'delete' ? 300 : rowBytes(operation.rowKey, operation.properties);
}

/** Fails before the service does. A violation is a bug of ours: whatever comes from outside was shortened before. */
export function checkTransaction(operations: readonly RowOperation[]): void {
  const problem = findProblem(operations);
  if (problem !== undefined)
    throw new AppError('row-limits-exceeded', `Cannot write a transaction of ${operations.length} rows: ${problem}`);
}

function findProblem(operations: readonly RowOperation[]): string | undefined {
  if (operations.length === 0) return 'it is empty';
  if (operations.length > MAX_TRANSACTION_ROWS) return `more than ${MAX_TRANSACTION_ROWS} rows`;
  if (new Set(operations.map((operation) => operation.rowKey)).size < operations.length) return 'a row is in it twice';
  let total = 0;
  for (const operation of operations) {
    const bytes = operationBytes(operation);
    const problem = findRowProblem(operation, bytes);
    if (problem !== undefined) return problem;
    total += bytes;
  }
  return total > 4 * MAX_ENTITY_BYTES ? `${total} bytes are over 4 MiB` : undefined;
}

function findRowProblem(operation: RowOperation, bytes: number): string | undefined {
  const { rowKey } = operation;
  if (rowKey.length > MAX_KEY_CHARS) return `a row key has ${rowKey.length} characters`;
  if (FORBIDDEN_IN_KEY.test(rowKey)) return `row key ${JSON.stringify(rowKey)} has a forbidden character`;
  if (operation.kind === 'delete') return undefined;
  if (bytes > MAX_ENTITY_BYTES) return `row ${rowKey} is over 1 MiB`;
  const names = Object.keys(operation.properties);
  if (names.length > MAX_PROPERTIES) return `row ${rowKey} has ${names.length} properties`;
  const large =
    bytes > MAX_BINARY_BYTES
      ? names.find((name) => valueBytes(operation.properties[name] ?? 0) > MAX_BINARY_BYTES)
      : undefined;
  return large === undefined ? undefined : `property ${large} of row ${rowKey} is over 64 KiB`;
}
