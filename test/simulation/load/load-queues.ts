import { MESSAGES_AT_ONCE } from '../../../shared/domain/collection/polls-at-once.ts';
import type { QueueFronts } from '../../../shared/domain/collection/queue-front.ts';
import type { PeekableQueue } from '../../../shared/ports/message-queue.ts';
import type { VirtualTime } from '../basics/virtual-time.ts';

/** The service shows that many to whoever looks at a queue. */
const MOST_PEEKED = 32;

export type QueueName = keyof QueueFronts;
/** Works on one message that comes from this queue. */
export type Worker = (message: unknown, from: QueueName) => Promise<void>;

export interface LoadQueues {
  queues: Record<QueueName, PeekableQueue>;
  add(name: QueueName, messages: readonly object[]): void;
  /** What workers have thrown. */
  bugs: unknown[];
}

/**
 * Two queues, and for each of them instances that work on some messages at once: the platform scales every function that is no
 * HTTP trigger by itself, to the same most instances.
 */
export function createLoadQueues(
  time: VirtualTime,
  instances: number,
  createInstance: () => Worker,
  messagesAtOnce = MESSAGES_AT_ONCE,
): LoadQueues {
  const bugs: unknown[] = [];
  const [tenants, slowTenants] = [createQueue('tenants'), createQueue('slowTenants')];
  const queues = { tenants, slowTenants };
  return {
    queues,
    bugs,
    add: (name, messages) => {
      for (const message of messages) queues[name].add(message);
    },
  };

  function createQueue(name: QueueName) {
    const waiting: unknown[] = [];
    const pool = Array.from({ length: instances }, () => ({ work: createInstance(), running: 0 }));

    function add(message: object): void {
      waiting.push(JSON.parse(JSON.stringify(message)));
      takeNext();
    }

    function takeNext(): void {
      for (;;) {
        const free = pool.find(({ running }) => running < messagesAtOnce);
        if (free === undefined || waiting.length === 0) return;
        const message = waiting.shift();
        free.running += 1;
        void free
          .work(message, name)
          .catch((error: unknown) => bugs.push(error))
          .finally(() => {
            free.running -= 1;
            takeNext();
          });
      }
    }

    return {
      add,
      send: async (message: object, { delaySeconds = 0 } = {}) => {
        time.at(time.now() + delaySeconds * 1_000, () => {
          add(message);
        });
      },
      peek: async () => waiting.slice(0, MOST_PEEKED),
    };
  }
}
