import { beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../shared/adapters/machine/system-clock.ts';
import { readIncidentQuery } from '../../shared/domain/queries/incident-query.ts';
import { AppError } from '../../shared/errors.ts';
import { createCoverageReader } from '../../shared/querying/coverage-reader.ts';
import { exportIncidents, type IncidentExport } from '../../shared/querying/export-incidents.ts';
import { createTenantNames } from '../../shared/querying/tenant-names.ts';
import { anIncident, seedIncidents, seedRecord, tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable } from '../helpers/tables/memory-table.ts';
import { minute } from '../helpers/worlds/incident-world.ts';

const [ALPHA, BETA] = [tenantNumber(1), tenantNumber(2)];
const INTERVALS = { intervalSeconds: 300, quietIntervalMinutes: 5 };
const HOSTILE = ['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', '\t=1', 'a "quoted", text', 'ü'];

const [incidents, tenants] = [createMemoryTable(), createMemoryTable()];
beforeAll(async () => {
  await seedRecord(tenants, ALPHA, { displayName: 'Alpha, Ltd', customer: '=cmd' });
  const hostile = HOSTILE.map((name, number) => anIncident(String(number), minute(100 - number), { name }));
  await seedIncidents(incidents, ALPHA, hostile);
  const tagged = Array.from({ length: 30 }, (_, number) =>
    anIncident(String(number + 50), minute(number), { tags: ['a', 'b'] }),
  );
  await seedIncidents(incidents, BETA, tagged);
});

async function startExport(query: string, table = incidents): Promise<IncidentExport> {
  const names = createTenantNames(tenants, systemClock);
  const coverage = createCoverageReader(incidents, names, INTERVALS, systemClock);
  return exportIncidents({ incidents: table, names, coverage }, readIncidentQuery(new URLSearchParams(query)));
}

async function readParts({ parts }: IncidentExport): Promise<string[]> {
  const texts: string[] = [];
  for await (const part of parts) texts.push(Buffer.from(part).toString('utf8'));
  return texts;
}

describe('exportIncidents()', () => {
  test('writes a BOM, the tenant name first, lists joined, CRLF, and quotes where needed', async () => {
    const [text = '', ...more] = await readParts(await startExport('format=csv&pageSize=10'));
    const lines = text.split('\r\n');

    expect(more).toEqual([]);
    expect(text.startsWith('\ufefftenantName,customer,tenantId,incidentId,name,severity,')).toBe(true);
    expect(lines).toHaveLength(12);
    expect(lines.at(-1)).toBe('');
    expect(lines[6]).toContain(`"Alpha, Ltd",'=cmd,${ALPHA},5,"a ""quoted"", text",medium,active,`);
    expect(lines[8]).toContain(`,${BETA},79,Incident 79,`);
    expect(lines[8]).toContain(',a; b,');
  });

  test('answers a misspelt customer before any part of a file', async () => {
    await expect(startExport('format=csv&all=true&customer=cmd')).rejects.toMatchObject({
      code: 'unknown-customer',
      message: expect.stringContaining('"=cmd"'),
    });
  });

  test('guards every cell that a spreadsheet would run', async () => {
    const text = (await readParts(await startExport(`format=csv&tenantId=${ALPHA}`))).join('');
    for (const name of HOSTILE.slice(0, 5)) expect(text).toContain(`'${name.slice(0, 2)}`);
    expect(text).not.toMatch(/(^|,|\n)"?[=+\-@\t]/);
  });

  test('with all=true every page follows, the header once; what is blind is in the headers', async () => {
    const whole = await startExport('format=csv&all=true&pageSize=7');
    const parts = await readParts(whole);

    expect(parts.length).toBeGreaterThan(4);
    expect(parts.join('').match(/tenantName/g)).toHaveLength(1);
    expect(parts.join('').trimEnd().split('\r\n')).toHaveLength(1 + 37);
    expect(whole.headers).toMatchObject({ 'x-complete-through': 'never' });
    expect(whole.headers['x-blind-tenants']).toMatch(/^2: [0-9a-f-]{36} stale, [0-9a-f-]{36} stale$/);
  });

  test('writes times as spreadsheets know them when asked, and names the file for its time and its filters', async () => {
    const exact = await startExport('format=csv&open=true&severity=medium');
    const sheet = await startExport('format=csv&open=true&severity=medium&times=seconds');

    expect((await readParts(exact)).join('')).toMatch(/,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z,/);
    const text = (await readParts(sheet)).join('');
    expect(text).toMatch(/,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,/);
    expect(text).not.toMatch(/\.\d{7}Z/);
    expect(sheet.headers['content-disposition']).toMatch(
      /^attachment; filename="incidents-\d{8}T\d{4}Z-open-medium\.csv"$/,
    );
  });

  test('one page says where it goes on', async () => {
    const { headers } = await startExport('format=csv&pageSize=30');
    const rest = await readParts(await startExport(`format=csv&cursor=${headers['x-cursor'] ?? ''}`));
    expect(rest.join('').trimEnd().split('\r\n')).toHaveLength(1 + 7);
  });

  test('breaks off when a later page fails, and fails at once when the first does', async () => {
    let lists = 0;
    const breaking = (after: number) => ({
      ...incidents,
      list: async (...args: Parameters<typeof incidents.list>) => {
        if ((lists += 1) > after) throw new AppError('storage-unclear', 'Cannot list');
        return incidents.list(...args);
      },
    });

    const broken = await startExport('format=csv&all=true&pageSize=7', breaking(30));
    await expect(readParts(broken)).rejects.toMatchObject({ code: 'storage-unclear' });
    await expect(startExport('format=csv&all=true', breaking(0))).rejects.toMatchObject({ code: 'storage-unclear' });
  });
});

describe('readIncidentQuery()', () => {
  const format = (query: string, accept: string | null): string =>
    readIncidentQuery(new URLSearchParams(query), accept).format;

  test('takes the format from the parameter, else from what is accepted', () => {
    expect(format('', null)).toBe('json');
    expect(format('', 'text/csv, */*;q=0.1')).toBe('csv');
    expect(format('format=JSON', 'text/csv')).toBe('json');
  });

  test.each([
    ['all=true', /"all".*format=csv/],
    ['times=seconds', /"times".*format=csv/],
    ['format=csv&times=days', /"times".*exact, seconds.*"days"/],
    ['format=xml', /"format".*json, csv.*"xml"/],
    ['format=csv&all=yes', /"all".*true or false.*"yes"/],
  ])('%s is refused', (query, message) => {
    expect(() => format(query, null)).toThrow(message);
  });
});
