import type { TableClient } from '@azure/data-tables';

/** Where requests that the app writes itself are sent to. */
export interface TablePlace {
  serviceUrl: string;
  /** e.g. `https://account.table.core.windows.net/Incidents`. */
  tableUrl: string;
  /** A connection string with a shared access signature has that in the address. */
  search: string;
  /** Only an emulator is reached by plain http: each other client refuses it when it reads. */
  allowsInsecure: boolean;
}

export function placeOf({ url, tableName }: TableClient): TablePlace {
  const { protocol, origin, pathname, search } = new URL(url);
  const serviceUrl = `${origin}${pathname.replace(/\/+$/, '')}`;
  return { serviceUrl, tableUrl: `${serviceUrl}/${tableName}`, search, allowsInsecure: protocol === 'http:' };
}

/** The address of one row. */
export function rowUrl(tableUrl: string, partitionKey: string, rowKey: string): string {
  return `${tableUrl}(PartitionKey='${encodeKey(partitionKey)}',RowKey='${encodeKey(rowKey)}')`;
}

/** A quote inside a key is written twice. Most keys are of characters that stay. */
const encodeKey = (key: string): string =>
  STAYS_AS_IT_IS.test(key) ? key : encodeURIComponent(key.replaceAll("'", "''"));

const STAYS_AS_IT_IS = /^[A-Za-z0-9._~!-]*$/;
