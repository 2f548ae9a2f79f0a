import { readNamedParts } from './named-parts.ts';
import type { Settings } from './setting-names.ts';
import { isGuid } from './setting-reader.ts';

/** Where the app's own metrics and traces go. */
export interface TelemetryConfig {
  readonly connectionString: string;
  /** The managed identity that sends them; absent: the connection string's key alone. */
  readonly identity: { readonly clientId: string } | undefined;
}

export function readTelemetrySettings(settings: Settings): TelemetryConfig | undefined {
  const connectionString = settings.text('APPLICATIONINSIGHTS_CONNECTION_STRING');
  const identity = readIdentity(settings);
  if (connectionString === undefined) return undefined;
  if (!isGuid(readNamedParts(connectionString).get('instrumentationkey') ?? ''))
    settings.refuseSecret('APPLICATIONINSIGHTS_CONNECTION_STRING', 'have InstrumentationKey=… with a GUID');
  return { connectionString, identity };
}

function readIdentity(settings: Settings): TelemetryConfig['identity'] {
  const text = settings.text('APPLICATIONINSIGHTS_AUTHENTICATION_STRING');
  if (text === undefined) return undefined;
  const parts = readNamedParts(text);
  const clientId = parts.get('clientid');
  if (parts.get('authorization')?.toUpperCase() === 'AAD' && clientId !== undefined && isGuid(clientId))
    return { clientId };
  settings.refuse('APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'be ClientId=…;Authorization=AAD');
  return undefined;
}
