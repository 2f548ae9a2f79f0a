import { afterEach, expect, test } from '@jest/globals';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { createApp, listLogged, type AppFixture } from './host-fixture.ts';

let app: AppFixture | undefined;

afterEach(async () => {
  await app?.remove();
});

const HELLO = `
import { app } from '@azure/functions';
app.http('hello', { methods: ['GET'], handler: () => ({ body: 'hello' }) });
`;

async function failStart(source: string, options = {}): Promise<string> {
  app = await createApp({ 'app.js': source });
  return app.start(options).then(
    () => 'started',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );
}

test('startHost() rejects with the error of an appStart hook', async () => {
  const message = await failStart(`${HELLO} app.hook.appStart(() => { throw new Error('PUBLIC_URL is missing'); });`);

  expect(message).toBe('PUBLIC_URL is missing');
});

test('startHost() rejects when a file of functions throws', async () => {
  expect(await failStart(`${HELLO} throw new Error('broken');`)).toMatch(
    /^Cannot load functions from .*app\.js: broken$/,
  );
});

test('startHost() rejects when no function was registered', async () => {
  expect(await failStart('export {};')).toBe('Cannot start as no function was registered by functions/*.{js,ts}');
});

test('startHost() rejects when a pattern matches nothing', async () => {
  expect(await failStart(HELLO, { functions: ['other/*.js'] })).toMatch(/"other\/\*\.js" matches no file/);
});

test.each([
  [`schedule: '%MISSING%'`, /the setting MISSING has no value/],
  [`schedule: '*/5 * * * *'`, /must have six fields/],
  [`schedule: '0 0 25 * * *'`, /Cannot read the schedule/],
  [`schedule: '0 0 0 * * *', runOnStartup: true`, /runOnStartup/],
])('startHost() rejects a timer with %s', async (schedule, reason) => {
  expect(
    await failStart(`import { app } from '@azure/functions'; app.timer('tick', { ${schedule}, handler: () => {} });`),
  ).toMatch(reason);
});

test('startHost() rejects a queue trigger whose connection is not set', async () => {
  const message = await failStart(`import { app } from '@azure/functions';
    app.storageQueue('work', { queueName: 'work', connection: 'NoStorage', handler: () => {} });`);

  expect(message).toMatch(/^Cannot open queues as the setting NoStorage has no value/);
});

test('startHost() rejects soon, and says what to do, when the storage is not running', async () => {
  const storage = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:1/a;';
  const message = await failStart(
    `import { app } from '@azure/functions';
     app.storageQueue('work', { queueName: 'work', connection: 'Storage', handler: () => {} });`,
    { env: { Storage: storage } },
  );

  expect(message).toMatch(/^Cannot open the queue "work" of Storage: .*start the storage or correct the setting$/);
});

test('startHost() leaves out a function that its setting disables', async () => {
  app = await createApp({ 'app.js': `${HELLO} app.http('other', { handler: () => ({}) });` });

  const host = await app.start({ env: { 'AzureWebJobs.other.Disabled': 'true' } });

  expect(host.functions.map(({ name }) => name)).toEqual(['hello']);
});

test('a rejection that nobody awaits ends the process, as it ends the worker in Azure', async () => {
  app = await createApp({
    'app.js': `${HELLO} app.http('floats', { handler: () => { Promise.reject(new Error('floating')); return {}; } });`,
  });
  const host = await app.start();

  await fetch(`${host.url}/api/floats`).catch(() => undefined);

  expect((await host.exited).code).toBe(1);
  expect(host.output()).toContain('floating');
});

test('startHost() rejects two names that differ only by case', async () => {
  expect(await failStart(`${HELLO} app.http('HELLO', { route: 'x', handler: () => ({}) });`)).toMatch(
    /by more than case/,
  );
});

test('startHost() rejects two functions that answer the same requests', async () => {
  expect(
    await failStart(`${HELLO} app.http('other', { route: '{a}', handler: () => ({}) });
    app.http('third', { route: '{b}', handler: () => ({}) });`),
  ).toMatch(/both answer the same requests/);
});

test('startHost() rejects with one sentence when its port is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;

  const message = await failStart(HELLO, { port });

  other.close();
  expect(message).toBe(
    `Cannot listen on 127.0.0.1:${port}: the port is in use; stop the other program or choose another port`,
  );
});

test('startHost() runs the hooks of start, invocation and end, around functions in TypeScript', async () => {
  app = await createApp({
    'hello.ts': `
      import { app, type HttpRequest, type InvocationContext } from '@azure/functions';
      app.http('hello', {
        methods: ['GET'],
        handler: (request: HttpRequest, context: InvocationContext) => { context.log('handler'); return { body: 'hello' }; },
      });
      app.hook.appStart(() => { console.log('appStart'); });
      app.hook.preInvocation(({ invocationContext }) => { invocationContext.log('before'); });
      app.hook.postInvocation((call) => { call.invocationContext.log('after'); call.result = { body: 'changed' }; });
      app.hook.log((line) => { line.message = line.message + '!'; });
      app.hook.appTerminate(() => { console.log('appTerminate'); });`,
  });
  const host = await app.start();

  const text = await (await fetch(`${host.url}/api/hello`)).text();
  await host.stop();

  expect(text).toBe('changed');
  expect(listLogged(host, 'hello')).toEqual(['before!', 'handler!', 'after!']);
  expect(host.output()).toBe('appStart\nappTerminate\n');
});

test('startHost() tells what it runs', async () => {
  app = await createApp({ 'app.js': HELLO });
  const host = await app.start();

  expect(host.functions).toEqual([
    { name: 'hello', trigger: 'http', route: 'hello', methods: ['GET'], authLevel: 'anonymous' },
  ]);
  expect(host.functionKey).toBeNull();
});

test('stop() takes no new requests, and later calls reject', async () => {
  app = await createApp({ 'app.js': HELLO });
  const host = await app.start();

  await host.stop();

  await expect(fetch(`${host.url}/api/hello`)).rejects.toThrow();
  await expect(host.idle()).rejects.toThrow('it has ended');
});
