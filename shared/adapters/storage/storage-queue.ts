import type { QueueClient } from '@azure/storage-queue';
import { AppError } from '../../errors.ts';
import type { PeekableQueue } from '../../ports/message-queue.ts';
import { isOnThisMachine } from '../../settings/storage-place.ts';
import type { StorageConfig } from '../../settings/storage-settings.ts';
import { appIdentity } from '../machine/lazy-credential.ts';
import { notPrepared } from './not-prepared.ts';

const OPTIONS = { retryOptions: { maxTries: 3, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 } };

/** The service's limit for one request. */
const MOST_PEEKED = 32;

/** A queue of the data account. Messages are base64, as host.json tells the triggers. */
export function createStorageQueue(storage: StorageConfig, name: string): PeekableQueue {
  let opened: Promise<QueueClient> | undefined;
  const createsQueue = isOnThisMachine(storage, 'queue');

  async function inQueue<Result>(action: string, request: (client: QueueClient) => Promise<Result>): Promise<Result> {
    const client = await (opened ??= openQueue(storage, name));
    try {
      return await request(client);
    } catch (cause) {
      if (isQueueMissing(cause)) throw notPrepared('queue', name, client.url);
      throw new AppError('queue-unavailable', `Cannot ${action}: it does not answer`, { cause });
    }
  }

  return {
    send: async (message, { lifetimeSeconds, delaySeconds = 0 } = {}) => {
      const text = Buffer.from(JSON.stringify(message)).toString('base64');
      const options = {
        ...(lifetimeSeconds !== undefined && { messageTimeToLive: lifetimeSeconds }),
        ...(delaySeconds > 0 && { visibilityTimeout: delaySeconds }),
      };
      await inQueue(`send to the queue "${name}"`, (client) =>
        client.sendMessage(text, options).catch(async (error: unknown) => {
          if (!isQueueMissing(error) || !createsQueue) throw error;
          await client.createIfNotExists();
          await client.sendMessage(text, options);
        }),
      );
    },
    peek: async () => {
      const { peekedMessageItems } = await inQueue(`look at the queue "${name}"`, async (client) => {
        try {
          return await client.peekMessages({ numberOfMessages: MOST_PEEKED });
        } catch (error) {
          // A queue that is made with its first message is empty until then.
          if (!isQueueMissing(error) || !createsQueue) throw error;
          return { peekedMessageItems: [] };
        }
      });
      return peekedMessageItems.map(({ messageText }) => readMessage(messageText));
    },
  };
}

/** A queue that is being deleted counts as gone, although its name is taken for a while. */
function isQueueMissing(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'QueueNotFound' || code === 'QueueBeingDeleted';
}

function readMessage(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The package is loaded with the first message: most polls send none. */
async function openQueue(storage: StorageConfig, name: string): Promise<QueueClient> {
  const { QueueClient } = await import('@azure/storage-queue');
  if (storage.kind === 'connection-string') return new QueueClient(storage.connectionString, name, OPTIONS);
  const { identityClientId, queueServiceUri } = storage;
  const url = `${queueServiceUri.replace(/\/+$/, '')}/${name}`;
  return new QueueClient(url, appIdentity(identityClientId), OPTIONS);
}
