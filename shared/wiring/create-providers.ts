import fetch from 'node-fetch';
import { openCredentialSource } from '../adapters/credential/open-credential-source.ts';
import { createEntraTokens } from '../adapters/entra/entra-tokens.ts';
import { createHomeDirectory, HOME_ROLE } from '../adapters/entra/home-directory.ts';
import { createGraphSource } from '../adapters/graph/graph-source.ts';
import { createHttpGet, openAgent } from '../adapters/machine/http.ts';
import { createDefenderSource } from '../adapters/sources/defender.ts';
import { pollsAtOnce } from '../domain/collection/polls-at-once.ts';
import type { SourceName } from '../domain/incidents/incident.ts';
import { readTenantId } from '../domain/values/tenant-id.ts';
import { AppError } from '../errors.ts';
import type { AppCredential } from '../ports/app-credential.ts';
import type { Clock } from '../ports/clock.ts';
import type { IncidentSource } from '../ports/incident-source.ts';
import type { OrganizationDirectory } from '../ports/tenant-directory.ts';
import type { TenantTokens } from '../ports/tokens.ts';
import type { Config } from '../settings/config.ts';
import type { ApiConfig } from '../settings/endpoint-settings.ts';
import { createAppCredential } from '../sources/app-credential.ts';
import type { Provider } from '../tenants/prove-consent.ts';

/** The part of the wiring that has the app's credential, which a portal is without. */
export interface Providers {
  /** Of the registration that reads most customers. */
  credential: AppCredential | undefined;
  defender: Provider | undefined;
  graph: Provider | undefined;
  organizations: OrganizationDirectory | undefined;
}

const SOURCES = { defender: createDefenderSource, graph: createGraphSource } as const;

export function createProviders(config: Config, clock: Clock): Providers {
  const { clientId, clientIds } = config.partner;
  // Each registration is refused separately, and must not stop polls through another one.
  const ids = [...new Set([clientId, clientIds.defender, clientIds.graph])];
  const credentials = new Map(ids.map((id) => [id, openAppCredential(config, clock)]));
  const open = (source: SourceName): Provider | undefined => {
    const credential = credentials.get(clientIds[source]);
    return credential === undefined ? undefined : createProvider(config, clock, credential, source);
  };
  const usual = config.incidentSource === 'graph' ? clientIds.graph : clientIds.defender;
  return {
    credential: credentials.get(usual),
    defender: open('defender'),
    graph: open('graph'),
    organizations: openOrganizations(config, clock, credentials.get(clientId)),
  };
}

function openOrganizations(
  config: Config,
  clock: Clock,
  credential: AppCredential | undefined,
): OrganizationDirectory | undefined {
  const { partner, graph } = config;
  const homeTenantId = readTenantId(partner.homeTenantId);
  if (homeTenantId === undefined || credential === undefined) return undefined;
  const api = { ...graph, requiredRole: HOME_ROLE };
  const tokens = createTokens(config, clock, credential, { clientId: partner.clientId, api });
  return createHomeDirectory({
    homeTenantId,
    graphUrl: graph.url,
    tokens,
    http: createHttpGet({ fetch, clock }),
    clock,
  });
}

function createProvider(config: Config, clock: Clock, credential: AppCredential, source: SourceName): Provider {
  const { partner, collection, portalUrl } = config;
  const tokens = createTokens(config, clock, credential, { clientId: partner.clientIds[source], api: config[source] });
  const incidents = SOURCES[source]({
    baseUrl: config[source].url,
    portalUrl,
    tokens,
    // A customer that hangs keeps only its own connection.
    http: createHttpGet({ fetch, clock, agent: openAgent(pollsAtOnce(collection.tenantConcurrency)) }),
    clock,
  });
  return { tokens, incidents };
}

function createTokens(
  { authorityHost, isInstanceDiscoveryOn }: Config,
  clock: Clock,
  credential: AppCredential,
  { clientId, api: { scope, audiences, requiredRole } }: { clientId: string; api: ApiConfig },
): TenantTokens {
  return createEntraTokens({
    authorityHost,
    clientId,
    scope,
    audiences,
    requiredRole,
    disableInstanceDiscovery: !isInstanceDiscoveryOn,
    credential,
    clock,
  });
}

export const WITHOUT_CREDENTIAL: IncidentSource = { open: () => Promise.reject(withoutCredential()) };

function openAppCredential(config: Config, clock: Clock): AppCredential | undefined {
  const { partner, collection, tokenExchangeScope } = config;
  if (partner.credential === undefined) return undefined;
  return createAppCredential({
    source: openCredentialSource(partner.credential, tokenExchangeScope, clock),
    clock,
    // Ticks come a little early or late: half an interval lets each of them probe, and none twice.
    probeEveryMs: collection.shortestIntervalSeconds * 500,
  });
}

function withoutCredential(): AppError {
  return new AppError('role-without-credential', 'Cannot read incidents as APP_ROLE is "portal": it has no credential');
}
