import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TableClient } from '@azure/data-tables';
import ts from 'typescript';
import { readChangeQuery } from '../../shared/domain/queries/change-query.ts';
import { readIncidentDetailQuery } from '../../shared/domain/queries/incident-detail-query.ts';
import { readIncidentQuery } from '../../shared/domain/queries/incident-query.ts';
import { readSearchQuery } from '../../shared/domain/queries/search-query.ts';
import { readTenantQuery } from '../../shared/domain/queries/tenant-query.ts';
import { encodeId, invertTicks, openKey, tenantListKey } from '../../shared/domain/rows/row-keys.ts';
import { ROW_KINDS } from '../../shared/domain/tenants/erasure.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { OPERATIONS, operationAt } from '../helpers/api/api-contract.ts';
import { anIncident, seedIncidents, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { startTestStorage, type TestStorage, type TestTable } from '../helpers/tables/storage.ts';

const RECIPES = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'analysts.md'), 'utf8');
const TENANT = tenantNumber(1);
const NOW = ticksOf('2026-11-24T12:00:00Z');

/** How each call that a recipe makes reads its parameters. */
const READERS: Record<string, (query: URLSearchParams) => unknown> = {
  queryIncidents: (query) => readIncidentQuery(query),
  searchIncidents: (query) => readSearchQuery(query),
  listChanges: (query) => readChangeQuery(query, NOW),
  listTenants: (query) => readTenantQuery(query),
  getIncident: (query) => readIncidentDetailQuery(TENANT, '28282', query),
};

describe('the recipes for analysts', () => {
  const calls = [...RECIPES.matchAll(/"\$API\/([^"]+)"/g)].map(([, path = '']) =>
    path.replace('$TENANT', TENANT).replace('$SHA256', 'b2'.repeat(32)).replace('$SINCE', '2026-11-24T06:00:00Z'),
  );

  test('make at least seven calls', () => {
    expect(calls.length).toBeGreaterThanOrEqual(7);
  });

  test.each(calls.filter((path) => path !== 'openapi.json'))('GET /%s is understood', (path) => {
    const { operationId } = operationAt('GET', path);
    const query = new URLSearchParams(path.split('?')[1] ?? '');
    expect(READERS[operationId]?.(query)).toBeDefined();
  });

  test('have a program that is TypeScript and calls what there is', () => {
    const program = /```ts\n([^]*?)```/.exec(RECIPES)?.[1] ?? '';
    const { diagnostics } = ts.transpileModule(program, { reportDiagnostics: true });
    expect(diagnostics).toEqual([]);
    const [, path = ''] = /api\.GET\('([^']+)'/.exec(program) ?? [];
    const operation = OPERATIONS.find(({ method, route }) => method === 'GET' && `/${route}` === path);
    const names = operation?.parameters.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['open', 'severity', 'cursor']));
  });
});

describe('the key format in the recipes', () => {
  const [ordinary, inverted] = [28_282n, ticksOf('2026-01-01T00:00:00Z')];

  test('lists every kind of row and no other', () => {
    const kinds = [...RECIPES.matchAll(/^\| `([A-Z])!/gm)].map(([, kind]) => kind);
    expect(kinds.sort()).toEqual(['S', ...Object.keys(ROW_KINDS)].sort());
  });

  test('inverts ids and times as it says', () => {
    const [, id = '', key = ''] = /: (\d+) is `(n\d{19})`/.exec(RECIPES) ?? [];
    const [, from = ''] = /`n` and (\d{19}) minus it/.exec(RECIPES) ?? [];
    expect([encodeId(id), BigInt(id)]).toEqual([key, ordinary]);
    expect(`n${(BigInt(from) - ordinary).toString().padStart(19, '0')}`).toBe(key);
    const [, end = ''] = /inverted is (\d{19}) minus them/.exec(RECIPES) ?? [];
    expect((BigInt(end) - inverted).toString()).toBe(invertTicks(inverted));
  });

  test('finds the partition as it says', () => {
    expect(shardOf(TENANT)).toBe(createHash('sha256').update(TENANT).digest('hex').charAt(0));
  });
});

describe('the filters in the recipes, asked of the table itself', () => {
  let storage: TestStorage;
  let incidents: TestTable;
  beforeAll(async () => {
    storage = await startTestStorage();
    incidents = await storage.createTable();
    for (const number of [1, 2])
      await seedIncidents(incidents.table, tenantNumber(number), [
        anIncident('1', '2026-01-01T00:00:00Z'),
        anIncident('2', '2026-01-02T00:00:00Z', { status: 'resolved' }),
      ]);
  });
  afterAll(() => storage.stop());

  async function keysOf(filter: string): Promise<string[]> {
    const client = TableClient.fromConnectionString(storage.connectionString, incidents.name, {
      allowInsecureConnection: true,
    });
    const keys: string[] = [];
    for await (const row of client.listEntities({ queryOptions: { filter } })) keys.push(String(row.rowKey));
    return keys.sort();
  }

  const open = (number: number): string => openKey(tenantNumber(number), '1', ticksOf('2026-01-01T00:00:00Z'));

  test('all open incidents', async () => {
    const filter = /```text\n(RowKey ge 'O![^\n]+)\n```/.exec(RECIPES)?.[1] ?? '';
    expect(await keysOf(filter)).toEqual([open(1), open(2)].sort());
  });

  test('everything of one tenant', async () => {
    const template = /`(PartitionKey eq '7' and RowKey ge 'U![^`]+)`/.exec(RECIPES)?.[1] ?? '';
    const filter = template.replace("'7'", `'${shardOf(TENANT)}'`).replaceAll('{tenantId}', TENANT);
    expect(await keysOf(filter)).toEqual(
      ['1', '2'].map((id) => tenantListKey(TENANT, id, ticksOf(`2026-01-0${id}T00:00:00Z`))).sort(),
    );
  });
});
