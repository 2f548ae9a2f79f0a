import { TICKS_PER_SECOND, type Ticks } from '../../../shared/domain/values/ticks.ts';
import type { Claims } from '../basics/jwt.ts';
import { jsonAnswer, type Answer } from '../http/answer.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import type { Tenant } from '../state/directory.ts';
import type { World } from '../state/world.ts';
import { checkClientCredential } from './client-credential.ts';
import { entraError } from './entra-error.ts';
import { issueToken, RESOURCES } from './issue-token.ts';

const SCOPE = /^(\S+)\/\.default$/;

/** `GET /{tenant}/v2.0/.well-known/openid-configuration`. */
export function answerDiscovery(world: World, request: SimulatedRequest): Answer {
  const name = tenantName(request);
  const tenant = world.directory.findTenant(name);
  if (tenant === undefined) return refuse(world, 90002, name);
  const base = `${world.settings.url}/${tenant.tenantId}`;
  return jsonAnswer(200, {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    tenant_region_scope: 'EU',
    cloud_instance_name: 'microsoftonline.com',
  });
}

/** `POST /{tenant}/oauth2/v2.0/token`, client credentials only. */
export function answerToken(world: World, request: SimulatedRequest, overwrite: Claims): Answer {
  const form = new URLSearchParams(request.body);
  const name = tenantName(request);
  const tenant = world.directory.findTenant(name);
  if (tenant === undefined) return refuse(world, 90002, name);
  const grantType = form.get('grant_type') ?? '';
  if (grantType !== 'client_credentials') return refuse(world, 70003, grantType);
  const clientId = form.get('client_id')?.toLowerCase();
  if (clientId === undefined) return refuse(world, 900144, 'client_id');
  const scope = form.get('scope') ?? '';
  const resource = SCOPE.exec(scope)?.[1];
  if (resource === undefined) return refuse(world, 70011, scope);
  if (!Object.values<string>(RESOURCES).includes(resource)) return refuse(world, 500011, resource);
  return answerClient(world, form, { tenant, clientId, resource }, overwrite);
}

function answerClient(
  world: World,
  form: URLSearchParams,
  { tenant, clientId, resource }: { tenant: Tenant; clientId: string; resource: string },
  overwrite: Claims,
): Answer {
  const app = world.directory.apps.get(clientId);
  if (app === undefined) return refuse(world, 700016, clientId);
  const isHome = app.homeTenantId.toLowerCase() === tenant.tenantId;
  const isSpreading = isConsentSpreading(tenant, world.clock.now());
  const isKnown = tenant.isConsented && !(isSpreading && tenant.consentSpread.form === 'refused');
  if (!isHome && !isKnown) return refuse(world, 7000229, clientId);
  const endpoints = [tenant.tenantId, tenant.domain].map((id) => `${world.settings.url}/${id}/oauth2/v2.0/token`);
  const credential = checkClientCredential(world, app, form, endpoints);
  if (typeof credential === 'number') return refuse(world, credential, clientId);
  const expiresIn = world.settings.tokenLifetimeSeconds;
  const token = issueToken(
    world,
    { clientId, resource, tenant: isSpreading ? { ...tenant, roles: [] } : tenant, credential },
    overwrite,
  );
  const body = { token_type: 'Bearer', expires_in: expiresIn, ext_expires_in: expiresIn, access_token: token };
  return jsonAnswer(200, body, { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' });
}

function isConsentSpreading({ consentedAt, consentSpread }: Tenant, now: Ticks): boolean {
  return consentedAt !== undefined && now < consentedAt + BigInt(consentSpread.seconds) * TICKS_PER_SECOND;
}

function tenantName({ path }: SimulatedRequest): string {
  return decodeURIComponent(path.split('/')[1] ?? '');
}

function refuse(world: World, number: number, detail: string): Answer {
  return entraError(number, { detail, nowMs: world.clock.nowMs(), random: world.random });
}
