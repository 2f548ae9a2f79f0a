import { readServiceError } from './service-error.ts';

/** The new ETags in the order of the operations, none for a delete. A transaction that failed is a `ServiceError`. */
export function readBatchAnswer(status: number, bodyText: string): (string | undefined)[] {
  if (status < 200 || status >= 300) throw readServiceError(status, bodyText);
  return bodyText
    .split('--changesetresponse_')
    .slice(1, -1)
    .map((part) => {
      const partStatus = Number(/HTTP\/1\.1 (\d{3})/.exec(part)?.[1]);
      const body = /\{.*\}/.exec(part)?.[0];
      if (body !== undefined || !(partStatus >= 200 && partStatus < 300))
        throw readServiceError(partStatus, body ?? '');
      return /^etag: *(.+)$/im.exec(part)?.[1];
    });
}
