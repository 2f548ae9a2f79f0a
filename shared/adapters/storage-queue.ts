import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { QueueClient } from '@azure/storage-queue';
import type { StorageConfig } from '../domain/settings/storage-settings.ts';
import { AppError } from '../errors.ts';
import type { MessageQueue } from '../ports/message-queue.ts';

const OPTIONS = { retryOptions: { maxTries: 3, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 } };

/** A queue of the data account. Messages are base64, as host.json tells the triggers that read them. */
export function createStorageQueue(storage: StorageConfig, name: string): MessageQueue {
  const client = openQueue(storage, name);
  return {
    send: async (message, lifetimeSeconds) => {
      try {
        await client.sendMessage(Buffer.from(JSON.stringify(message)).toString('base64'), {
          messageTimeToLive: lifetimeSeconds,
        });
      } catch (cause) {
        throw new AppError('microsoft', 'queue-unavailable', `Cannot send to the queue "${name}": it does not answer`, {
          cause,
          retriable: true,
          action: 'Try again; if it lasts, look at the data account and at the rights of this app on its queues',
        });
      }
    },
  };
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
