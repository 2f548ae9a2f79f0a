import { output, type InvocationContext, type Timer } from '@azure/functions';
import { dispatchCollection as dispatch } from '../../shared/collection/dispatch-collection.ts';
import { finishClaimedConsents } from '../../shared/consent/finish-consent.ts';
import { toLog } from '../../shared/edge/invocation-log.ts';
import { registerTimer } from '../../shared/edge/register-function.ts';
import { getServices } from '../../shared/wiring/services.ts';

const slices = output.storageQueue({ queueName: 'collect-tenants', connection: 'IncidentStorage' });
const slowSlices = output.storageQueue({ queueName: 'collect-slow-tenants', connection: 'IncidentStorage' });
const purges = output.storageQueue({ queueName: 'purge-tenants', connection: 'IncidentStorage' });

/** One tick: finds the tenants that are due and sends workers to them. */
export async function dispatchCollection(_timer: Timer, context: InvocationContext): Promise<void> {
  const services = getServices();
  const { incidents: table, dispatchSettings: settings, telemetry, sliceQueues } = services;
  const log = toLog(context, telemetry);
  // Consents that are accepted now are polled in this tick.
  await finishClaimedConsents(services, log);
  const deps = { table, log, telemetry, settings, queues: sliceQueues };
  const messages = await dispatch(deps, context.traceContext?.traceParent);
  context.extraOutputs.set(slices, messages.slices);
  context.extraOutputs.set(slowSlices, messages.slowSlices);
  context.extraOutputs.set(purges, messages.purges);
}

registerTimer('dispatchCollection', {
  schedule: '%COLLECT_SCHEDULE%',
  extraOutputs: [slices, slowSlices, purges],
  handler: dispatchCollection,
});
