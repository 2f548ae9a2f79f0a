import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Alert, Entity } from '../../shared/domain/incidents/incident.ts';
import { toSearchCsv } from '../../shared/domain/views/found-csv.ts';
import { anAlert, anIncident, seedIncidents, seedRecord, seedState, tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';
import { createSearchWorld, idsOf, type SearchWorld } from './search-world.ts';

const [ALPHA, BETA, GAMMA] = [tenantNumber(1), tenantNumber(2), tenantNumber(3)];
const SHA256 = 'b2'.repeat(32);
const day = (number: number): string => `2026-01-${String(number).padStart(2, '0')}T00:00:00Z`;

const entity = (type: string, fields: object, verdict = 'malicious'): Entity => ({ ...fields, type, verdict });

function alertWith(...entities: Entity[]): Alert[] {
  return [{ ...anAlert('1', 'a-1'), title: 'Suspicious sign-in', entities }];
}

let incidents: MemoryTable;
let tenants: MemoryTable;
let world: SearchWorld;
beforeEach(() => {
  incidents = createMemoryTable();
  tenants = createMemoryTable();
  world = createSearchWorld(incidents, tenants);
});

describe('searchIncidents()', () => {
  test('finds a value at every customer that has it, open and closed, newest first, and says why', async () => {
    await seedRecord(tenants, BETA, { displayName: 'Beta', customer: 'Beta GmbH' });
    const hash = alertWith(entity('file', { sha256: SHA256, fileName: 'a.exe' }));
    await seedIncidents(incidents, ALPHA, [anIncident('7', day(1))], hash);
    await seedIncidents(incidents, BETA, [anIncident('8', day(3), { status: 'resolved', name: 'Old one' })], hash);
    await seedIncidents(incidents, GAMMA, [anIncident('9', day(2))], hash);
    await seedIncidents(
      incidents,
      GAMMA,
      [anIncident('10', day(4))],
      alertWith(entity('file', { sha256: 'c3'.repeat(32) })),
    );

    const answer = await world.search(`q=${SHA256.toUpperCase()}`);

    expect(idsOf(answer)).toEqual(['2/8', '3/9', '1/7']);
    expect(answer.incidents[0]).toMatchObject({
      tenantName: 'Beta',
      customer: 'Beta GmbH',
      name: 'Old one',
      status: 'resolved',
      createdTime: '2026-01-03T00:00:00.0000000Z',
      matches: [{ kind: 'file-sha256', value: SHA256, alertId: 'a-1', verdict: 'malicious', exact: true }],
    });
    expect(answer.searched).toMatchObject({
      value: SHA256,
      kinds: ['file-sha256'],
      since: null,
      incidents: 4,
      notIndexedCount: 0,
    });
    expect(answer.cursor).toBeNull();
  });

  test('finds nothing by evidence that a later version does not have', async () => {
    await seedIncidents(
      incidents,
      ALPHA,
      [anIncident('7', day(1))],
      alertWith(entity('ip', { ipAddress: '203.0.113.4' })),
    );
    await seedIncidents(
      incidents,
      ALPHA,
      [anIncident('7', day(2))],
      alertWith(entity('ip', { ipAddress: '203.0.113.5' })),
    );

    expect(idsOf(await world.search('q=203.0.113.4'))).toEqual([]);
    expect(idsOf(await world.search('q=203[.]0[.]113[.]5'))).toEqual(['1/7']);
  });

  test('finds the beginnings of names, the name itself first', async () => {
    const on = (name: string): Alert[] => alertWith(entity('host', { deviceDnsName: name }));
    await seedIncidents(incidents, ALPHA, [anIncident('7', day(5))], on('ws-14.contoso.com'));
    await seedIncidents(incidents, BETA, [anIncident('8', day(1))], on('ws-14'));
    await seedIncidents(incidents, BETA, [anIncident('9', day(1))], on('ws-2'));

    const answer = await world.search('q=WS-14');

    expect(idsOf(answer)).toEqual(['2/8', '1/7']);
    expect(answer.incidents.map(({ matches }) => matches.map(({ exact }) => exact))).toEqual([[true], [false]]);
  });

  test('never takes a look-alike for the real one', async () => {
    await seedIncidents(
      incidents,
      ALPHA,
      [anIncident('7', day(1))],
      alertWith(entity('url', { url: 'https://p\u0430ypal.com/' })),
    );

    expect(idsOf(await world.search('q=paypal.com'))).toEqual([]);
    expect(idsOf(await world.search(`q=${encodeURIComponent('p\u0430ypal.com')}`))).toEqual(['1/7']);
  });

  test('finds words of titles, all of them, and says that it looked nowhere else', async () => {
    await seedIncidents(incidents, ALPHA, [anIncident('7', day(1), { name: 'Ransomware activity' })], alertWith());
    await seedIncidents(incidents, BETA, [anIncident('8', day(1), { name: 'Ransomware precursor' })]);

    const answer = await world.search('q=activ%20ransomware');

    expect(idsOf(answer)).toEqual(['1/7']);
    expect(answer.searched.kinds).toEqual(['alert-title']);
    expect(idsOf(await world.search('q=suspicious%20sign'))).toEqual(['1/7']);
  });

  test('finds an incident by its number, and by a link into the portal in its tenant only', async () => {
    await seedIncidents(incidents, ALPHA, [anIncident('4711', day(1))]);
    await seedIncidents(incidents, BETA, [anIncident('4711', day(2))]);

    expect(idsOf(await world.search('q=%234711'))).toEqual(['2/4711', '1/4711']);
    const link = encodeURIComponent(`https://security.microsoft.com/incidents/4711?tid=${ALPHA}`);
    expect(idsOf(await world.search(`q=${link}`))).toEqual(['1/4711']);
  });

  test('speaks of the tenants asked for', async () => {
    await seedRecord(tenants, ALPHA, { customer: 'Alpha AG', labels: ['vip'] });
    const mail = alertWith(entity('mailMessage', { sender: 'billing@evil.example' }));
    await seedIncidents(incidents, ALPHA, [anIncident('7', day(1))], mail);
    await seedIncidents(incidents, BETA, [anIncident('8', day(2))], mail);

    for (const scope of [`tenantId=${ALPHA}`, 'customer=alpha%20ag', 'label=vip']) {
      const answer = await world.search(`q=evil.example&${scope}`);
      expect(idsOf(answer)).toEqual(['1/7']);
      expect(answer.searched.incidents).toBe(1);
    }
    await expect(world.search('q=evil.example&customer=gamma')).rejects.toMatchObject({ code: 'unknown-customer' });
  });

  test('leaves out what was last seen before, and keeps what was added since to an older incident', async () => {
    const seen = (at: string): Alert[] =>
      alertWith(entity('ip', { ipAddress: '203.0.113.4' })).map((alert) => ({ ...alert, lastActivity: at }));
    await seedIncidents(incidents, ALPHA, [anIncident('7', day(1))], seen(day(9)));
    await seedIncidents(incidents, BETA, [anIncident('8', day(2))], seen(day(2)));

    expect(idsOf(await world.search(`q=203.0.113.4&since=${day(5)}`))).toEqual(['1/7']);
  });

  test('names the customers that are blind or not indexed, and how much cannot be found', async () => {
    await seedState(incidents, ALPHA, { status: 'active', index: undefined, storedIncidents: 5, leftOutIncidents: 2 });
    await seedRecord(tenants, ALPHA, { displayName: 'Alpha' });

    const { coverage, searched } = await world.search('q=203.0.113.4');

    expect(coverage.blind).toMatchObject([{ tenantId: ALPHA, tenantName: 'Alpha' }]);
    expect(searched).toMatchObject({
      incidents: 5,
      leftOutIncidents: 2,
      indexedThrough: null,
      notIndexedCount: 1,
      notIndexed: [{ tenantId: ALPHA, tenantName: 'Alpha' }],
    });
  });

  test('goes through incidents with a wide index a few a page, each once, with what they show now', async () => {
    const wide = Array.from({ length: 120 }, (_, at) => entity('ip', { ipAddress: `10.0.0.${at}` }));
    for (let id = 1; id <= 11; id += 1)
      await seedIncidents(
        incidents,
        ALPHA,
        [anIncident(String(id), day(id), { status: 'resolved' })],
        alertWith(...wide),
      );
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null; pages += 1) {
      expect(pages).toBeLessThan(4);
      world.requests();
      const answer = await world.search(`q=10.0.0.7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(world.requests()).toBeLessThanOrEqual(20);
      expect(new Set(answer.incidents.map(({ status }) => status))).toEqual(new Set(['resolved']));
      seen.push(...idsOf(answer));
      ({ cursor } = answer);
    }
    expect(seen).toEqual(Array.from({ length: 11 }, (_, at) => `1/${11 - at}`));
  });

  test('a cursor belongs to its question', async () => {
    for (const id of ['1', '2'])
      await seedIncidents(
        incidents,
        ALPHA,
        [anIncident(id, day(1))],
        alertWith(entity('ip', { ipAddress: '203.0.113.4' })),
      );
    const { cursor } = await world.search('q=203.0.113.4&pageSize=1');

    await expect(async () => world.search(`q=203.0.113.5&cursor=${cursor}`)).rejects.toMatchObject({
      code: 'bad-cursor',
    });
  });

  test.each([
    ['q=', 'may not be empty'],
    ['', '"q" as it has to be given'],
    [`q=${'a'.repeat(2_001)}`, 'at most 2000 characters'],
    [`q=${'a'.repeat(63)}`, '63 hexadecimal digits'],
    ['q=203.0.113.256', 'IPv4'],
    ['q=a.example&kind=hash', 'must be one of'],
  ])('refuses %s', async (query, reason) => {
    await expect(async () => world.search(query)).rejects.toThrow(
      expect.objectContaining({ code: 'bad-parameter', message: expect.stringContaining(reason) }),
    );
  });
});

describe('searchBatch()', () => {
  test('has one answer a value, in their order', async () => {
    await seedIncidents(
      incidents,
      ALPHA,
      [anIncident('7', day(1))],
      alertWith(entity('ip', { ipAddress: '203.0.113.4' })),
    );

    const { answers } = await world.batch({ values: ['evil.example', '203.0.113.4'] });

    expect(answers.map(({ value, incidents: found }) => [value, found.length])).toEqual([
      ['evil.example', 0],
      ['203.0.113.4', 1],
    ]);
  });

  test.each([
    [{ values: Array.from({ length: 101 }, () => 'evil.example') }, 'a list of 1 to 100 texts: current value is 101'],
    [{ values: ['evil.example', ''] }, 'values[1]'],
    [{ values: ['203.0.113.256'] }, '203.0.113.256'],
    [{}, 'values'],
  ])('refuses a list that it cannot ask for', async (body, reason) => {
    await expect(async () => world.batch(body)).rejects.toThrow(
      expect.objectContaining({ message: expect.stringContaining(reason) }),
    );
  });
});

describe('exportBatch()', () => {
  test('has a row for a value that nobody has, and says who was not searched', async () => {
    await seedState(incidents, BETA, { status: 'active', index: undefined, leftOutIncidents: 2 });
    const evidence = alertWith(entity('ip', { ipAddress: '203.0.113.4' }));
    await seedIncidents(incidents, ALPHA, [anIncident('7', day(1))], evidence);

    const { headers, body } = await world.batchCsv({ values: ['evil.example', '203.0.113.4'], format: 'csv' });

    const [header, ...rows] = body.trim().split('\r\n');
    expect(header).toContain('sought,searchedKinds,incidents,isCut,tenantName');
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/^evil\.example,domain .*,0,false,,/);
    expect(rows[1]).toMatch(/^203\.0\.113\.4,ip,1,false,.*,7,/);
    expect(headers).toMatchObject({
      'x-blind-tenants': expect.stringContaining(BETA),
      'x-not-indexed-tenants': '1',
      'x-left-out-incidents': '2',
      'x-indexed-through': 'never',
    });
  });
});

describe('toSearchCsv()', () => {
  test('has a row a match, and nothing that a spreadsheet would run', async () => {
    await seedIncidents(
      incidents,
      ALPHA,
      [anIncident('7', day(1), { name: '=cmd()' })],
      alertWith(entity('mailMessage', { sender: 'kim@evil.example', recipient: 'kim@evil.example' })),
    );
    const { incidents: found } = await world.search('q=kim@evil.example');

    const [header, ...rows] = toSearchCsv(found).trim().split('\r\n');

    expect(header).toContain('tenantName,customer,tenantId,incidentId,name');
    expect(rows).toHaveLength(2);
    expect(rows.every((row) => row.includes("'=cmd()"))).toBe(true);
  });
});
