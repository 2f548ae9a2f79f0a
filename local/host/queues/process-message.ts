import { RestError, type DequeuedMessageItem } from '@azure/storage-queue';
import type { RpcData } from '../functions/functions-core.ts';
import { logSystem, type Log } from '../functions/log-entry.ts';
import { holdMessage } from './message-lease.ts';
import type { Queue } from './queue-service.ts';

export interface MessageParts {
  readonly functionName: string;
  readonly queue: Queue;
  readonly openPoison: () => Promise<Queue>;
  readonly hiddenSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly maxDequeueCount: number;
  readonly run: (data: RpcData, metadata: Record<string, RpcData>) => Promise<unknown>;
  readonly log: Log;
}

/** Runs the function on one message, then deletes it, shows it again later, or moves it to the poison queue. */
export async function processMessage(message: DequeuedMessageItem, parts: MessageParts): Promise<void> {
  const { queue, functionName, log } = parts;
  const text = queue.decode(message.messageText);
  if (text === undefined || message.dequeueCount > parts.maxDequeueCount) {
    await ignoreGone(moveToPoison(message, message.popReceipt, parts));
    return;
  }
  const lease = holdMessage(queue.client, message, parts.hiddenSeconds, (error) => {
    logSystem(log, 'warning', `Lost the message ${message.messageId} while it ran: ${String(error)}`, functionName);
  });
  const hasSucceeded = await parts.run({ string: text }, describeMessage(message, queue.name)).then(
    () => true,
    () => false,
  );
  await ignoreGone(settle(message, await lease.end(), hasSucceeded, parts));
}

async function settle(
  message: DequeuedMessageItem,
  popReceipt: string,
  hasSucceeded: boolean,
  parts: MessageParts,
): Promise<void> {
  const { client } = parts.queue;
  if (hasSucceeded) {
    await client.deleteMessage(message.messageId, popReceipt);
  } else if (message.dequeueCount >= parts.maxDequeueCount) {
    await moveToPoison(message, popReceipt, parts);
  } else {
    await client.updateMessage(message.messageId, popReceipt, undefined, parts.visibilityTimeoutSeconds);
  }
}

async function moveToPoison(message: DequeuedMessageItem, popReceipt: string, parts: MessageParts): Promise<void> {
  const poison = await parts.openPoison();
  // The text is passed on as it came: it may be poison because it cannot be decoded.
  await poison.client.sendMessage(message.messageText);
  await parts.queue.client.deleteMessage(message.messageId, popReceipt);
  const { dequeueCount } = message;
  const reason = `Moved the message ${message.messageId} to "${poison.name}" at delivery ${dequeueCount}`;
  logSystem(parts.log, 'warning', reason, parts.functionName);
}

/** Another host may have taken the message meanwhile; then its fate is decided there. */
async function ignoreGone(settling: Promise<void>): Promise<void> {
  try {
    await settling;
  } catch (error) {
    const isGone = error instanceof RestError && (error.statusCode === 404 || error.code === 'PopReceiptMismatch');
    if (!isGone) throw error;
  }
}

function describeMessage(message: DequeuedMessageItem, queueName: string): Record<string, RpcData> {
  return {
    QueueTrigger: { string: queueName },
    Id: { string: message.messageId },
    DequeueCount: { string: String(message.dequeueCount) },
    InsertionTime: { string: message.insertedOn.toISOString() },
    ExpirationTime: { string: message.expiresOn.toISOString() },
    NextVisibleTime: { string: message.nextVisibleOn.toISOString() },
    PopReceipt: { string: message.popReceipt },
  };
}
