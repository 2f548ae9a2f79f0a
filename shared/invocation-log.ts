import type { InvocationContext } from '@azure/functions';
import type { Log } from './ports/log.ts';

/** Lines of one invocation, as JSON behind the message's name, so that a query finds both. */
export function toLog(context: InvocationContext): Log {
  return (level, message, fields = {}) => {
    context[level](`${message} ${JSON.stringify(fields)}`);
  };
}

/** How often the queue message was delivered, this time included. */
export function readDeliveries(context: InvocationContext): number {
  const count = Number(context.triggerMetadata?.['dequeueCount'] ?? 1);
  return Number.isInteger(count) ? count : 1;
}
