import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TableClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAzurite } from '../../local/services/azurite.ts';
import { isPortFree } from '../../local/services/ports.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'azurite-test-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function openTable(connectionString: string): TableClient {
  return TableClient.fromConnectionString(connectionString, 'rows', { allowInsecureConnection: true });
}

function readPort(connectionString: string): number {
  return Number(/TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(connectionString)?.[1]);
}

test('startAzurite() keeps the rows of a folder over a stop, and serves queues', async () => {
  const first = await startAzurite({ folder });
  await openTable(first.connectionString).createTable();
  await openTable(first.connectionString).createEntity({ partitionKey: 'a', rowKey: 'b' });
  await QueueServiceClient.fromConnectionString(first.connectionString).createQueue('work');
  await first.stop();

  const second = await startAzurite({ folder });
  const row = await openTable(second.connectionString).getEntity('a', 'b');
  await second.stop();

  expect(row.rowKey).toBe('b');
});

test('startAzurite() refuses a port and a folder that are in use', async () => {
  const azurite = await startAzurite({ folder });
  const tablePort = readPort(azurite.connectionString);

  await expect(startAzurite({ tablePort })).rejects.toThrow(
    `Cannot start Azurite's table service: port ${tablePort} is in use; stop the other program or choose another port`,
  );
  await expect(startAzurite({ folder })).rejects.toThrow(/process \d+ is using it/);
  await azurite.stop();
});

test('startAzurite() says what to do about a damaged folder', async () => {
  const azurite = await startAzurite({ folder });
  await azurite.stop();
  for (const name of await readdir(folder)) {
    if (name.endsWith('.json')) await writeFile(join(folder, name), '{broken');
  }

  await expect(startAzurite({ folder })).rejects.toThrow(/is damaged, delete it and start again$/);
});

test('startAzurite() ends with its parent, even when that is killed', async () => {
  const file = fileURLToPath(new URL('../../local/services/azurite.ts', import.meta.url));
  const script = join(folder, 'parent.mjs');
  await writeFile(
    script,
    `const { startAzurite } = await import(${JSON.stringify(file)});
     process.send((await startAzurite()).connectionString);`,
  );
  const parent = fork(script, { execArgv: [] });
  const connectionString = await new Promise<string>((resolve) => {
    parent.once('message', (message) => {
      resolve(JSON.stringify(message));
    });
  });
  const port = readPort(connectionString);
  expect(await isPortFree(port)).toBe(false);

  parent.kill('SIGKILL');
  await once(parent, 'exit');

  await expect(waitUntilFree(port)).resolves.toBe(true);
});

async function waitUntilFree(port: number): Promise<boolean> {
  for (let look = 0; look < 100; look += 1) {
    if (await isPortFree(port)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
