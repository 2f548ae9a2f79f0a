import { SOURCE_CHOICES, type SourceChoice } from '../domain/incidents/incident.ts';
import type { AzureCloudName } from '../domain/entra/clouds.ts';
import { AppError } from '../errors.ts';
import { readAzureCloud } from './azure-cloud-setting.ts';
import { readCollectionSettings, type CollectionConfig } from './collection-settings.ts';
import { deepFreeze } from './deep-freeze.ts';
import { readEndpointSettings, type EndpointConfig } from './endpoint-settings.ts';
import { APP_ROLES, readPartnerSettings, type AppRole, type PartnerConfig } from './partner-settings.ts';
import type { SettingName, Settings } from './setting-names.ts';
import { createSettingReader, isLoopback } from './setting-reader.ts';
import { readStorageSettings, type StorageConfig } from './storage-settings.ts';
import { readTelemetrySettings, type TelemetryConfig } from './telemetry-settings.ts';

export interface Config extends EndpointConfig, OperatorConfig {
  readonly role: AppRole;
  /** Where the app itself runs. */
  readonly azureCloud: AzureCloudName;
  readonly partner: PartnerConfig;
  readonly storage: StorageConfig;
  /** The source of customers without their own. */
  readonly incidentSource: SourceChoice;
  readonly collection: CollectionConfig;
  /** Absent: the app sends no metrics and traces. */
  readonly telemetry: TelemetryConfig | undefined;
}

export interface OperatorConfig {
  readonly operatorSignIn: 'keys' | 'entra';
  /** The platform says that it authenticates requests before they reach us. */
  readonly isPlatformSignInOn: boolean;
  /** This app as a browser sees it, without a slash at its end. */
  readonly publicUrl: string | undefined;
}

/** All settings at once. All that is wrong with them comes in one `bad-settings` error. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const settings = createSettingReader<SettingName>(env);
  const role = settings.oneOf('APP_ROLE', APP_ROLES, 'all');
  const partner = readPartnerSettings(settings, role);
  const endpoints = readEndpointSettings(settings);
  const config: Config = {
    role,
    partner,
    ...endpoints,
    azureCloud: readAzureCloud(settings, {
      cloud: endpoints.cloud,
      isFederated: partner.credential?.kind === 'federated',
      isMicrosoft: endpoints.isInstanceDiscoveryOn,
    }),
    incidentSource: settings.oneOf('INCIDENT_SOURCE', SOURCE_CHOICES, 'defender'),
    storage: readStorageSettings(settings),
    collection: readCollectionSettings(settings),
    ...readOperatorSettings(settings, role),
    telemetry: readTelemetrySettings(settings),
  };
  if (settings.problems.length > 0) throw badSettings(settings.problems);
  return deepFreeze(config);
}

function readOperatorSettings(settings: Settings, role: AppRole): OperatorConfig {
  const operatorSignIn = settings.oneOf('OPERATOR_SIGN_IN', ['keys', 'entra'], 'keys');
  const isPlatformSignInOn = settings.text('WEBSITE_AUTH_ENABLED')?.toLowerCase() === 'true';
  // Its functions are open to anonymous callers then, and the header that names the operator can be written by anybody.
  if (operatorSignIn === 'entra' && role !== 'collector' && !isPlatformSignInOn)
    settings.refuse(
      'WEBSITE_AUTH_ENABLED',
      'be True as OPERATOR_SIGN_IN is "entra": turn on App Service authentication, or set OPERATOR_SIGN_IN to "keys"',
    );
  return {
    operatorSignIn,
    isPlatformSignInOn,
    publicUrl:
      settings.url('PUBLIC_URL', { allowLoopbackHttp: true }) ?? defaultPublicUrl(settings.text('WEBSITE_HOSTNAME')),
  };
}

/** Only local tools name this machine, and they serve plain http. */
function defaultPublicUrl(hostname: string | undefined): string | undefined {
  if (hostname === undefined) return undefined;
  const scheme = isLoopback(hostname.replace(/:\d+$/, '')) ? 'http' : 'https';
  return `${scheme}://${hostname}`;
}

function badSettings(problems: readonly string[]): AppError {
  const count = problems.length === 1 ? 'a setting is wrong' : `${problems.length} settings are wrong`;
  const lines = problems.map((problem) => `\n- ${problem}`).join('');
  return new AppError('bad-settings', `Cannot start as ${count}:${lines}`);
}
