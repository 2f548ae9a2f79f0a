import { createTables } from '../../../local/start/demo/create-tables.ts';
import { readConfig } from '../../../shared/settings/config.ts';
import { createServices, type Services } from '../../../shared/wiring/services.ts';
import { callWith, type CallFunction } from '../api/call-function.ts';
import { tenantNumber } from '../seed.ts';
import { startTestStorage } from '../tables/storage.ts';

/** The services of an app with the role `portal` on a storage of its own, and calls of its functions. */
export interface ApiWorld {
  services: Services;
  call: CallFunction;
  /** The same app with other settings. */
  with(settings: Record<string, string>): CallFunction;
  stop(): Promise<void>;
}

export async function startApiWorld(): Promise<ApiWorld> {
  const { connectionString, stop } = await startTestStorage();
  await createTables(connectionString);
  const settings = { APP_ROLE: 'portal', PARTNER_CLIENT_ID: tenantNumber(1), IncidentStorage: connectionString };
  const open = (other: Record<string, string> = {}): Services => {
    const services = createServices(readConfig({ ...settings, ...other }));
    // There is no second app here that would take up commands.
    return { ...services, control: services.commandDeps.controlOn(services.incidents) };
  };
  const services = open();
  return {
    services,
    call: callWith(() => services),
    with: (other) => callWith(() => open(other)),
    stop,
  };
}
