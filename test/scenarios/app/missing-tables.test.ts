import { TableServiceClient } from '@azure/data-tables';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ForkedHost } from '../../../local/host/fork-host.ts';
import { toSliceMessage } from '../../../shared/domain/collection/slice.ts';
import type { Health } from '../../../shared/domain/views/health.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { IncidentList } from '../../../shared/querying/query-incidents.ts';
import { fetchApi } from '../../helpers/api/fetch-api.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { startRemoteStorage, type RemoteStorage } from '../../helpers/tables/remote-storage.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { startHostCloud, type HostCloud } from '../worlds/host-cloud.ts';

const tenantId = tenantNumber(1);

let cloud: HostCloud;
let remote: RemoteStorage;

beforeAll(async () => {
  cloud = await startHostCloud({ withoutTables: true });
  remote = await startRemoteStorage(cloud.settings['IncidentStorage'] ?? '');
  cloud.control.addTenant({ tenantId, domain: 'tenant1.example' });
  seedIncidents(cloud.worldOf(tenantId), 20, spreadOver(cloud.worldOf(tenantId), 20, 20));
});

afterEach(() => cloud.killHosts());

afterAll(async () => {
  remote.stop();
  await cloud.stop();
});

async function listTables(): Promise<string[]> {
  const connectionString = cloud.settings['IncidentStorage'] ?? '';
  const service = TableServiceClient.fromConnectionString(connectionString, { allowInsecureConnection: true });
  const names: string[] = [];
  for await (const { name } of service.listTables()) if (name !== undefined) names.push(name);
  return names.sort();
}

describe('a storage account that nobody has prepared', () => {
  let host: ForkedHost;
  beforeAll(async () => {
    host = await cloud.startHost({ settings: { IncidentStorage: remote.connectionString, ...remote.env } });
  });

  test('every answer, the timer and the worker name the missing table and who makes it, and make none', async () => {
    const answers = [
      await fetchApi(host, 'GET', 'tenants'),
      await fetchApi(host, 'PUT', `tenants/${tenantId}`, { displayName: 'Contoso' }),
      await fetchApi(host, 'GET', 'health'),
      await fetchApi(host, 'GET', 'incidents'),
    ];
    for (const { status, json } of answers)
      expect([status, json]).toMatchObject([
        500,
        {
          code: 'storage-not-prepared',
          detail: expect.stringMatching(/table "(Incidents|Tenants|Audit)".*data\.table\.storage\.example/),
          action: expect.stringContaining('infra/main.bicep'),
        },
      ]);

    await host.runTimerNow('dispatchCollection').catch(() => undefined);
    await host.enqueue('collectTenants', toSliceMessage({ tick: 1n, tenantIds: [tenantId] })).catch(() => undefined);
    await host.idle();

    for (const name of ['dispatchCollection', 'collectTenants']) {
      const lines = host.logs.filter(({ functionName }) => functionName === name).map(({ message }) => message);
      expect([name, lines.join('\n')]).toEqual([name, expect.stringMatching(/table \\?"(Incidents|ConsentRequests)/)]);
    }
    expect(await listTables()).toEqual([]);
  });
});

test('in an emulator on the same machine the app makes what it needs: register, tick, list', async () => {
  const host = await cloud.startHost();

  expect((await fetchApi<TenantView>(host, 'PUT', `tenants/${tenantId}`, { displayName: 'Contoso' })).status).toBe(201);
  await host.runTimerNow('dispatchCollection');
  await host.idle();

  const { json } = await fetchApi<IncidentList>(host, 'GET', 'incidents?pageSize=100');
  expect(json.incidents).toHaveLength(20);
  expect((await fetchApi<Health>(host, 'GET', 'health')).json.status).toBe('ok');
  expect(await listTables()).toEqual(expect.arrayContaining(['Audit', 'ConsentRequests', 'Incidents', 'Tenants']));
});

test('a command whose queue nobody has made is answered with the queue and who makes it, and makes none', async () => {
  const queue = new QueueClient(cloud.settings['IncidentStorage'] ?? '', 'tenant-commands');
  await queue.deleteIfExists();
  const settings = { APP_ROLE: 'portal', IncidentStorage: remote.connectionString, ...remote.env };
  const host = await cloud.startHost({ settings });

  const { status, json } = await fetchApi(host, 'POST', `tenants/${tenantId}/collect`);

  expect([status, json]).toMatchObject([
    500,
    {
      code: 'storage-not-prepared',
      detail: expect.stringMatching(/queue "tenant-commands".*data\.queue\.storage\.example/),
      action: expect.stringContaining('infra/main.bicep'),
    },
  ]);
  expect(await queue.exists()).toBe(false);
});
