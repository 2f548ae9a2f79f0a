import fetch from 'node-fetch';
import { createDefenderSource } from './adapters/defender.ts';
import { createEntraTokens } from './adapters/entra-tokens.ts';
import { createHttpGet, openAgent } from './adapters/http.ts';
import { openProofSource } from './adapters/open-proof-source.ts';
import { createAppCredential } from './app-credential.ts';
import type { Config } from './config.ts';
import { pollsAtOnce } from './domain/polls-at-once.ts';
import { AppError } from './errors.ts';
import type { AppCredential } from './ports/app-credential.ts';
import type { Clock } from './ports/clock.ts';
import type { IncidentSource } from './ports/incident-source.ts';
import type { Provider } from './prove-consent.ts';

/** The part of the wiring that has the app's credential, which a portal is without. */
export interface Providers {
  credential: AppCredential | undefined;
  defender: Provider | undefined;
}

export function createProviders(config: Config, clock: Clock): Providers {
  const credential = openAppCredential(config, clock);
  return { credential, defender: createDefender(config, clock, credential) };
}

function createDefender(config: Config, clock: Clock, credential: AppCredential | undefined): Provider | undefined {
  const { partner, collection, defender, authorityHost, isInstanceDiscoveryOn, portalUrl } = config;
  if (credential === undefined) return undefined;
  const tokens = createEntraTokens({
    authorityHost,
    clientId: partner.clientId,
    scope: defender.scope,
    audiences: defender.audiences,
    requiredRole: defender.requiredRole,
    disableInstanceDiscovery: !isInstanceDiscoveryOn,
    credential,
    clock,
  });
  const incidents = createDefenderSource({
    baseUrl: defender.url,
    portalUrl,
    tokens,
    // A customer that hangs keeps its own connection and nobody else's.
    http: createHttpGet({ fetch, clock, agent: openAgent(pollsAtOnce(collection.tenantConcurrency)) }),
    clock,
  });
  return { tokens, incidents };
}

export const WITHOUT_CREDENTIAL: IncidentSource = { open: () => Promise.reject(withoutCredential()) };

function openAppCredential(config: Config, clock: Clock): AppCredential | undefined {
  const { partner, collection, tokenExchangeScope } = config;
  if (partner.credential === undefined) return undefined;
  return createAppCredential({
    source: openProofSource(partner.credential, tokenExchangeScope, clock),
    clock,
    // Ticks come a little early or late: half an interval lets each of them probe, and none twice.
    probeEveryMs: collection.shortestIntervalSeconds * 500,
  });
}

function withoutCredential(): AppError {
  return new AppError(
    'partner',
    'role-without-credential',
    'Cannot read incidents as APP_ROLE is "portal": it has no credential',
    {
      action: 'Collect with an app whose APP_ROLE is "all" or "collector"',
    },
  );
}
