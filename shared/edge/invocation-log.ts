import type { InvocationContext } from '@azure/functions';
import type { Log } from '../ports/log.ts';
import { NO_TELEMETRY, type Telemetry } from '../ports/telemetry.ts';

/** Lines of one invocation, as JSON behind the message's name, so that a query finds both; `telemetry` counts what they say. */
export function toLog(context: InvocationContext, telemetry: Pick<Telemetry, 'record'> = NO_TELEMETRY): Log {
  return (level, message, fields = {}) => {
    context[level](`${message} ${JSON.stringify(fields)}`);
    telemetry.record(message, fields);
  };
}

/** How often the queue message was delivered, this time included. */
export function readDeliveries(context: InvocationContext): number {
  const count = Number(context.triggerMetadata?.['dequeueCount'] ?? 1);
  return Number.isInteger(count) ? count : 1;
}
