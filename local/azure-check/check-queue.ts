import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { QueueClient } from '@azure/storage-queue';
import type { StorageConfig } from '../../shared/settings/storage-settings.ts';
import type { Check } from './run-checks.ts';

/** Longer than all steps: no trigger ever sees the message. */
const HIDDEN_SECONDS = 60;
const LIFETIME_SECONDS = 120;

/** A message that stays hidden is sent, renewed and deleted; one that waits for real is shown again after a second. */
export function checkWorkedQueue(storage: StorageConfig, name: string): Check {
  const client = openQueue(storage, name);
  let message: { messageId: string; popReceipt: string } | undefined;
  const deleteMessage = async (): Promise<void> => {
    if (message !== undefined) await client.deleteMessage(message.messageId, message.popReceipt);
    message = undefined;
  };
  return {
    resource: `queue ${name}`,
    cure: {
      role: 'Storage Queue Data Contributor',
      scope: `the queue ${name} (…/queueServices/default/queues/${name})`,
    },
    steps: [
      {
        name: 'a message is sent',
        run: async () => {
          message = await send(client);
        },
      },
      {
        name: 'it is renewed',
        run: async () => {
          const { messageId = '', popReceipt = '' } = message ?? {};
          const renewed = await client.updateMessage(messageId, popReceipt, undefined, HIDDEN_SECONDS);
          message = { messageId, popReceipt: renewed.popReceipt ?? '' };
        },
      },
      { name: 'messages can be received', run: () => receiveIfEmpty(client) },
      { name: 'it is deleted', run: deleteMessage },
    ],
    cleanUp: deleteMessage,
  };
}

/** Whoever waits here is left alone: receiving counts as a delivery. */
async function receiveIfEmpty(client: QueueClient): Promise<void> {
  const { peekedMessageItems } = await client.peekMessages();
  if (peekedMessageItems.length === 0) await client.receiveMessages({ numberOfMessages: 1, visibilityTimeout: 1 });
}

/** A portal may send and nothing else, so the message cannot be taken away: it ends hidden, by its own lifetime. */
export function checkSentQueue(storage: StorageConfig, name: string): Check {
  const client = openQueue(storage, name);
  return {
    resource: `queue ${name}`,
    cure: {
      role: 'Storage Queue Data Message Sender',
      scope: `the queue ${name} (…/queueServices/default/queues/${name})`,
    },
    steps: [{ name: 'a message is sent, which ends by itself unseen', run: () => sendBriefly(client) }],
    cleanUp: () => Promise.resolve(),
  };
}

async function sendBriefly(client: QueueClient): Promise<void> {
  await send(client, 2);
}

async function send(
  client: QueueClient,
  lifetime = LIFETIME_SECONDS,
): Promise<{ messageId: string; popReceipt: string }> {
  return client.sendMessage(Buffer.from('{}').toString('base64'), {
    visibilityTimeout: Math.min(HIDDEN_SECONDS, lifetime - 1),
    messageTimeToLive: lifetime,
  });
}

function openQueue(storage: StorageConfig, name: string): QueueClient {
  if (storage.kind === 'connection-string') return new QueueClient(storage.connectionString, name);
  const { identityClientId, queueServiceUri } = storage;
  const credential =
    identityClientId === undefined
      ? new DefaultAzureCredential()
      : new ManagedIdentityCredential({ clientId: identityClientId });
  return new QueueClient(`${queueServiceUri.replace(/\/+$/, '')}/${name}`, credential);
}
