/** Microsoft's clouds in which Defender XDR has an incidents API. Each needs a separate app registration. */
export const CLOUD_NAMES = ['global', 'gcc', 'gcc-high', 'dod'] as const;
export type CloudName = (typeof CLOUD_NAMES)[number];

export interface Cloud {
  authorityHost: string;
  defenderUrl: string;
  defenderScope: string;
  graphUrl: string;
  graphScope: string;
  /** Scope of a managed identity's token that serves as an app's federated credential. */
  tokenExchangeScope: string;
  /** Where a browser opens an incident. */
  portalUrl: string;
  /** Hosts to which a Defender token of this cloud may be sent. */
  defenderHosts: readonly string[];
  /** Hosts to which a Graph token of this cloud may be sent. */
  graphHosts: readonly string[];
}

// Both spellings are documented (learn.microsoft.com, api-supported and api-get-incident).
const REGIONAL_HOSTS = [
  ...['us', 'eu', 'uk'].map((region) => `api-${region}.security.microsoft.com`),
  ...['us', 'eu', 'uk', 'au', 'swa', 'ina', 'aea'].map((region) => `${region}.api.security.microsoft.com`),
];

// entra-docs, workload-identity-federation-config-app-trust-managed-identity.
const TOKEN_EXCHANGE_SCOPES = {
  'login.microsoftonline.com': 'api://AzureADTokenExchange/.default',
  'login.microsoftonline.us': 'api://AzureADTokenExchangeUSGov/.default',
} as const;

export const CLOUDS: Readonly<Record<CloudName, Cloud>> = {
  global: cloud(
    'login.microsoftonline.com',
    'api.security.microsoft.com',
    'graph.microsoft.com',
    'security.microsoft.com',
    REGIONAL_HOSTS,
  ),
  // The scopes of the government hosts are not documented; they follow the pattern and can be overridden.
  gcc: cloud(
    'login.microsoftonline.com',
    'api-gcc.security.microsoft.us',
    'graph.microsoft.com',
    'security.microsoft.com',
  ),
  'gcc-high': cloud(
    'login.microsoftonline.us',
    'api-gov.security.microsoft.us',
    'graph.microsoft.us',
    'security.microsoft.us',
  ),
  dod: cloud(
    'login.microsoftonline.us',
    'api-gov.security.microsoft.us',
    'dod-graph.microsoft.us',
    'security.apps.mil',
  ),
};

function cloud(
  authority: keyof typeof TOKEN_EXCHANGE_SCOPES,
  defender: string,
  graph: string,
  portal: string,
  regionalHosts: readonly string[] = [],
): Cloud {
  return {
    authorityHost: `https://${authority}`,
    defenderUrl: `https://${defender}`,
    defenderScope: `https://${defender}/.default`,
    graphUrl: `https://${graph}`,
    graphScope: `https://${graph}/.default`,
    tokenExchangeScope: TOKEN_EXCHANGE_SCOPES[authority],
    portalUrl: `https://${portal}`,
    defenderHosts: [defender, ...regionalHosts],
    graphHosts: [graph],
  };
}

/** Clouds in which the app itself may run, each with its own Entra, vaults and storage (learn.microsoft.com, Azure Government). */
export const AZURE_CLOUD_NAMES = ['global', 'us-gov'] as const;
export type AzureCloudName = (typeof AZURE_CLOUD_NAMES)[number];

export interface AzureCloud {
  authorityHost: string;
  /** Ends of the hosts of its services. */
  hostSuffixes: readonly string[];
}

export const AZURE_CLOUDS: Readonly<Record<AzureCloudName, AzureCloud>> = {
  global: {
    authorityHost: 'https://login.microsoftonline.com',
    hostSuffixes: ['.vault.azure.net', '.core.windows.net'],
  },
  'us-gov': {
    authorityHost: 'https://login.microsoftonline.us',
    hostSuffixes: ['.vault.usgovcloudapi.net', '.core.usgovcloudapi.net'],
  },
};

/** Hosts of Entra ID by the one that each cloud's authority is named for; in China there is no incidents API. */
const MICROSOFT_AUTHORITIES: Readonly<Record<string, keyof typeof TOKEN_EXCHANGE_SCOPES | 'china'>> = {
  'login.microsoftonline.com': 'login.microsoftonline.com',
  'login.microsoft.com': 'login.microsoftonline.com',
  'login.windows.net': 'login.microsoftonline.com',
  'sts.windows.net': 'login.microsoftonline.com',
  'login.microsoftonline.us': 'login.microsoftonline.us',
  'login.usgovcloudapi.net': 'login.microsoftonline.us',
  'login.partner.microsoftonline.cn': 'china',
  'login.chinacloudapi.cn': 'china',
};

function microsoftAuthority(host: string): string | undefined {
  if (Object.hasOwn(MICROSOFT_AUTHORITIES, host)) return MICROSOFT_AUTHORITIES[host];
  return host.endsWith('.login.microsoft.com') ? 'login.microsoftonline.com' : undefined;
}

/** True for Entra ID itself, false for a private cloud or a simulator. */
export function isMicrosoftAuthority(host: string): boolean {
  return microsoftAuthority(host) !== undefined;
}

/** True for Entra ID of another cloud, which does not know the customers of this one. */
export function isAuthorityElsewhere(host: string, { authorityHost }: Pick<Cloud, 'authorityHost'>): boolean {
  return isMicrosoftAuthority(host) && microsoftAuthority(host) !== new URL(authorityHost).host;
}

/** True when the vault's challenge can name its own resource, which the SDK then insists on. */
export function isAzureVaultHost(host: string): boolean {
  return /\.vault\.(azure\.net|usgovcloudapi\.net|azure\.cn)$/.test(host);
}

/** App id of the resource app "Microsoft Threat Protection", which a Defender token may name as its audience. */
export const DEFENDER_APP_ID = '8ee8fdad-f234-4243-8f3b-15c294843740';
/** App id of Microsoft Graph. */
export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';
