import { COLLECTION_ERRORS } from './collection-errors.ts';
import { COMMAND_ERRORS } from './command-errors.ts';
import { CREDENTIAL_ERRORS } from './credential-errors.ts';
import { ENTRA_ERRORS } from './entra-errors.ts';
import type { ErrorKind } from './error-kind.ts';
import { REQUEST_ERRORS } from './request-errors.ts';
import { SOURCE_ERRORS } from './source-errors.ts';
import { STORAGE_ERRORS } from './storage-errors.ts';

const TABLE = {
  ...COLLECTION_ERRORS,
  ...COMMAND_ERRORS,
  ...CREDENTIAL_ERRORS,
  ...ENTRA_ERRORS,
  ...REQUEST_ERRORS,
  ...SOURCE_ERRORS,
  ...STORAGE_ERRORS,
};

/** The stable codes of expected failures, kebab-case. */
export type ErrorCode = keyof typeof TABLE;

/** Every code that a failure can have, and all that is true of it wherever it happens. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorKind>> = TABLE;

export const ERROR_CODES = Object.keys(ERRORS).filter(isErrorCode).sort();

/** A code that was stored, maybe by another version of this app. */
export function readErrorCode(value: unknown): ErrorCode {
  return isErrorCode(value) ? value : 'internal-error';
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}
