import { readNamedParts } from './named-parts.ts';
import type { Settings } from './setting-names.ts';

/** The data account, as Functions' connection convention names it. */
export type StorageConfig =
  | { readonly kind: 'connection-string'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly tableServiceUri: string;
      readonly queueServiceUri: string;
      /** Client id of the user-assigned identity; absent: the app's own identity, or the local sign-in. */
      readonly identityClientId: string | undefined;
    };

const BY_IDENTITY = [
  'IncidentStorage__tableServiceUri',
  'IncidentStorage__queueServiceUri',
  'IncidentStorage__credential',
  'IncidentStorage__clientId',
] as const;

export function readStorageSettings(settings: Settings): StorageConfig {
  const connectionString = settings.text('IncidentStorage');
  const given = BY_IDENTITY.filter((name) => settings.text(name) !== undefined);
  if (connectionString === undefined && given.length === 0)
    settings.refuse(
      'IncidentStorage',
      'be set to a connection string, or IncidentStorage__tableServiceUri and IncidentStorage__queueServiceUri to the addresses of the data account',
    );
  if (connectionString === undefined) return readIdentity(settings, given.length > 0);
  if (given.length > 0) settings.refuseSecret('IncidentStorage', `not be set together with ${given.join(', ')}`);
  const lacking = lackingParts(connectionString);
  if (lacking !== undefined) settings.refuseSecret('IncidentStorage', `be a storage connection string with ${lacking}`);
  return { kind: 'connection-string', connectionString };
}

function readIdentity(settings: Settings, isChosen: boolean): StorageConfig {
  const [tableServiceUri, queueServiceUri] = (
    [
      ['IncidentStorage__tableServiceUri', 'table'],
      ['IncidentStorage__queueServiceUri', 'queue'],
    ] as const
  ).map(([name, service]) => {
    // A path is the account's name where the host does not have it, as in Azurite.
    const uri = settings.url(name, { allowPath: true });
    return isChosen ? settings.requireSet(name, uri, `to https://account.${service}.core.windows.net`) : '';
  });
  settings.oneOf('IncidentStorage__credential', ['managedidentity'], 'managedidentity');
  return {
    kind: 'identity',
    tableServiceUri: tableServiceUri ?? '',
    queueServiceUri: queueServiceUri ?? '',
    identityClientId: settings.guid('IncidentStorage__clientId'),
  };
}

/** What the SDKs for tables and queues both need; the values stay unread. */
function lackingParts(connectionString: string): string | undefined {
  const parts = readNamedParts(connectionString);
  const has = (name: string): boolean => (parts.get(name) ?? '') !== '';
  if (parts.get('usedevelopmentstorage')?.toLowerCase() === 'true' || (has('accountname') && has('accountkey')))
    return undefined;
  if (!has('sharedaccesssignature')) return 'AccountName and AccountKey, or SharedAccessSignature';
  return has('accountname') || (has('tableendpoint') && has('queueendpoint'))
    ? undefined
    : 'TableEndpoint and QueueEndpoint';
}
