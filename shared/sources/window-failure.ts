import { SMALLEST_TOP } from '../domain/reading/page-size.ts';
import { AppError } from '../errors.ts';
import { ERRORS } from '../errors/error-table.ts';
import type { MeteredReader } from './metered-reader.ts';

/** Failures that one window or one incident can have by itself; all others are the tenant's, the app's or the service's. */
export function isWindowFailure(error: unknown): error is AppError {
  return error instanceof AppError && ERRORS[error.code].concerns === 'window';
}

/** What a link to more of an answer can fail with while the list itself answers. */
export function isLinkFailure(error: unknown): error is AppError {
  return isWindowFailure(error) || (error instanceof AppError && ERRORS[error.code].concerns === 'link');
}

/** One small read of the newest moment: when even that fails, the whole service is down, and `original` says how. */
export async function proveServiceUp(reader: MeteredReader, original: AppError): Promise<void> {
  try {
    await reader.probe(SMALLEST_TOP);
  } catch (error) {
    throw isWindowFailure(error) ? original : error;
  }
}
