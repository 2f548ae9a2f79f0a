import type { AppError } from '../errors.ts';

const STORAGE_FAILURES = [
  'tenant-taken',
  'tenant-gone',
  'storage-unclear',
  'storage-refused',
  'storage-not-prepared',
  'row-exists',
  'row-missing',
];

/** After such a failure the state row is not ours to write, or cannot be written. */
export const isStorageFailure = ({ code }: AppError): boolean => STORAGE_FAILURES.includes(code);
