import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { generateAccountSas, AzureNamedKeyCredential, TableClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { explainFailure } from '../../local/azure-check/explain-failure.ts';
import {
  listChecks,
  PORTAL_SENDS_TO,
  PORTAL_WRITES,
  TABLES,
  WORK_QUEUES,
} from '../../local/azure-check/list-checks.ts';
import { readCheckedPlaces } from '../../local/azure-check/read-places.ts';
import { runChecks } from '../../local/azure-check/run-checks.ts';
import { startAzurite } from '../../local/services/azurite.ts';
import { createTables } from '../../local/start/demo/create-tables.ts';
import { AppError } from '../../shared/errors.ts';
import { startStorageProxy } from '../helpers/tables/storage-proxy.ts';
import { SECRET } from '../scenarios/cloud/scenario-cloud.ts';
import { startHostCloud } from '../scenarios/worlds/host-cloud.ts';

const QUEUES = WORK_QUEUES.flatMap((name) => [name, `${name}-poison`]);
const OPTIONS = { allowInsecureConnection: true };

let azurite: Awaited<ReturnType<typeof startAzurite>>;
let connectionString: string;
beforeAll(async () => {
  azurite = await startAzurite();
  ({ connectionString } = azurite);
  await createTables(connectionString);
  const service = QueueServiceClient.fromConnectionString(connectionString);
  await Promise.all(QUEUES.map((name) => service.createQueue(name)));
});
afterAll(() => azurite.stop());

interface Outcome {
  failed: number;
  lines: string[];
}

async function check(settings: NodeJS.ProcessEnv, as = 'all'): Promise<Outcome> {
  const lines: string[] = [];
  const places = readCheckedPlaces({ as, 'us-government': false }, settings);
  const failed = await runChecks(listChecks(places), (line) => lines.push(line));
  return { failed, lines };
}

/** Rows of all tables, and messages of all queues, hidden ones too; not the one that a portal cannot take away. */
async function countTraces(): Promise<number> {
  let count = 0;
  for (const name of TABLES)
    for await (const page of TableClient.fromConnectionString(connectionString, name, OPTIONS).listEntities().byPage())
      count += page.length;
  const service = QueueServiceClient.fromConnectionString(connectionString);
  for (const name of QUEUES)
    count += (await service.getQueueClient(name).getProperties()).approximateMessagesCount ?? 0;
  return count;
}

describe('npm run azure:check', () => {
  const run = promisify(execFile);
  const start = (args: string[], env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> =>
    run(process.execPath, ['local/run.mjs', 'local/azure-check.ts', ...args], { env: { PATH: '', ...env } }).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      (error: unknown) => {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
        return { code, output: stdout + stderr };
      },
    );

  test('tries transactions, conditions and messages on each table and queue, and leaves nothing behind', async () => {
    const { code, output } = await start([], { IncidentStorage: connectionString });
    expect(output.match(/^ok {6}table/gm)).toHaveLength(TABLES.length * 4);
    expect(output.match(/^ok {6}queue/gm)).toHaveLength(QUEUES.length * 4);
    expect(output).toContain('ends with 412 and writes nothing');
    expect([code, output.trim().split('\n').at(-1)]).toEqual([0, 'Everything that the app needs works']);
    expect(await countTraces()).toBe(0);
  });

  test('reads the secret of the vault as the app does, and does not show it', async () => {
    const cloud = await startHostCloud();
    const { output } = await start([], cloud.settings);
    await cloud.stop();
    expect(output).toMatch(/^ok {6}vault [\w.]+: partner-app-secret is read$/m);
    expect(output).not.toContain(SECRET);
  });

  test.each([
    [['--help'], {}, 0, /npm run azure:check -- --account NAME/],
    [[], {}, 2, /give --account/],
    [['--account', 'No!'], {}, 2, /lower-case letters/],
    [['--as', 'owner'], {}, 2, /all, collector, portal/],
    [['--nonsense'], {}, 2, /Unknown option/],
  ])('with %j ends with what to do', async (args, env, code, text) => {
    const ended = await start(args, env);
    expect([ended.code, ended.output]).toEqual([code, expect.stringMatching(text)]);
  });
});

describe('runChecks()', () => {
  test('tries the rights of a portal, whose message ends by itself: reads two tables, writes three, sends to one queue', async () => {
    const { failed, lines } = await check({ IncidentStorage: connectionString }, 'portal');
    expect([failed, lines.filter((line) => line.includes('rows can be read')).length]).toEqual([0, 2]);
    expect(lines.filter((line) => line.includes('a transaction writes two rows'))).toHaveLength(3);
    expect(lines.filter((line) => line.includes('queue'))).toEqual([
      'ok      queue tenant-commands: a message is sent, which ends by itself unseen',
    ]);
    await QueueServiceClient.fromConnectionString(connectionString).getQueueClient('tenant-commands').clearMessages();
  });

  test('names role and scope where nothing may be written, and writes nothing', async () => {
    const [, key = ''] = /AccountKey=([^;]+)/.exec(connectionString) ?? [];
    const sas = generateAccountSas(new AzureNamedKeyCredential('devstoreaccount1', key), {
      permissions: { query: true },
      expiresOn: new Date(Date.now() + 3_600_000),
    });
    const before = await countTraces();
    const proxy = await startStorageProxy(connectionString);
    // Azurite lets a signature for reading write by transactions.
    proxy.onRequest = () => 403;
    const endpoints = proxy.connectionString.split(';').filter((part) => /Endpoint=/.test(part));
    const readOnly = [...endpoints, `SharedAccessSignature=${sas}`].join(';');
    const { failed, lines } = await check({ IncidentStorage: readOnly });
    proxy.stop();
    expect([failed, lines.length]).toEqual(Array(2).fill(TABLES.length + QUEUES.length));
    expect(lines[0]).toMatch(
      /^FAILED {2}table Incidents: a transaction writes two rows: .*403; this identity needs "Storage Table Data Contributor" on the table Incidents/,
    );
    expect(lines.at(-1)).toMatch(
      /403.*; this identity needs "Storage Queue Data Contributor" on the queue clean-up-poison/,
    );
    expect(await countTraces()).toBe(before);
  });

  test.each([403, 415])(
    'names the account as the scope where single rows may be written and transactions end with %i',
    async (status) => {
      const proxy = await startStorageProxy(connectionString);
      proxy.onRequest = (url) => (url.pathname.endsWith('/$batch') ? status : undefined);
      const before = await countTraces();
      const { failed, lines } = await check({ IncidentStorage: proxy.connectionString });
      proxy.stop();
      expect(failed).toBe(TABLES.length);
      expect(lines[0]).toMatch(
        /while a single row can be written: .*"Storage Table Data Contributor" on the whole data account/,
      );
      expect(await countTraces()).toBe(before);
    },
  );

  test('says that a table is missing', async () => {
    await TableClient.fromConnectionString(connectionString, 'Audit', OPTIONS).deleteTable();
    const { failed, lines } = await check({ IncidentStorage: connectionString });
    await TableClient.fromConnectionString(connectionString, 'Audit', OPTIONS).createTable();
    expect([failed, lines.find((line) => line.startsWith('FAILED'))]).toEqual([
      1,
      expect.stringMatching(/table Audit: a transaction writes two rows: .*; see that the table Audit .* exists/),
    ]);
  });
});

describe('explainFailure()', () => {
  test('names the vault and what must be in it', () => {
    const cure = { role: 'Key Vault Secrets User', scope: 'the vault, and partner-app-secret must be in it' };
    const error = Object.assign(new Error('Caller is not authorized\nRequestId: 1'), {
      statusCode: 403,
      code: 'Forbidden',
    });
    expect(explainFailure(error, cure, false)).toBe(
      '403 Forbidden: Caller is not authorized; this identity needs "Key Vault Secrets User" on the vault, and partner-app-secret must be in it; a new assignment takes up to ten minutes',
    );
    expect(explainFailure(new AppError('storage-refused', 'Cannot', { status: 404 }), cure, false)).toMatch(
      /^Cannot; see that/,
    );
  });
});

describe('listChecks()', () => {
  test('has the tables and queues of the infrastructure', () => {
    const names = readFileSync(new URL('../../infra/names.bicep', import.meta.url), 'utf8');
    const listOf = (name: string): string[] => {
      const [, body = ''] = new RegExp(`var ${name} = \\[([^\\]]*)\\]`).exec(names) ?? [];
      return Array.from(body.matchAll(/'([^']+)'/g), ([, value = '']) => value);
    };
    expect([TABLES, PORTAL_WRITES, WORK_QUEUES, PORTAL_SENDS_TO]).toEqual(
      ['tables', 'portalWrites', 'workQueues', 'portalSendsTo'].map(listOf),
    );
  });

  test('and docs/deploy.md gives the rights on all of them for it', () => {
    const deploy = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
    const loopOf = (name: string): string[] =>
      new RegExp(`for ${name} in ([^;]+);`).exec(deploy)?.[1]?.split(' ') ?? [];
    expect([loopOf('TABLE'), loopOf('QUEUE')]).toEqual([[...TABLES], [...WORK_QUEUES]]);
  });
});
