/** Of a request that the service refused, or of the operation that made a transaction fail; in the fields that the SDK's errors have. */
export class ServiceError extends Error {
  readonly statusCode: number;
  readonly code: string | undefined;

  constructor(message: string, statusCode: number, code: string | undefined) {
    super(message);
    this.name = 'ServiceError';
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** The error in the body of a response. Of a transaction it names the failing operation at the start of its message. */
export function readServiceError(status: number, bodyText: string): ServiceError {
  const { code, message } = readError(bodyText);
  return new ServiceError(message ?? 'The request failed', status, code);
}

interface ErrorBody {
  code?: string | undefined;
  message?: string | undefined;
}

function readError(bodyText: string): ErrorBody {
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
