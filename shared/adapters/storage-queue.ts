import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { QueueClient } from '@azure/storage-queue';
import type { StorageConfig } from '../domain/settings/storage-settings.ts';
import { AppError } from '../errors.ts';
import type { PeekableQueue } from '../ports/message-queue.ts';

const OPTIONS = { retryOptions: { maxTries: 3, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 } };

/** The service's limit for one request. */
const MOST_PEEKED = 32;

/** A queue of the data account. Messages are base64, as host.json tells the triggers that read them. */
export function createStorageQueue(storage: StorageConfig, name: string): PeekableQueue {
  const client = openQueue(storage, name);
  return {
    send: async (message, { delaySeconds = 0 } = {}) => {
      const text = Buffer.from(JSON.stringify(message)).toString('base64');
      await inQueue(`send to the queue "${name}"`, () =>
        client.sendMessage(text, delaySeconds === 0 ? {} : { visibilityTimeout: delaySeconds }),
      );
    },
    peek: async () => {
      const { peekedMessageItems } = await inQueue(`look at the queue "${name}"`, () =>
        client.peekMessages({ numberOfMessages: MOST_PEEKED }),
      );
      return peekedMessageItems.map(({ messageText }) => readMessage(messageText));
    },
  };
}

async function inQueue<Result>(action: string, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (cause) {
    throw new AppError('microsoft', 'queue-unavailable', `Cannot ${action}: it does not answer`, {
      cause,
      retriable: true,
      action: 'Try again; if it lasts, look at the data account and at the rights of this app on its queues',
    });
  }
}

function readMessage(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}

function openQueue(storage: StorageConfig, name: string): QueueClient {
  if (storage.kind === 'connection-string') return new QueueClient(storage.connectionString, name, OPTIONS);
  const { identityClientId, queueServiceUri } = storage;
  const credential =
    identityClientId === undefined
      ? new DefaultAzureCredential()
      : new ManagedIdentityCredential({ clientId: identityClientId });
  return new QueueClient(`${queueServiceUri.replace(/\/+$/, '')}/${name}`, credential, OPTIONS);
}
