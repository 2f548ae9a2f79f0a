import type { Invoke } from '../functions/create-invoker.ts';
import type { DescribedFunction } from '../functions/describe-function.ts';
import type { HostJson, QueueSettings } from '../functions/host-json.ts';
import type { Log } from '../functions/log-entry.ts';
import { startQueueListener, type QueueListener, type QueueListenerParts } from './queue-listener.ts';
import type { Queue, QueueService } from './queue-service.ts';

const HIDDEN_SECONDS = 600; // what the real host hides a running message for
const MAX_POLLING_INTERVAL_MS = 500; // far below Azure's minute: nobody at a desk waits that long

/** What a test or a demo may want otherwise than host.json says. */
export interface QueueOverrides extends Partial<QueueSettings> {
  /** How long a message is hidden while it runs, and so how long it stays away after a crash: 600 in Azure. */
  readonly hiddenSeconds?: number;
  readonly maxPollingIntervalMs?: number;
}

export interface QueueTriggerParts {
  readonly functions: readonly DescribedFunction[];
  readonly invoke: Invoke;
  readonly hostJson: HostJson;
  readonly overrides: QueueOverrides;
  readonly queues: QueueService;
  readonly log: Log;
}

export interface QueueTriggers {
  readonly queues: readonly Queue[];
  start(): void;
  /** Polls at once the queue that a message was sent to. */
  wake(queueName: string): void;
  enqueue(functionName: string, message: unknown): Promise<void>;
  stop(): Promise<void>;
}

/** Makes the queues that start functions; `start` begins to poll them. */
export async function openQueueTriggers(parts: QueueTriggerParts): Promise<QueueTriggers> {
  const triggers = await Promise.all(
    parts.functions.map((fn) => describeTrigger(parts, fn)).filter((trigger) => trigger !== undefined),
  );
  const listeners = new Map<string, QueueListener>();
  return {
    queues: triggers.map(({ queue }) => queue),
    start: () => {
      for (const trigger of triggers) listeners.set(trigger.queue.name, startQueueListener(trigger));
    },
    wake: (queueName) => listeners.get(queueName)?.wake(),
    enqueue: async (functionName, message) => {
      const trigger = triggers.find((other) => other.functionName === functionName);
      if (trigger === undefined) throw new Error(`Cannot send to "${functionName}": no queue starts such a function`);
      await trigger.queue.send(typeof message === 'string' ? message : JSON.stringify(message));
    },
    stop: async () => {
      await Promise.all([...listeners.values()].map((listener) => listener.stop()));
    },
  };
}

function describeTrigger(
  { invoke, hostJson, overrides, queues, log }: QueueTriggerParts,
  { info, registration }: DescribedFunction,
): Promise<QueueListenerParts> | undefined {
  if (info.trigger !== 'queue') return undefined;
  const settings = {
    hiddenSeconds: HIDDEN_SECONDS,
    maxPollingIntervalMs: MAX_POLLING_INTERVAL_MS,
    ...hostJson.queues,
    ...overrides,
  };
  return queues.open(info.connection, info.queueName).then((queue) => ({
    ...settings,
    functionName: info.name,
    queue,
    openPoison: () => queues.open(info.connection, `${info.queueName}-poison`),
    run: (data, metadata) => invoke(registration, { data, metadata }),
    log,
  }));
}
