import { isAzureVaultHost } from '../../shared/domain/entra/clouds.ts';
import { APP_ROLES, type AppRole } from '../../shared/settings/partner-settings.ts';
import type { SettingName } from '../../shared/settings/setting-names.ts';
import { createSettingReader } from '../../shared/settings/setting-reader.ts';
import { readStorageSettings, type StorageConfig } from '../../shared/settings/storage-settings.ts';
import type { VaultPlace } from './check-vault.ts';

export interface CheckOptions {
  account?: string | undefined;
  vault?: string | undefined;
  secret?: string | undefined;
  identity?: string | undefined;
  as: string;
  'us-government': boolean;
}

export interface CheckedPlaces {
  role: AppRole;
  storage: StorageConfig;
  /** Absent with a federated credential: there is nothing in a vault then. */
  vault: VaultPlace | undefined;
}

/** From the options, or from the settings that the app itself has. */
export function readCheckedPlaces(options: CheckOptions, env: NodeJS.ProcessEnv): CheckedPlaces {
  const role = APP_ROLES.find((known) => known === options.as);
  if (role === undefined) throw new Error(`Cannot check as "${options.as}": --as must be ${APP_ROLES.join(', ')}`);
  const isGovernment = options['us-government'];
  const given = options.account === undefined ? env : addressesOf(options.account, isGovernment);
  const settings = createSettingReader<SettingName>(given);
  const storage = readStorageSettings(settings);
  if (settings.problems.length > 0)
    throw new Error(`Cannot check without an account: give --account, or ${settings.problems.join('; ')}`);
  const withIdentity = storage.kind === 'identity' && options.identity !== undefined;
  return {
    role,
    storage: withIdentity ? { ...storage, identityClientId: options.identity } : storage,
    vault: readVault(options, env),
  };
}

function addressesOf(account: string, isGovernment: boolean): Record<string, string> {
  if (!/^[a-z0-9]{3,24}$/.test(account))
    throw new Error(`Cannot check account "${account}": --account must be 3 to 24 lower-case letters and digits`);
  const suffix = isGovernment ? 'core.usgovcloudapi.net' : 'core.windows.net';
  return {
    IncidentStorage__tableServiceUri: `https://${account}.table.${suffix}`,
    IncidentStorage__queueServiceUri: `https://${account}.queue.${suffix}`,
  };
}

function readVault(options: CheckOptions, env: NodeJS.ProcessEnv): VaultPlace | undefined {
  const suffix = options['us-government'] ? 'vault.usgovcloudapi.net' : 'vault.azure.net';
  const named = options.vault === undefined ? undefined : `https://${options.vault}.${suffix}`;
  const url = named ?? (options.account === undefined ? env['KEY_VAULT_URL'] : undefined);
  if (url === undefined || url === '') return undefined;
  return {
    url,
    secretName: options.secret ?? env['PARTNER_SECRET_NAME'] ?? 'partner-app-secret',
    identityClientId: options.identity,
    isChallengeVerified: isAzureVaultHost(new URL(url).hostname),
  };
}
