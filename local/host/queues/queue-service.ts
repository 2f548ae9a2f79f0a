import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';

const MAX_MESSAGE_BYTES = 65_536;
// The SDK's own pauses, up to two minutes, are meant for a far-away service; here it is either up or not.
const RETRY = { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 400 };

export interface Queue {
  readonly name: string;
  readonly client: QueueClient;
  encode(text: string): string;
  /** Undefined for a text that is not what host.json's messageEncoding says. */
  decode(text: string): string | undefined;
  send(text: string): Promise<void>;
}

export interface QueueService {
  /** Answers the queue, made first if it does not exist; `connection` is the name of a setting. */
  open(connection: string, queueName: string): Promise<Queue>;
}

/** `onSent` hears the name of each queue that this process has sent to, so that a trigger need not wait for its poll. */
export function createQueueService(
  env: NodeJS.ProcessEnv,
  encoding: 'base64' | 'none',
  onSent: (queueName: string) => void,
): QueueService {
  const opened = new Map<string, Promise<Queue>>();
  const open = async (connection: string, name: string): Promise<Queue> => {
    const client = connect(connection, env).getQueueClient(name);
    await client.createIfNotExists().catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `Cannot open the queue "${name}" of ${connection}: ${reason}; start the storage or correct the setting`,
        { cause },
      );
    });
    return createQueue(client, encoding, onSent);
  };
  return {
    open: (connection, name) => {
      const key = `${connection}|${name}`;
      const queue = opened.get(key) ?? open(connection, name);
      opened.set(key, queue);
      queue.catch(() => opened.delete(key));
      return queue;
    },
  };
}

function connect(connection: string, env: NodeJS.ProcessEnv): QueueServiceClient {
  const text = env[connection] ?? env[`AzureWebJobs${connection}`];
  if (text !== undefined && text !== '') return QueueServiceClient.fromConnectionString(text, { retryOptions: RETRY });
  throw new Error(
    `Cannot open queues as the setting ${connection} has no value: set it to a connection string, which is all that the local host can use`,
  );
}

function createQueue(client: QueueClient, encoding: 'base64' | 'none', onSent: (queueName: string) => void): Queue {
  const encode = (text: string): string => (encoding === 'none' ? text : Buffer.from(text).toString('base64'));
  return {
    name: client.name,
    client,
    encode,
    decode: (text) => (encoding === 'none' ? text : decodeBase64(text)),
    send: async (text) => {
      const encoded = encode(text);
      refuseTooLarge(client.name, Buffer.byteLength(encoded));
      await client.sendMessage(encoded);
      onSent(client.name);
    },
  };
}

// Azurite takes larger messages than the service does.
function refuseTooLarge(queueName: string, bytes: number): void {
  if (bytes <= MAX_MESSAGE_BYTES) return;
  throw new Error(
    `Cannot send to the queue "${queueName}" as a message holds ${MAX_MESSAGE_BYTES} bytes: this has ${bytes}`,
  );
}

function decodeBase64(text: string): string | undefined {
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return isBase64 ? Buffer.from(text, 'base64').toString('utf8') : undefined;
}
