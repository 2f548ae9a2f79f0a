import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AlertInput, EntityInput } from '../../../local/simulator/state/wire-incident.ts';
import { createLeaveCampaigns } from '../../../shared/campaigns/leave-campaigns.ts';
import { OBSERVABLE_KINDS, type ObservableKind } from '../../../shared/domain/observables/observable.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { MAX_TICKS } from '../../../shared/domain/values/ticks.ts';
import { expireIncidents } from '../../../shared/removal/expire-incidents.ts';
import { purgeTenant } from '../../../shared/removal/purge-tenant.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { createDyingProcess, Death } from '../../helpers/tables/dying-table.ts';
import { createCollector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';
import { createCustomers, type SeveralCustomers } from '../worlds/several-customers.ts';

const MINUTE_MS = 60_000;

let clouds: Record<'memory' | 'azurite', ScenarioCloud>;
beforeAll(async () => {
  clouds = { memory: await startScenarioCloud('memory'), azurite: await startScenarioCloud('azurite') };
});
afterAll(() => Promise.all([clouds.memory.stop(), clouds.azurite.stop()]));

type Kind = Exclude<ObservableKind, 'incident'>;
const KINDS = OBSERVABLE_KINDS.filter((kind): kind is Kind => kind !== 'incident');

const digest = (algorithm: string, set: number): string => createHash(algorithm).update(`file ${set}`).digest('hex');
const guid = (set: number, end: number): string => `0000000${set}-0000-4000-8000-00000000000${end}`;

/** One value of each kind. */
const valuesOf = (set: number): Record<Kind, string> => ({
  'file-sha256': digest('sha256', set),
  'file-sha1': digest('sha1', set),
  'file-md5': digest('md5', set),
  'file-name': `invoice-${set}.exe`,
  ip: `8.8.${set}.4`,
  url: `evil-${set}.test/pay`,
  domain: `evil-${set}.test`,
  'email-sender': `billing@evil-${set}.test`,
  'email-recipient': `kim-${set}@victim.test`,
  'email-subject': `pay me ${set}`,
  'network-message-id': guid(set, 1),
  mailbox: `box-${set}@victim.test`,
  user: `lee-${set}@victim.test`,
  device: `ws-${set}.victim.test`,
  process: `tool-${set}.exe`,
  'registry-key': `hkcu\\software\\run-${set}`,
  'oauth-app': guid(set, 2),
  'cloud-resource': `/subscriptions/${set}/vm`,
  'alert-title': `signal${set}x`,
});

/** An alert that holds one value of each kind. */
function alertOf(set: number): AlertInput {
  const value = valuesOf(set);
  const entities = [
    { entityType: 'File', sha256: value['file-sha256'], sha1: value['file-sha1'], md5: value['file-md5'] },
    { entityType: 'File', fileName: value['file-name'] },
    { entityType: 'Ip', ipAddress: value.ip },
    { entityType: 'Url', url: `https://${value.url}` },
    {
      entityType: 'MailMessage',
      sender: value['email-sender'],
      recipient: value['email-recipient'],
      subject: value['email-subject'],
      networkMessageId: value['network-message-id'],
    },
    { entityType: 'MailBox', mailboxAddress: value.mailbox },
    { entityType: 'User', userPrincipalName: value.user },
    { entityType: 'Process', fileName: value.process },
    { entityType: 'Registry', registryHive: 'HKEY_CURRENT_USER', registryKey: `SOFTWARE\\run-${set}` },
    { entityType: 'OAuthApplication', appId: value['oauth-app'] },
    { entityType: 'AzureResource', resourceId: value['cloud-resource'] },
  ].map((entity): EntityInput => ({ ...entity, verdict: 'Malicious' }));
  return { alertId: `da${set}`, title: `Signal${set}x fired`, entities, devices: [{ deviceDnsName: value.device }] };
}

const isInMemory = ({ world }: SeveralCustomers): boolean => world.cloud.connectionString === '';

/**
 * By kind, who has it; kinds of which the same holds stand together. A search is many requests: of an emulator one kind is asked,
 * another one each time, and the others of a copy of its rows.
 */
async function whoHas(customers: SeveralCustomers, set: number): Promise<Record<string, Kind[]>> {
  const searchCopy = isInMemory(customers) ? customers.search : await customers.copyForSearch();
  const found: Record<string, Kind[]> = {};
  for (const kind of KINDS) {
    const search = kind === KINDS[turn % KINDS.length] ? customers.search : searchCopy;
    const ids = await search(`kind=${kind}&q=${encodeURIComponent(valuesOf(set)[kind])}`);
    (found[ids.join(' ')] ??= []).push(kind);
  }
  turn += 1;
  return found;
}

let turn = 0;

const every = (...ids: string[]): Record<string, readonly Kind[]> => ({ [ids.join(' ')]: KINDS });

test.each(['memory', 'azurite'] as const)(
  'Each kind of value is found at every customer that has it and nowhere else, whichever source tells of its incident, and whatever becomes of it: tables in %s',
  async (storage) => {
    const customers = await createCustomers(clouds[storage], 3, ['defender', 'graph', 'graph']);
    const { world, collector, tenantIds, search, campaigns } = customers;
    const { control, time } = world;
    const [a = world.tenantId, b = a, c = a] = tenantIds;
    const senders = async (): Promise<string[]> =>
      (await campaigns('kind=email-sender')).campaigns.map(({ value, tenants }) => `${value} ${tenants.length}`);

    for (const tenantId of [a, b]) control.addIncident(tenantId, { incidentId: '1', alerts: [alertOf(1)] });
    control.addIncident(c, { incidentId: '1', alerts: [alertOf(2)] });
    await collector.pollUntilComplete();
    expect(await whoHas(customers, 1)).toEqual(every('0/1', '1/1'));
    expect(await whoHas(customers, 2)).toEqual(every('2/1'));
    expect(await search('kind=incident&q=1')).toEqual(['0/1', '1/1', '2/1']);
    expect(await senders()).toEqual(['billing@evil-1.test 2']);

    // An update that says something else.
    control.updateIncident(a, '1', { alerts: [alertOf(3)] });
    await collector.poll();
    expect(await whoHas(customers, 1)).toEqual(every('1/1'));
    expect(await whoHas(customers, 3)).toEqual(every('0/1'));
    expect(await senders()).toEqual([]);

    // Evidence that is removed.
    control.updateIncident(b, '1', { alerts: [{}] });
    await collector.poll();
    expect(await whoHas(customers, 1)).toEqual(every(''));

    // A merge: the alerts are those of the other incident.
    control.addIncident(a, { incidentId: '2', alerts: [alertOf(4)] });
    await collector.poll();
    control.redirectIncident(a, '1', '2');
    await collector.poll();
    expect(await whoHas(customers, 3)).toEqual(every('0/2'));
    expect(await whoHas(customers, 4)).toEqual(every('0/2'));

    // An alert that moves, and that another customer has too.
    control.updateIncident(c, '1', { alerts: [{}] });
    control.addIncident(c, { incidentId: '3', alerts: [alertOf(2)] });
    control.addIncident(b, { incidentId: '9', alerts: [alertOf(2)] });
    await collector.poll();
    expect(await whoHas(customers, 2)).toEqual(every('1/9', '2/3'));
    expect(await senders()).toEqual(['billing@evil-2.test 2']);

    // Retention.
    const table = world.incidents.table;
    const log = (): void => {};
    const expiry = { table, clock: time, log, isOutOfTime: () => false, leaveCampaigns: createLeaveCampaigns(table) };
    expect(await expireIncidents(expiry, c, MAX_TICKS)).toEqual({ gone: 2, left: undefined });
    expect(await whoHas(customers, 2)).toEqual(every('1/9'));
    expect(await senders()).toEqual([]);

    // A purge.
    await table.transact(shardOf(a), [{ kind: 'merge', rowKey: stateKey(a), properties: { status: 'purging' } }]);
    const { tenants, audit, requests } = world;
    const parts = { incidents: table, tenants: tenants.table, consentRequests: requests.table };
    const limits = { budgetMs: 420_000, endMs: 540_000, tokens: undefined };
    await purgeTenant({ ...parts, audit: createAuditLog(audit.table), clock: time, log, ...limits }, a);
    for (const set of [1, 3, 4]) expect(await whoHas(customers, set)).toEqual(every(''));
    expect(await search('kind=incident&q=2')).toEqual([]);
    expect(await whoHas(customers, 2)).toEqual(every('1/9'));
  },
  5 * MINUTE_MS,
);

test.each(['defender', 'graph'] as const)(
  'Wherever the worker of an update dies, an incident of %s is found by all that it says and by nothing that it said',
  async (source) => {
    let deaths = 0;
    for (let at = 0; ; at += 1) {
      const customers = await createCustomers(clouds.memory, 1, [source]);
      const { world, collector } = customers;
      world.control.addIncident(world.tenantId, { incidentId: '1', alerts: [alertOf(1)] });
      await collector.pollUntilComplete();
      world.control.updateIncident(world.tenantId, '1', { alerts: [alertOf(2)] });
      const dying = createDyingProcess(at, at % 2 === 0 ? 'before' : 'after');
      const isDead = await createCollector(world, { wrapTable: dying.open })
        .poll()
        .then(
          () => dying.calls() > at,
          (error: unknown) => {
            if (error instanceof Death) return true;
            throw error;
          },
        );
      const [before, after] = [await whoHas(customers, 1), await whoHas(customers, 2)];
      expect([before, after]).toEqual('0/1' in before ? [every('0/1'), every('')] : [every(''), every('0/1')]);

      world.time.advance(15 * MINUTE_MS);
      await collector.pollUntilComplete();
      expect([await whoHas(customers, 1), await whoHas(customers, 2)]).toEqual([every(''), every('0/1')]);
      if (!isDead) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(3);
  },
  MINUTE_MS,
);
