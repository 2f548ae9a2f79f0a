import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { QueueServiceClient } from '@azure/storage-queue';
import { startAzurite, type Azurite } from '../../../local/services/azurite.ts';
import { createApp, listLogged, type AppFixture } from './host-fixture.ts';

const FAST = { visibilityTimeoutSeconds: 0, maxPollingIntervalMs: 50 };

let azurite: Azurite;
let app: AppFixture;
let lastQueue = 0;

beforeAll(async () => {
  azurite = await startAzurite();
});

afterAll(async () => {
  await azurite.stop();
});

afterEach(async () => {
  await app.remove();
});

async function createQueueApp(source: string): Promise<AppFixture> {
  const env = { IncidentStorage: azurite.connectionString, WORK_QUEUE: `work-${++lastQueue}` };
  return createApp({ 'app.js': `import { app, output } from '@azure/functions';\n${source}` }, env);
}

async function peekTexts(queueName: string): Promise<string[]> {
  const queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(queueName);
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString());
}

const TICK = `
const work = output.storageQueue({ queueName: '%WORK_QUEUE%', connection: 'IncidentStorage' });
app.timer('tick', {
  schedule: '0 */5 * * * *',
  extraOutputs: [work],
  handler: (timer, context) => { context.extraOutputs.set(work, [{ tenants: ['a', 'b'] }, 'plain text', { n: 3 }]); },
});`;

const ECHO = `
app.storageQueue('echo', {
  queueName: '%WORK_QUEUE%', connection: 'IncidentStorage',
  handler: (message, context) => { context.log(typeof message + ' ' + JSON.stringify(message)); },
});`;

const FAIL = `
app.storageQueue('echo', {
  queueName: '%WORK_QUEUE%', connection: 'IncidentStorage',
  handler: (message, context) => {
    context.log('delivery ' + context.triggerMetadata.dequeueCount);
    throw new Error('refused');
  },
});`;

test('startHost() sends each element of an output array as a message that the trigger gets as JSON', async () => {
  app = await createQueueApp(TICK + ECHO);
  const host = await app.start({ queues: FAST });

  await host.runTimerNow('tick');
  await host.idle();

  expect(listLogged(host, 'echo').sort()).toEqual([
    'object {"n":3}',
    'object {"tenants":["a","b"]}',
    'string "plain text"',
  ]);
});

test('startHost() sends the return value of a function to the queue of its return binding', async () => {
  app = await createQueueApp(`
    app.timer('tick', {
      schedule: '0 */5 * * * *',
      return: output.storageQueue({ queueName: '%WORK_QUEUE%', connection: 'IncidentStorage' }),
      handler: () => ({ n: 1 }),
    });${ECHO}`);
  const host = await app.start({ queues: FAST });

  await host.runTimerNow('tick');
  await host.idle();

  expect(listLogged(host)).toEqual(['object {"n":1}']);
});

test('startHost() delivers a failing message again with a growing count, then moves it to the poison queue', async () => {
  app = await createQueueApp(FAIL);
  const host = await app.start({ queues: FAST });

  await host.enqueue('echo', { tenant: 'a' });
  await host.idle();

  expect(listLogged(host)).toEqual([1, 2, 3, 4, 5].map((count) => `delivery ${count}`));
  expect(await peekTexts(`work-${lastQueue}-poison`)).toEqual(['{"tenant":"a"}']);
});

test('startHost() shares the messages of one queue between two hosts', async () => {
  app = await createQueueApp(`
    app.storageQueue('echo', {
      queueName: '%WORK_QUEUE%', connection: 'IncidentStorage',
      handler: async (message, context) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        context.log(String(message.n));
      },
    });`);
  const [one, two] = await Promise.all([app.start({ queues: FAST }), app.start({ queues: FAST })]);

  await Promise.all([...Array(20).keys()].map((n) => one.enqueue('echo', { n })));
  await Promise.all([one.idle(), two.idle()]);

  const both = [...listLogged(one), ...listLogged(two)];
  expect(both.map(Number).sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
  expect(listLogged(one).length).toBeGreaterThan(0);
  expect(listLogged(two).length).toBeGreaterThan(0);
});

test('startHost() runs at most batchSize + newBatchThreshold messages at once', async () => {
  app = await createQueueApp(`
    let running = 0;
    app.storageQueue('echo', {
      queueName: '%WORK_QUEUE%', connection: 'IncidentStorage',
      handler: async (message, context) => {
        running += 1;
        context.log(String(running));
        await new Promise((resolve) => setTimeout(resolve, 50));
        running -= 1;
      },
    });`);
  const host = await app.start({ queues: { ...FAST, batchSize: 2, newBatchThreshold: 1 } });

  for (let n = 0; n < 12; n += 1) await host.enqueue('echo', { n });
  await host.idle();

  const most = Math.max(...listLogged(host).map(Number));
  expect(listLogged(host)).toHaveLength(12);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(3);
});

test('kill() leaves the running message to the next host, which gets it with a higher count', async () => {
  app = await createQueueApp(`
    app.storageQueue('echo', {
      queueName: '%WORK_QUEUE%', connection: 'IncidentStorage',
      handler: async (message, context) => {
        context.log('delivery ' + context.triggerMetadata.dequeueCount);
        if (context.triggerMetadata.dequeueCount === 1) await new Promise((resolve) => setTimeout(resolve, 60_000));
      },
    });`);
  const queues = { ...FAST, hiddenSeconds: 2 };
  const first = await app.start({ queues });
  await first.enqueue('echo', { n: 1 });
  await first.waitForLog(({ message }) => message === 'delivery 1');

  await first.kill();
  const second = await app.start({ queues });
  await second.idle();

  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(listLogged(second)).toEqual(['delivery 2']);
});

test('startHost() keeps a message hidden for as long as its function runs', async () => {
  app = await createQueueApp(`
    app.storageQueue('echo', {
      queueName: '%WORK_QUEUE%', connection: 'IncidentStorage',
      handler: async (message, context) => {
        context.log('delivery ' + context.triggerMetadata.dequeueCount);
        await new Promise((resolve) => setTimeout(resolve, 2_500));
      },
    });`);
  const host = await app.start({ queues: { ...FAST, hiddenSeconds: 1 } });

  await host.enqueue('echo', { n: 1 });
  await host.idle();

  expect(listLogged(host)).toEqual(['delivery 1']);
});

test('stop() waits for the message that runs', async () => {
  app = await createQueueApp(`
    app.storageQueue('echo', {
      queueName: '%WORK_QUEUE%', connection: 'IncidentStorage',
      handler: async (message, context) => {
        context.log('begun');
        await new Promise((resolve) => setTimeout(resolve, 300));
        context.log('done');
      },
    });`);
  const host = await app.start({ queues: FAST });
  await host.enqueue('echo', { n: 1 });
  await host.waitForLog(({ message }) => message === 'begun');

  await host.stop();

  expect(listLogged(host)).toEqual(['begun', 'done']);
  expect(await host.exited).toEqual({ code: 0, signal: null });
});

test('idle() rejects with what is left when it takes too long', async () => {
  app = await createQueueApp(FAIL);
  const host = await app.start({ queues: { ...FAST, visibilityTimeoutSeconds: 60 } });

  await host.enqueue('echo', { n: 1 });

  await expect(host.idle({ timeoutMs: 300 })).rejects.toThrow(`1 messages in "work-${lastQueue}"`);
});

test('startHost() moves a message that is not base64 to the poison queue unseen', async () => {
  app = await createQueueApp(ECHO);
  const host = await app.start({ queues: FAST });
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);

  await service.getQueueClient(`work-${lastQueue}`).sendMessage('{not base64}');
  await host.idle();

  expect(listLogged(host)).toEqual([]);
  expect(host.logs.map(({ message }) => message).join('\n')).toContain(`to "work-${lastQueue}-poison"`);
});
