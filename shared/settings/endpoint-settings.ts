import {
  CLOUD_NAMES,
  CLOUDS,
  DEFENDER_APP_ID,
  GRAPH_APP_ID,
  isAuthorityElsewhere,
  isMicrosoftAuthority,
  type CloudName,
} from '../domain/entra/clouds.ts';
import type { Settings } from './setting-names.ts';

/** An API that gets tenants' tokens. */
export interface ApiConfig {
  /** Without a slash at its end. */
  readonly url: string;
  readonly scope: string;
  /** What a token for it may name as its audience. */
  readonly audiences: readonly string[];
  /** The least role that reads incidents. */
  readonly requiredRole: string;
}

export interface EndpointConfig {
  readonly cloud: CloudName;
  /** Microsoft's portal, where incident links lead. */
  readonly portalUrl: string;
  readonly authorityHost: string;
  /** MSAL asks Microsoft whether the authority is genuine; private clouds and the simulator cannot pass that. */
  readonly isInstanceDiscoveryOn: boolean;
  /** For the credential `federated`. */
  readonly tokenExchangeScope: string;
  readonly defender: ApiConfig;
  readonly graph: ApiConfig;
}

export function readEndpointSettings(settings: Settings): EndpointConfig {
  const cloud = settings.oneOf('CLOUD', CLOUD_NAMES, 'global');
  const known = CLOUDS[cloud];
  const authorityHost = settings.url('AUTHORITY_HOST') ?? known.authorityHost;
  const { hostname } = new URL(authorityHost);
  const isMicrosoft = isMicrosoftAuthority(hostname);
  if (isAuthorityElsewhere(hostname, known))
    settings.refuse('AUTHORITY_HOST', `be ${known.authorityHost}, the Entra of CLOUD ${JSON.stringify(cloud)}`);
  const readUrl = (name: 'DEFENDER_URL' | 'GRAPH_URL', hosts: readonly string[], fallback: string): string => {
    const url = settings.url(name, { allowPath: true });
    // Customers' tokens go there, and from Microsoft's authority they are real ones.
    if (url !== undefined && isMicrosoft && !hosts.includes(new URL(url).host))
      settings.refuse(name, `lead to a host of CLOUD ${JSON.stringify(cloud)} (${hosts.join(', ')})`);
    return url ?? fallback;
  };
  return {
    cloud,
    portalUrl: settings.url('PORTAL_URL') ?? known.portalUrl,
    authorityHost,
    isInstanceDiscoveryOn: isMicrosoft,
    tokenExchangeScope: known.tokenExchangeScope,
    defender: {
      url: readUrl('DEFENDER_URL', known.defenderHosts, known.defenderUrl),
      ...readScope(settings, 'DEFENDER_SCOPE', known.defenderScope, DEFENDER_APP_ID),
      requiredRole: 'Incident.Read.All',
    },
    graph: {
      url: readUrl('GRAPH_URL', known.graphHosts, known.graphUrl),
      ...readScope(settings, 'GRAPH_SCOPE', known.graphScope, GRAPH_APP_ID),
      requiredRole: 'SecurityIncident.Read.All',
    },
  };
}

type Scope = Pick<ApiConfig, 'scope' | 'audiences'>;

function readScope(settings: Settings, name: 'DEFENDER_SCOPE' | 'GRAPH_SCOPE', fallback: string, appId: string): Scope {
  const scope = settings.text(name) ?? fallback;
  if (!/^\S*[^\s/]\/{1,2}\.default$/.test(scope))
    settings.refuse(name, 'be one resource followed by /.default, such as https://host.example/.default');
  return { scope, audiences: [scope.replace(/\/+\.default$/, ''), appId] };
}
