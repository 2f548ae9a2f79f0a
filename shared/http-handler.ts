import { STATUS_CODES } from 'node:http';
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { readPrincipal } from './domain/principal.ts';
import { AppError } from './errors.ts';
import { toLog } from './invocation-log.ts';
import { getServices, type Services } from './services.ts';

/** Parses, calls one use case and answers; it may throw anything. */
export type ApiHandler = (
  request: HttpRequest,
  services: Services,
  context: InvocationContext,
) => Promise<HttpResponseInit>;

export interface HandlerOptions {
  /** Holds no data and is open to everybody: the consent callback, the page's files, the API document. */
  isPublic?: boolean;
  services?: () => Services;
}

/**
 * Makes a handler that never throws and never answers nothing: the platform would leave the caller waiting. Failures become
 * RFC 9457 problems that tell a caller what to correct, and nobody what is inside.
 */
export function httpHandler(name: string, handler: ApiHandler, options: HandlerOptions = {}): HttpHandler {
  return async (request, context) => {
    try {
      const services = (options.services ?? getServices)();
      if (options.isPublic !== true) requireOperator(request, services.config);
      return await handler(request, services, context);
    } catch (error) {
      const problem = toProblem(error);
      logProblem(context, name, problem, error);
      return toResponse(problem, error);
    }
  };
}

/** With function keys the platform has checked already; a signed-in operator shows in a header that only the platform may set. */
function requireOperator(request: HttpRequest, { operatorSignIn, isPlatformSignInOn }: Services['config']): void {
  if (operatorSignIn === 'keys') return;
  if (isPlatformSignInOn === false)
    throw new AppError(
      'partner',
      'sign-in-off',
      'Cannot trust who is signed in as the platform authenticates nobody: WEBSITE_AUTH_ENABLED is false',
      { action: 'Turn on App Service authentication, or set OPERATOR_SIGN_IN to keys' },
    );
  if (readPrincipal(request.headers.get('x-ms-client-principal')) === undefined)
    throw new AppError('caller', 'not-signed-in', 'Cannot answer as nobody is signed in', {
      status: 401,
      action: 'Sign in through the platform in front of this app',
    });
}

interface Problem {
  status: number;
  code: string;
  detail: string;
  action: string | undefined;
}

const INTERNAL = 'The request failed inside the collector; its log has the reason';

function toProblem(error: unknown): Problem {
  if (!(error instanceof AppError)) return { status: 500, code: 'internal-error', detail: INTERNAL, action: undefined };
  const { code, message: detail, action } = error;
  switch (error.blame) {
    case 'caller':
      return { status: error.status ?? 400, code, detail, action };
    case 'tenant':
      return { status: 409, code, detail, action };
    case 'microsoft':
      return { status: 502, code, detail, action };
    case 'partner':
    case 'collector':
      return { status: 500, code, detail: INTERNAL, action: undefined };
  }
}

function logProblem(context: InvocationContext, name: string, { status, code }: Problem, error: unknown): void {
  const log = toLog(context);
  const fields = { function: name, status, code };
  if (status < 500) log('info', 'request_refused', fields);
  // A caller's mistake is in its answer; of ours, only the log knows the reason.
  else
    log('error', 'request_failed', {
      ...fields,
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
}

function toResponse({ status, code, detail, action }: Problem, error: unknown): HttpResponseInit {
  const retryAfterMs = error instanceof AppError && status >= 500 ? error.retryAfterMs : undefined;
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }),
    },
    body: JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, action }),
  };
}
