import type { Settings } from './setting-names.ts';

/** Where the app's own metrics and traces go. */
export interface TelemetryConfig {
  readonly connectionString: string;
  /** The managed identity that sends them; absent: the connection string's key alone. */
  readonly identity: { readonly clientId: string } | undefined;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function readTelemetrySettings(settings: Settings): TelemetryConfig | undefined {
  const connectionString = settings.text('APPLICATIONINSIGHTS_CONNECTION_STRING');
  const identity = readIdentity(settings);
  if (connectionString === undefined) return undefined;
  if (!GUID.test(readParts(connectionString).get('instrumentationkey') ?? ''))
    settings.refuseSecret('APPLICATIONINSIGHTS_CONNECTION_STRING', 'have InstrumentationKey=… with a GUID');
  return { connectionString, identity };
}

function readIdentity(settings: Settings): TelemetryConfig['identity'] {
  const text = settings.text('APPLICATIONINSIGHTS_AUTHENTICATION_STRING');
  if (text === undefined) return undefined;
  const parts = readParts(text);
  const clientId = parts.get('clientid');
  if (parts.get('authorization')?.toUpperCase() === 'AAD' && clientId !== undefined && GUID.test(clientId))
    return { clientId };
  settings.refuse('APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'be ClientId=…;Authorization=AAD');
  return undefined;
}

/** Values by their names in lower case: `Name=value;Other=value`. */
function readParts(text: string): Map<string, string> {
  return new Map(
    text.split(';').map((part) => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim().toLowerCase(), value.trim()];
    }),
  );
}
