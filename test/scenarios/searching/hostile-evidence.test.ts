import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EntityInput } from '../../../local/simulator/state/wire-incident.ts';
import { kindRange } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { createSearchWorld } from '../../searching/search-world.ts';
import { createCollector } from '../cloud/collector.ts';
import { startScenarioCloud, type ScenarioCloud } from '../cloud/scenario-cloud.ts';

let cloud: ScenarioCloud;
beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
});
afterAll(() => cloud.stop());

const SHA256 = 'b2'.repeat(32);
const MIB = 1_048_576;
/** 300 values, 24 words of titles, the number. */
const MOST_INDEX_ROWS = 325;

interface Stored {
  /** Whether the incident is found by a query. */
  isFound(query: string): Promise<boolean>;
  /** What an answer says that it cannot tell. */
  leftOutIncidents(): Promise<number>;
  indexRows: number;
}

/** One incident whose evidence is hostile, as the collector reads it from the source. */
async function store(source: 'defender' | 'graph', entities: EntityInput[]): Promise<Stored> {
  const world = await cloud.createWorld(source);
  const [{ table }, { tenantId }] = [world.incidents, world];
  world.control.addIncident(tenantId, { incidentId: '7', alerts: [{ alertId: 'da1', title: 'Signal', entities }] });
  await createCollector(world).pollUntilComplete();
  const { search } = createSearchWorld(table);
  return {
    isFound: async (query) => (await search(`q=${encodeURIComponent(query)}`)).incidents.length > 0,
    leftOutIncidents: async () => (await search('q=%237')).searched.leftOutIncidents,
    indexRows: (await listAllRows(table, shardOf(tenantId), kindRange('E'))).length,
  };
}

const bad = { verdict: 'Malicious' };

describe.each(['defender', 'graph'] as const)('Hostile evidence from %s', (source) => {
  test('A command line of 1 MiB is not indexed, and hides nothing beside it', async () => {
    const processCommandLine = `powershell -enc ${'QUJD'.repeat(MIB / 4)}`;
    const stored = await store(source, [
      { entityType: 'Process', fileName: 'powershell.exe', processCommandLine, sha256: SHA256, ...bad },
    ]);

    expect(await stored.isFound(SHA256)).toBe(true);
    expect(await stored.isFound('process:powershell.exe')).toBe(true);
    expect(await stored.isFound('powershell -enc')).toBe(false);
    expect(stored.indexRows).toBeLessThan(10);
    expect(await stored.leftOutIncidents()).toBe(0);
  });

  test('Of 6,000 pieces of evidence the malicious one is found, and the rest is counted', async () => {
    const noise = Array.from({ length: 5_999 }, (_, at): EntityInput => ({
      entityType: 'Ip',
      ipAddress: `8.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
      verdict: 'Suspicious',
    }));
    const stored = await store(source, [{ entityType: 'File', fileName: 'a.exe', sha256: SHA256, ...bad }, ...noise]);

    expect(await stored.isFound(SHA256)).toBe(true);
    expect(stored.indexRows).toBeGreaterThan(300);
    expect(stored.indexRows).toBeLessThanOrEqual(MOST_INDEX_ROWS);
    expect(await stored.leftOutIncidents()).toBe(1);
  });

  test('A link longer than any query is left out, and the answer counts its incident', async () => {
    const stored = await store(source, [
      { entityType: 'Url', url: `https://evil.test/${'a'.repeat(100_000)}`, ...bad },
      { entityType: 'Ip', ipAddress: '8.8.4.4', ...bad },
    ]);

    expect(await stored.isFound('8.8.4.4')).toBe(true);
    expect(await stored.isFound('https://evil.test/')).toBe(false);
    expect(await stored.leftOutIncidents()).toBe(1);
  });

  test.each([
    ['a NUL', 'inv\u0000oice.exe', 'invoice.exe'],
    ['a turned direction of writing', 'invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['the sign for Kelvin', '\u212aernel.exe', 'kernel.exe'],
    ['a Cyrillic letter', 'p\u0430yload.exe', 'payload.exe'],
    ['a character without width', 'cmd\u200bx.exe', 'cmdx.exe'],
  ])(
    'The name of a file with %s is found by itself and not by the one that it looks like',
    async (_name, fileName, real) => {
      const stored = await store(source, [{ entityType: 'File', fileName, ...bad }]);

      expect(await stored.isFound(`file-name:${fileName}`)).toBe(true);
      expect(await stored.isFound(`file-name:${real}`)).toBe(false);
    },
  );

  test('A domain with other letters is found by itself, by the name that name servers know, and not by the real one', async () => {
    const stored = await store(source, [{ entityType: 'Url', url: 'https://p\u0430ypal.test/login', ...bad }]);

    expect(await stored.isFound('p\u0430ypal.test')).toBe(true);
    expect(await stored.isFound('xn--pypal-4ve.test')).toBe(true);
    expect(await stored.isFound('paypal.test')).toBe(false);
  });
});
