import { isAzureVaultHost } from '../domain/entra/clouds.ts';
import type { SourceName } from '../domain/incidents/incident.ts';
import type { Settings } from './setting-names.ts';
import { isGuid } from './setting-reader.ts';

export const APP_ROLES = ['all', 'collector', 'portal'] as const;
export type AppRole = (typeof APP_ROLES)[number];

export interface VaultConfig {
  readonly url: string;
  readonly secretName: string;
  /** The SDK insists that the vault's challenge names the vault's own resource; private clouds cannot pass that. */
  readonly isChallengeVerified: boolean;
}

/** The kind of the client credential. */
export type CredentialConfig =
  | { readonly kind: 'secret' | 'certificate'; readonly vault: VaultConfig }
  | { readonly kind: 'federated'; readonly identityClientId: string };

export interface PartnerConfig {
  readonly clientId: string;
  /** Where `clientId` is registered; only what customers call themselves is read with it. */
  readonly homeTenantId: string | undefined;
  /** The registration that customers consent to for each source; all the same unless `PARTNER_APPS` says otherwise. */
  readonly clientIds: Readonly<Record<SourceName, string>>;
  /** Absent for the role `portal`. */
  readonly credential: CredentialConfig | undefined;
}

const CREDENTIAL_KINDS = ['secret', 'certificate', 'federated'] as const;

export function readPartnerSettings(settings: Settings, role: AppRole): PartnerConfig {
  const clientId = settings.requireSet(
    'PARTNER_CLIENT_ID',
    settings.guid('PARTNER_CLIENT_ID'),
    'to the application (client) id of the partner app',
  );
  const credential = readCredential(settings, role !== 'portal');
  const clientIds = readApps(settings, clientId);
  // Entra makes each secret for one registration; a certificate or a managed identity can be that of several.
  if (clientIds.defender !== clientIds.graph && credential.kind === 'secret' && role !== 'portal')
    settings.refuse(
      'PARTNER_APPS',
      'name one registration as PARTNER_CREDENTIAL is "secret", which belongs to one alone',
    );
  const homeTenantId = settings.guid('PARTNER_TENANT_ID');
  return { clientId, homeTenantId, clientIds, credential: role === 'portal' ? undefined : credential };
}

function readApps(settings: Settings, clientId: string): PartnerConfig['clientIds'] {
  const clientIds = { defender: clientId, graph: clientId };
  const entries = (settings.text('PARTNER_APPS') ?? '').split(',').filter((entry) => entry.trim() !== '');
  for (const entry of entries) {
    const [name = '', id = ''] = entry.split('=').map((part) => part.trim());
    if ((name !== 'defender' && name !== 'graph') || !isGuid(id)) {
      settings.refuse('PARTNER_APPS', 'be a source and a GUID, such as graph=00000000-0000-0000-0000-000000000000');
      return clientIds;
    }
    clientIds[name] = id.toLowerCase();
  }
  return clientIds;
}

function readCredential(settings: Settings, isRequired: boolean): CredentialConfig {
  const kind = settings.oneOf('PARTNER_CREDENTIAL', CREDENTIAL_KINDS, 'secret');
  const identityClientId = settings.guid('PARTNER_IDENTITY_CLIENT_ID');
  const vault = readVault(settings, isRequired && kind !== 'federated');
  if (kind !== 'federated') return { kind, vault };
  const reason = 'to the client id of the user-assigned identity, as PARTNER_CREDENTIAL is "federated"';
  if (isRequired) settings.requireSet('PARTNER_IDENTITY_CLIENT_ID', identityClientId, reason);
  return { kind, identityClientId: identityClientId ?? '' };
}

function readVault(settings: Settings, isRequired: boolean): VaultConfig {
  const url = settings.url('KEY_VAULT_URL');
  if (isRequired)
    settings.requireSet('KEY_VAULT_URL', url, 'to the vault with the credential, such as https://name.vault.azure.net');
  const secretName = settings.text('PARTNER_SECRET_NAME') ?? 'partner-app-secret';
  // The secret itself is easily pasted here instead of its name.
  if (!/^[0-9a-z-]{1,127}$/i.test(secretName))
    settings.refuseSecret('PARTNER_SECRET_NAME', 'be the name of a secret (letters, digits and hyphens, at most 127)');
  const isChallengeVerified = url !== undefined && isAzureVaultHost(new URL(url).hostname);
  return { url: url ?? '', secretName, isChallengeVerified };
}
