/** Of the whole transaction, or of the operation that made it fail; in the fields that the SDK's own errors have. */
export class BatchError extends Error {
  readonly statusCode: number;
  readonly code: string | undefined;

  constructor(message: string, statusCode: number, code: string | undefined) {
    super(message);
    this.name = 'BatchError';
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** The new ETags in the order of the operations, none for a delete. A transaction that failed is a `BatchError`. */
export function readBatchAnswer(status: number, bodyText: string): (string | undefined)[] {
  if (status < 200 || status >= 300) throw toError(status, bodyText);
  return bodyText
    .split('--changesetresponse_')
    .slice(1, -1)
    .map((part) => {
      const partStatus = Number(/HTTP\/1\.1 (\d{3})/.exec(part)?.[1]);
      const body = /\{.*\}/.exec(part)?.[0];
      if (body !== undefined || !(partStatus >= 200 && partStatus < 300)) throw toError(partStatus, body ?? '');
      return /^etag: *(.+)$/im.exec(part)?.[1];
    });
}

/** The service's error names the failing operation at the start of its message. */
function toError(status: number, bodyText: string): BatchError {
  const { code, message } = readError(bodyText);
  return new BatchError(message ?? 'The transaction failed', status, code);
}

interface ServiceError {
  code?: string | undefined;
  message?: string | undefined;
}

function readError(bodyText: string): ServiceError {
  try {
    const body = JSON.parse(bodyText) as { 'odata.error'?: { code?: unknown; message?: { value?: unknown } } };
    const error = body['odata.error'];
    return { code: textOf(error?.code), message: textOf(error?.message?.value) };
  } catch {
    // A response of a proxy: its status is all that is known.
    return {};
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
