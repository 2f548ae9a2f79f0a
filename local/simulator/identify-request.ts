import type { IncomingMessage } from 'node:http';
import { readClaims } from './basics/jwt.ts';
import { readGraphQuery } from './graph/graph-query.ts';
import { readListQuery } from './http/list-query.ts';
import type { Role, SimulatedRequest } from './http/simulated-request.ts';
import type { Directory } from './state/directory.ts';

const ROLES: readonly (readonly [Role, RegExp])[] = [
  ['entra-discovery', /^\/[^/]+\/v2\.0\/\.well-known\/openid-configuration$/],
  ['entra-token', /^\/[^/]+\/oauth2\/v2\.0\/token$/],
  ['entra-consent', /^\/[^/]+\/(v2\.0\/adminconsent|oauth2\/(v2\.0\/)?authorize)$/],
  ['vault', /^\/secrets\//],
  ['defender-list', /^\/api\/incidents\/?$/],
  ['defender-get', /^\/api\/incidents\/([^/]+)$/],
  ['graph-tenant', /^\/v1\.0\/tenantRelationships\/findTenantInformationByTenantId\(tenantId='([^']+)'\)$/],
  ['graph-list', /^\/v1\.0\/security\/incidents\/?$/],
  ['graph-get', /^\/v1\.0\/security\/incidents\/([^/]+)$/],
  ['graph-alerts', /^\/v1\.0\/security\/incidents\/([^/]+)\/alerts$/],
];
/** A token request has a few KB even with a certificate; anything longer is not for us. */
const MAX_BODY_BYTES = 1_048_576;

/** Reads a request to its end and says what it is. */
export async function identifyRequest(
  incoming: IncomingMessage,
  directory: Directory,
  { sequence, isIdentityPort }: { sequence: number; isIdentityPort: boolean },
): Promise<SimulatedRequest> {
  const url = new URL(incoming.url ?? '/', 'https://simulator.invalid');
  const { pathname: path, searchParams: search } = url;
  const role = roleOf(path, isIdentityPort);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const request = {
    sequence,
    role,
    method: incoming.method ?? 'GET',
    path,
    search,
    headers,
    body: await readBody(incoming),
  };
  const query = queryOf(role, search);
  const incidentId = INCIDENT_ROLES.includes(role) ? idOf(role, path) : undefined;
  return {
    ...request,
    tenantId: tenantOf(request, directory),
    ...(query !== undefined && !('problem' in query) ? { query } : {}),
    ...(incidentId === undefined ? {} : { incidentId }),
  };
}

function queryOf(
  role: Role,
  search: URLSearchParams,
): ReturnType<typeof readListQuery | typeof readGraphQuery> | undefined {
  if (role === 'graph-list') return readGraphQuery(search);
  return role === 'defender-list' ? readListQuery(search) : undefined;
}

const INCIDENT_ROLES: readonly Role[] = ['defender-get', 'graph-get', 'graph-alerts'];

function idOf(role: Role, path: string): string {
  const pattern = ROLES.find(([name]) => name === role)?.[1];
  return decodeURIComponent(pattern?.exec(path)?.[1] ?? '');
}

function roleOf(path: string, isIdentityPort: boolean): Role {
  if (isIdentityPort) return path === '/msi/token' ? 'identity' : 'unknown';
  return ROLES.find(([, pattern]) => pattern.test(path))?.[0] ?? 'unknown';
}

function tenantOf(
  { role, path, headers }: Pick<SimulatedRequest, 'role' | 'path' | 'headers'>,
  directory: Directory,
): string | undefined {
  if (role === 'entra-discovery' || role === 'entra-token' || role === 'entra-consent') {
    const name = decodeURIComponent(path.split('/')[1] ?? '');
    return directory.findTenant(name)?.tenantId ?? name.toLowerCase();
  }
  const token = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const tenantId = token === undefined ? undefined : readClaims(token)?.['tid'];
  return typeof tenantId === 'string' ? tenantId.toLowerCase() : undefined;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > MAX_BODY_BYTES) throw new Error(`Cannot read a request body of more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
