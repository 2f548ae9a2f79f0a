import type { AppError } from '../errors.ts';
import { ERRORS } from '../errors/error-table.ts';

/** After such a failure the state row is not ours to write, or cannot be written. */
export const isStorageFailure = ({ code }: AppError): boolean => ERRORS[code].concerns === 'state-row';
