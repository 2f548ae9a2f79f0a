import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Entity, User } from '../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../shared/domain/values/tenant-id.ts';
import { anAlert, anIncident, seedIncidents, seedRecord, tenantNumber } from '../helpers/seed.ts';
import { createDyingProcess } from '../helpers/tables/dying-table.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';
import { entity, exportAll, followLater, listAll, seedEvidence, shown } from './campaign-world.ts';

const [ALPHA, BETA, GAMMA] = [tenantNumber(1), tenantNumber(2), tenantNumber(3)];
const AT = '2025-12-20T00:00:00Z';

let incidents: MemoryTable;
let tenants: MemoryTable;
const list = (query = '') => listAll(incidents, tenants, query);
beforeEach(() => {
  incidents = createMemoryTable();
  tenants = createMemoryTable();
});

async function seedAtBoth(id: string, ...entities: Entity[]): Promise<void> {
  for (const tenantId of [ALPHA, BETA]) await seedEvidence(incidents, tenantId, [id, AT], entities);
}

const seedAccount = (tenantId: TenantId, user: Partial<User>): Promise<void> => {
  const nobody = { accountName: null, domainName: null, userPrincipalName: null, aadUserId: null, sid: null };
  return seedIncidents(
    incidents,
    tenantId,
    [anIncident('99', AT, { users: [{ ...nobody, ...user }] })],
    [anAlert('99', 'a-99')],
  );
};

describe('exportCampaigns()', () => {
  test('has a row for each tenant of a campaign, and says how far it can be believed', async () => {
    await seedRecord(tenants, BETA, { displayName: '=cmd()' });
    await seedAtBoth('1', entity('ip', { ipAddress: '8.8.4.4' }), entity('ip', { ipAddress: '10.0.0.1' }));
    await followLater(incidents);

    const { headers, body } = await exportAll(incidents, tenants);

    const [header, ...rows] = body.trim().split('\r\n');
    expect(header).toContain('value,kinds,verdict,customerCount,incidentCount');
    expect(rows.map((row) => row.split(',').slice(0, 5))).toEqual([
      ['8.8.4.4', 'ip', 'malicious', '2', '2'],
      ['8.8.4.4', 'ip', 'malicious', '2', '2'],
    ]);
    expect(rows.filter((row) => row.includes(`'=cmd(),,${BETA},malicious`))).toHaveLength(1);
    expect(headers).toMatchObject({
      'x-through': expect.stringMatching(/^2026-/),
      'x-left-out': 'private-address 1',
      'x-blind-tenants': expect.any(String),
      'x-not-indexed-tenants': '0',
    });
  });
});

describe('listCampaigns()', () => {
  test('says that nobody has looked yet', async () => {
    expect(await list()).toMatchObject({ campaigns: [], through: null, leftOut: [], cursor: null });
  });

  test('leaves out what is noise, says how much of which, and shows it to who asks for all', async () => {
    await seedAtBoth(
      '1',
      entity('ip', { ipAddress: '192.168.7.7' }),
      entity('ip', { ipAddress: '203.0.113.4' }),
      entity('file', { fileName: 'powershell.exe' }, 'suspicious'),
      entity('mailMessage', { p2SenderAddress: 'kim@news.gamma.test' }),
      entity('url', { url: 'https://evil.test/a' }),
    );
    await seedAccount(GAMMA, { userPrincipalName: 'lee@gamma.test', aadUserId: 'a1' });
    await seedAccount(ALPHA, { userPrincipalName: 'mallory@evil.test' });
    await followLater(incidents);

    const answer = await list();

    expect(shown(answer).sort()).toEqual(['evil.test/a: 1 2', 'evil.test: 1 2']);
    expect(answer.leftOut).toEqual([
      { reason: 'private-address', count: 1 },
      { reason: 'documentation-address', count: 1 },
      { reason: 'microsoft-name', count: 1 },
      { reason: 'own-domain', count: 2 },
    ]);
    const all = await list('all=true');
    expect(all.campaigns).toHaveLength(7);
    expect(all.campaigns.find(({ value }) => value === 'kim@news.gamma.test')?.leftOut).toBe('own-domain');
  });

  test('takes what more than half of all customers have for noise, as long as it is many', async () => {
    for (let number = 1; number <= 6; number += 1)
      await seedEvidence(
        incidents,
        tenantNumber(number),
        ['1', AT],
        [
          entity('ip', { ipAddress: '8.8.4.4' }, number < 3 ? 'suspicious' : null),
          ...(number < 4 ? [entity('ip', { ipAddress: '9.9.9.9' })] : []),
        ],
      );
    await followLater(incidents);

    expect(shown(await list())).toEqual(['9.9.9.9: 1 2 3']);
    expect((await list()).leftOut).toEqual([{ reason: 'most-customers', count: 1 }]);
  });

  test('counts two tenants of one customer as one', async () => {
    for (const tenantId of [ALPHA, BETA]) await seedRecord(tenants, tenantId, { customer: 'Contoso' });
    await seedAtBoth('1', entity('ip', { ipAddress: '8.8.4.4' }));
    await followLater(incidents);

    expect(await list()).toMatchObject({ campaigns: [], leftOut: [{ reason: 'one-customer', count: 1 }] });
  });

  test('leaves out a file that Microsoft has signed, as far as the source says it', async () => {
    const [signed, other] = ['b2'.repeat(32), 'c3'.repeat(32)];
    await seedAtBoth(
      '1',
      entity('file', { sha256: signed, fileDetails: { signer: 'Microsoft Windows' } }, 'suspicious'),
      entity('file', { sha256: other, fileDetails: { signer: 'Evil Ltd' } }, 'suspicious'),
    );
    await followLater(incidents);

    const { campaigns } = await list('all=true');

    expect(campaigns.map(({ value, leftOut }) => [value, leftOut]).sort()).toEqual([
      [signed, 'microsoft-signed'],
      [other, null],
    ]);
  });

  test('shows those of a kind, a tenant, a customer, an incident, and since a time', async () => {
    await seedRecord(tenants, GAMMA, { customer: 'Gamma' });
    await seedAtBoth('1', entity('ip', { ipAddress: '8.8.4.4' }));
    for (const tenantId of [BETA, GAMMA])
      await seedEvidence(incidents, tenantId, ['2', '2025-12-30T00:00:00Z'], [entity('url', { url: 'evil.test' })]);
    await followLater(incidents);

    expect(shown(await list())).toEqual(['evil.test: 2 3', '8.8.4.4: 1 2']);
    expect(shown(await list('kind=ip'))).toEqual(['8.8.4.4: 1 2']);
    expect(shown(await list(`tenantId=${ALPHA}`))).toEqual(['8.8.4.4: 1 2']);
    expect(shown(await list('customer=gamma'))).toEqual(['evil.test: 2 3']);
    expect(shown(await list(`tenantId=${BETA}&incidentId=1`))).toEqual(['8.8.4.4: 1 2']);
    expect(shown(await list('since=2025-12-25T00:00:00Z'))).toEqual(['evil.test: 2 3']);
    await expect(list('incidentId=1')).rejects.toThrow('"tenantId"');
    await expect(list('since=yesterday')).rejects.toThrow('"since"');
  });

  test('shows each once, page by page, with at most four requests for them', async () => {
    const values = Array.from({ length: 25 }, (_, at) => `9.9.9.${at}`);
    await seedAtBoth('1', ...values.map((ipAddress) => entity('ip', { ipAddress })));
    await followLater(incidents);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await list(`pageSize=10${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.campaigns.map(({ value }) => value));
      ({ cursor } = page);
    } while (cursor !== null);
    expect(seen.sort()).toEqual(values.sort());

    const counting = createDyingProcess(Number.POSITIVE_INFINITY, 'before');
    await listAll(counting.open(incidents), tenants);
    // Beside them the sixteen reads of the states that the coverage speaks of, and the row of the follower.
    expect(counting.calls()).toBeLessThanOrEqual(16 + 1 + 4);
  });

  test('refuses a cursor of another list', async () => {
    await seedAtBoth('1', entity('ip', { ipAddress: '9.9.9.1' }), entity('ip', { ipAddress: '9.9.9.2' }));
    await followLater(incidents);
    const { cursor } = await list('pageSize=1');

    await expect(list(`pageSize=1&kind=ip&cursor=${cursor}`)).rejects.toThrow('other filters');
  });
});
