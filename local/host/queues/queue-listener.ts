import { logSystem } from '../functions/log-entry.ts';
import { processMessage, type MessageParts } from './process-message.ts';
import { createWakeablePause } from './wakeable-pause.ts';

const FIRST_PAUSE_MS = 20;
const ERROR_PAUSE_MS = 1_000;

export interface QueueListenerParts extends MessageParts {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxPollingIntervalMs: number;
}

export interface QueueListener {
  /** Polls at once, for a message that is known to have been sent. */
  wake(): void;
  /** Ends the polling; messages that run are left to their invocations. */
  stop(): Promise<void>;
}

/** Polls one queue; a new batch is taken as soon as no more than `newBatchThreshold` messages are still running. */
export function startQueueListener(parts: QueueListenerParts): QueueListener {
  const { queue, functionName, log } = parts;
  const pause = createWakeablePause();
  let isStopped = false;
  let runningCount = 0;

  const begin = (message: Parameters<typeof processMessage>[0]): void => {
    runningCount += 1;
    processMessage(message, parts)
      .catch((error: unknown) => {
        logSystem(log, 'error', `Cannot settle a message of "${queue.name}": ${String(error)}`, functionName);
      })
      .finally(() => {
        runningCount -= 1;
        pause.wake();
      });
  };

  const takeBatch = async (): Promise<number> => {
    const { receivedMessageItems: messages } = await queue.client.receiveMessages({
      numberOfMessages: parts.batchSize,
      visibilityTimeout: parts.hiddenSeconds,
    });
    messages.forEach(begin);
    return messages.length;
  };

  const poll = async (): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!isStopped) {
      if (runningCount > parts.newBatchThreshold) {
        await pause.wait(parts.maxPollingIntervalMs);
        continue;
      }
      try {
        pauseMs = (await takeBatch()) > 0 ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, parts.maxPollingIntervalMs);
      } catch (error) {
        logSystem(log, 'warning', `Cannot poll the queue "${queue.name}": ${String(error)}`, functionName);
        pauseMs = ERROR_PAUSE_MS;
      }
      if (pauseMs > FIRST_PAUSE_MS) await pause.wait(pauseMs);
    }
  };

  const polling = poll();
  return {
    wake: pause.wake,
    stop: async () => {
      isStopped = true;
      pause.wake();
      await polling;
    },
  };
}
