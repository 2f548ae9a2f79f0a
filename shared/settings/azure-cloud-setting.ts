import {
  AZURE_CLOUD_NAMES,
  AZURE_CLOUDS,
  CLOUDS,
  type AzureCloudName,
  type CloudName,
} from '../domain/entra/clouds.ts';
import type { Settings } from './setting-names.ts';

const ADDRESSES = ['KEY_VAULT_URL', 'IncidentStorage__tableServiceUri', 'IncidentStorage__queueServiceUri'] as const;

export interface AzureCloudRules {
  /** Where customers are. */
  cloud: CloudName;
  /** The app's identity there is a managed identity of the app's own cloud. */
  isFederated: boolean;
  /** Entra itself, and not a private cloud or a simulator. */
  isMicrosoft: boolean;
}

/** The cloud in which the app itself runs; its vault and storage must be there too. */
export function readAzureCloud(
  settings: Settings,
  { cloud, isFederated, isMicrosoft }: AzureCloudRules,
): AzureCloudName {
  const hosts = ADDRESSES.map((name) => [name, cloudOf(settings.text(name))] as const);
  const ofCustomers = AZURE_CLOUD_NAMES.find(
    (name) => AZURE_CLOUDS[name].authorityHost === CLOUDS[cloud].authorityHost,
  );
  const seen = hosts.find(([, known]) => known !== undefined)?.[1];
  const own = settings.oneOf('AZURE_CLOUD', AZURE_CLOUD_NAMES, seen ?? ofCustomers ?? 'global');
  for (const [name, known] of hosts)
    if (known !== undefined && known !== own)
      settings.refuse(
        name,
        `lead to a host of AZURE_CLOUD ${JSON.stringify(own)} (${AZURE_CLOUDS[own].hostSuffixes.map((end) => `*${end}`).join(', ')})`,
      );
  if (isFederated && isMicrosoft && own !== ofCustomers)
    settings.refuse(
      'PARTNER_CREDENTIAL',
      `not be "federated" as the app runs in AZURE_CLOUD ${JSON.stringify(own)} and its customers are in CLOUD ${JSON.stringify(cloud)}: Entra trusts managed identities of its own cloud alone, so use "certificate" or "secret"`,
    );
  return own;
}

function cloudOf(address: string | undefined): AzureCloudName | undefined {
  const host = URL.parse(address ?? '')?.hostname ?? '';
  return AZURE_CLOUD_NAMES.find((name) => AZURE_CLOUDS[name].hostSuffixes.some((end) => host.endsWith(end)));
}
