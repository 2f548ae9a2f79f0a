import { AppError, type AppErrorDetails } from '../../errors.ts';

/**
 * `kind` and `name` of the missing resource of the account at `url`. Callers see the message, so it holds nothing of a
 * customer.
 */
export function notPrepared(
  kind: 'table' | 'queue',
  name: string,
  url: string,
  details: AppErrorDetails = {},
): AppError {
  return new AppError(
    'storage-not-prepared',
    `Cannot use the ${kind} "${name}" as the storage account must have it before: at ${new URL(url).host} there is none`,
    {
      ...details,
      action: `Deploy infra/main.bicep, which makes all tables and queues, or make the ${kind} "${name}" by hand; this app makes it only in an emulator on its own machine`,
    },
  );
}
