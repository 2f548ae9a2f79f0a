import type { SettingReader } from './setting-reader.ts';

/** Every setting, in the order of docs/settings.md. */
export const SETTING_NAMES = [
  'PARTNER_CLIENT_ID',
  'PARTNER_TENANT_ID',
  'PARTNER_APPS',
  'PARTNER_CREDENTIAL',
  'KEY_VAULT_URL',
  'PARTNER_SECRET_NAME',
  'PARTNER_IDENTITY_CLIENT_ID',
  'CLOUD',
  'AZURE_CLOUD',
  'AUTHORITY_HOST',
  'DEFENDER_URL',
  'DEFENDER_SCOPE',
  'GRAPH_URL',
  'GRAPH_SCOPE',
  'PORTAL_URL',
  'INCIDENT_SOURCE',
  'IncidentStorage',
  'IncidentStorage__tableServiceUri',
  'IncidentStorage__queueServiceUri',
  'IncidentStorage__credential',
  'IncidentStorage__clientId',
  'APP_ROLE',
  'COLLECT_SCHEDULE',
  'INITIAL_LOOKBACK_DAYS',
  'OVERLAP_MINUTES',
  'TENANT_CONCURRENCY',
  'SLICE_SIZE',
  'QUIET_INTERVAL_MINUTES',
  'RECONCILE_DAYS',
  'RETENTION_DAYS',
  'OPERATOR_SIGN_IN',
  'PUBLIC_URL',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
] as const;

/** Set by the platform, never by us. */
export const PLATFORM_SETTING_NAMES = ['WEBSITE_HOSTNAME', 'WEBSITE_AUTH_ENABLED'] as const;

export type SettingName = (typeof SETTING_NAMES)[number] | (typeof PLATFORM_SETTING_NAMES)[number];
export type Settings = SettingReader<SettingName>;
