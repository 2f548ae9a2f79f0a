import type { InvocationContext } from '@azure/functions';
import { readPurgeMessage } from '../../shared/domain/removal/purge-message.ts';
import { toLog } from '../../shared/edge/invocation-log.ts';
import { registerQueue } from '../../shared/edge/register-function.ts';
import { purgeTenant } from '../../shared/removal/purge-tenant.ts';
import { getServices } from '../../shared/wiring/services.ts';

/** Erases one tenant, as far as this run's time goes; the ticks send it on until it is gone. */
export async function purgeTenants(message: unknown, context: InvocationContext): Promise<void> {
  const { purgeDeps, onChanged } = getServices();
  const tenantId = readPurgeMessage(message);
  await purgeTenant({ ...purgeDeps, log: toLog(context) }, tenantId);
  onChanged(tenantId);
}

registerQueue('purgeTenants', {
  queueName: 'purge-tenants',
  connection: 'IncidentStorage',
  handler: purgeTenants,
});
