import { AppError } from '../../errors.ts';
import { notPrepared } from './not-prepared.ts';

/** A table that is being deleted counts as gone, although its name is taken for a while. */
const MISSING_TABLE_CODES = ['TableNotFound', 'TableBeingDeleted'];

/** Of the service's words for a table (learn.microsoft.com, Table Storage error codes), those that say that there is none. */
export function isTableMissing(error: unknown): boolean {
  return MISSING_TABLE_CODES.includes(codeOf(error) ?? '');
}

export function isRowMissing(error: unknown): boolean {
  return statusOf(error) === 404 && !isTableMissing(error);
}

function statusOf(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** Of the SDK's client. */
export interface FailedTable {
  tableName: string;
  url: string;
}

/** The SDK's error is no `cause`: it quotes the response, which may quote the request with its signature. */
export function toTableError(error: unknown, table: FailedTable, action: string): AppError {
  const status = statusOf(error);
  const details = { ...(status === undefined ? {} : { status }), ...failedIndexOf(error) };
  if (isTableMissing(error)) return notPrepared('table', table.tableName, table.url, details);
  if (status === 412) return new AppError('precondition-failed', `Cannot ${action}: a row changed meanwhile`, details);
  if (status === 409) return new AppError('row-exists', `Cannot ${action}: a row exists already`, details);
  if (status === 404) return new AppError('row-missing', `Cannot ${action}: a row is missing`, details);
  if (status === undefined || status >= 500 || status === 408 || status === 429)
    return new AppError(
      'storage-unclear',
      `Cannot tell whether the storage service did "${action}": status is ${status ?? 'none'}`,
      { ...details, action: 'Nothing: it is tried again; if it lasts, look at the storage account' },
    );
  return new AppError(
    'storage-refused',
    `Cannot ${action}: the storage service answered ${status}${describeCode(error)}`,
    { ...details },
  );
}

/** The service's own word, e.g. `AuthorizationPermissionMismatch`. */
function describeCode(error: unknown): string {
  const code = codeOf(error);
  return code === undefined ? '' : ` (${code})`;
}

/** The SDK has it as `code` where a transaction failed, and only inside the message where another request did. */
function codeOf(error: unknown): string | undefined {
  const inMessage = error instanceof Error ? /"code"\s*:\s*"(\w{1,60})"/.exec(error.message)?.[1] : undefined;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : inMessage;
}

/** The service names the failing operation of a transaction at the start of its message, e.g. `0:The update condition …`. */
function failedIndexOf(error: unknown): { failedIndex?: number } {
  const match = error instanceof Error ? /^\s*(\d+):/.exec(error.message) : null;
  return match?.[1] === undefined ? {} : { failedIndex: Number(match[1]) };
}
