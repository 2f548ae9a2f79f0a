import type { InvocationContext, Timer } from '@azure/functions';
import { forgetErasedTenants } from '../shared/forget-tenant.ts';
import { toLog } from '../shared/invocation-log.ts';
import { probeErasedTenants } from '../shared/probe-access.ts';
import { purgeExpired as purge } from '../shared/purge-expired.ts';
import { registerTimer } from '../shared/register-function.ts';
import { getServices } from '../shared/services.ts';

/** Once a day: deletes what is too old to be kept, ends purges that nobody sees any more, and asks whether erased tenants still let the app in. */
export async function purgeExpired(_timer: Timer, context: InvocationContext): Promise<void> {
  const { purgeDeps } = getServices();
  await purge({ ...purgeDeps, log: toLog(context) });
  await forgetErasedTenants(purgeDeps);
  await probeErasedTenants(purgeDeps);
}

// 02:40 UTC: between the evening of the Americas and the morning of Europe.
registerTimer('purgeExpired', { schedule: '0 40 2 * * *', handler: purgeExpired });
