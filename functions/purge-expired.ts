import type { InvocationContext, Timer } from '@azure/functions';
import { toLog } from '../shared/invocation-log.ts';
import { purgeExpired as purge } from '../shared/purge-expired.ts';
import { registerTimer } from '../shared/register-function.ts';
import { getServices } from '../shared/services.ts';

/** Once a day: deletes what is too old to be kept. */
export async function purgeExpired(_timer: Timer, context: InvocationContext): Promise<void> {
  await purge({ ...getServices().purgeExpiredDeps, log: toLog(context) });
}

// 02:40 UTC: between the evening of the Americas and the morning of Europe.
registerTimer('purgeExpired', { schedule: '0 40 2 * * *', handler: purgeExpired });
