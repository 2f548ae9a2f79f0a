import type { InvocationContext, Timer } from '@azure/functions';
import { followChanges as follow } from '../../shared/campaigns/follow-changes.ts';
import { toLog } from '../../shared/edge/invocation-log.ts';
import { registerTimer } from '../../shared/edge/register-function.ts';
import { getServices } from '../../shared/wiring/services.ts';

/** Looks through what was stored since the last tick for what several customers have in common. */
export async function followChanges(_timer: Timer, context: InvocationContext): Promise<void> {
  const { purgeDeps, telemetry } = getServices();
  await follow({ ...purgeDeps, log: toLog(context, telemetry) });
}

registerTimer('followChanges', { schedule: '%COLLECT_SCHEDULE%', handler: followChanges });
