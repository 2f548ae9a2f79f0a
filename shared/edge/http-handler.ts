import { STATUS_CODES } from 'node:http';
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { readPrincipal } from '../domain/requests/principal.ts';
import { findForeignHeader, hostOf, isFollowedLink } from '../domain/requests/request-origin.ts';
import { AppError } from '../errors.ts';
import { getServices, type Services } from '../wiring/services.ts';
import { toLog } from './invocation-log.ts';

/** Parses, calls one use case and responds; it may throw anything. */
export type ApiHandler = (
  request: HttpRequest,
  services: Services,
  context: InvocationContext,
) => Promise<HttpResponseInit>;

/**
 * Who may call a function: `reader` queries, `operator` changes things; `public` holds no data and is open to everybody (the
 * consent callback, the page's files, the API document). With function keys there is one role: anyone with a key can do
 * everything.
 */
export type Access = 'public' | 'reader' | 'operator';

export interface HandlerOptions {
  access: Access;
  services?: () => Services;
}

/**
 * Makes a handler that never throws and always returns a response: without one the platform would keep the caller waiting.
 * Failures become RFC 9457 problems that tell a caller what to correct, without internal details.
 */
export function httpHandler(name: string, handler: ApiHandler, options: HandlerOptions): HttpHandler {
  return async (request, context) => {
    try {
      const services = (options.services ?? getServices)();
      refuseOtherSites(request, services.config, options.access);
      requireAccess(request, services.config, options.access);
      return await handler(request, services, context);
    } catch (error) {
      const problem = toProblem(error, options.access);
      logProblem(context, name, problem, error);
      return toResponse(problem, error);
    }
  };
}

/**
 * A browser sends the platform's cookie along with what other sites make it send. So such a request gets nothing, whatever its
 * method, but a followed link to what only reads. What is public believes nothing of its caller.
 */
function refuseOtherSites(request: HttpRequest, { publicUrl }: Services['config'], access: Access): void {
  const header = (name: string): string | null => request.headers.get(name);
  if (access === 'public') return;
  const foreign = findForeignHeader({
    fetchSite: header('sec-fetch-site'),
    origin: header('origin'),
    ownHosts: [request.url, publicUrl ?? ''].map(hostOf).filter((host) => host !== ''),
  });
  if (foreign === undefined) return;
  if (access === 'reader' && isFollowedLink(request.method, header('sec-fetch-mode'), header('sec-fetch-dest'))) return;
  throw new AppError('cross-site-request', `Cannot do this as another site caused the request: ${foreign}`);
}

/** Roles of the sign-in registration that open each kind of function. */
const ROLES_BY_ACCESS: Record<Access, readonly string[]> = {
  public: [],
  reader: ['Reader', 'Operator'],
  operator: ['Operator'],
};

/** With function keys the platform has checked already; a signed-in operator shows in a header that only the platform may set. */
function requireAccess(
  request: HttpRequest,
  { operatorSignIn, isPlatformSignInOn }: Services['config'],
  access: Access,
): void {
  if (operatorSignIn === 'keys' || access === 'public') return;
  // Without the platform in front, anybody can write that header.
  const principal = isPlatformSignInOn ? readPrincipal(request.headers.get('x-ms-client-principal')) : undefined;
  if (principal === undefined) throw new AppError('not-signed-in', 'Cannot answer as nobody is signed in');
  if (principal.roles.some((role) => ROLES_BY_ACCESS[access].includes(role))) return;
  throw new AppError(
    'role-missing',
    `Cannot do this as it needs the app role ${ROLES_BY_ACCESS[access].join(' or ')}: ${describeRoles(principal.roles)}`,
  );
}

function describeRoles(roles: readonly string[]): string {
  return roles.length === 0 ? 'none is assigned' : `assigned is ${roles.join(', ').slice(0, 100)}`;
}

interface Problem {
  status: number;
  code: string;
  detail: string;
  action: string | undefined;
}

/**
 * Failures of the partner that a response explains: they contain no customer data, and a person who sets the app up looks there
 * first.
 */
const EXPLAINED_CODES = ['storage-not-prepared'];
const INTERNAL = 'The request failed inside the collector; its log has the reason';

function toProblem(error: unknown, access: Access): Problem {
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
      return access !== 'public' && EXPLAINED_CODES.includes(code)
        ? { status: 500, code, detail, action }
        : { status: 500, code, detail: INTERNAL, action: undefined };
  }
}

function logProblem(context: InvocationContext, name: string, { status, code }: Problem, error: unknown): void {
  const log = toLog(context);
  const fields = { function: name, status, code };
  if (status < 500) log('info', 'request_refused', fields);
  // A caller's mistake is in the response; the reason of our own failures is only in the log.
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
