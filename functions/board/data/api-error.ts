/** A call that failed: what happened, and what the operator can do about it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly action: string | undefined;

  constructor(status: number, code: string, message: string, action?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.action = action;
  }
}

/** Reads an RFC 9457 problem; the platform itself responds without one. */
export function toApiError(status: number, text: string): ApiError {
  const { code, detail, action } = readProblem(text);
  return new ApiError(status, code ?? `http-${status}`, detail ?? describeStatus(status), action);
}

export function noAnswer(cause: unknown): ApiError {
  const isLate = cause instanceof DOMException && cause.name === 'TimeoutError';
  return isLate
    ? new ApiError(0, 'too-slow', 'The API did not answer within a minute', 'Try again')
    : new ApiError(0, 'no-answer', 'The API cannot be reached', 'Check the network, then try again');
}

export function brokenAnswer(): ApiError {
  return new ApiError(0, 'broken-answer', 'The answer is not one that this page knows', 'Reload the page');
}

/** What is shown of any error. */
export function toShownError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, 'page-failed', error instanceof Error ? error.message : String(error), 'Reload the page');
}

type Problem = Partial<Record<'code' | 'detail' | 'action', string>>;

function readProblem(text: string): Problem {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    const texts = Object.entries(value).filter(([, one]) => typeof one === 'string');
    return Object.fromEntries(texts);
  } catch {
    return {};
  }
}

function describeStatus(status: number): string {
  switch (status) {
    case 401:
      return 'The API refused the key';
    case 403:
      return 'This needs a role that you do not have';
    case 404:
      return 'This app has no such call';
    case 429:
      return 'The app has too much to do';
    default:
      return `The API answered ${status}`;
  }
}
