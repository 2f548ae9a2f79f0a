import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readDefenderPage } from '../../shared/domain/defender/read-defender-page.ts';
import { EVIDENCE_TYPES } from '../../shared/domain/graph/field-names.ts';
import { readGraphPage } from '../../shared/domain/graph/read-graph-page.ts';
import type { Entity } from '../../shared/domain/incidents/incident.ts';
import type { ListedPage, MappingContext } from '../../shared/domain/sources/read-incident-page.ts';
import { readTenantId } from '../../shared/domain/values/tenant-id.ts';
import { GRAPH_NAMES } from './graph-names.ts';
import { ENTITY_ONLY_IN_GRAPH } from './only-in-graph.ts';

const FIXTURES = new URL('../fixtures/sources/', import.meta.url);
const tenantId = readTenantId('50612dbb-0237-4969-b378-8d42590f9c00');
if (tenantId === undefined) throw new Error('The tenant id of this test is not one');
const context: MappingContext = { tenantId, portalUrl: 'https://security.microsoft.com', updatedFrom: 7n };

const read = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8');
const CASES = readdirSync(FIXTURES).flatMap((file) => /^(.+)\.graph\.json$/.exec(file)?.[1] ?? []);

/** What both sources have to agree on. */
function toRows({ incidents }: ListedPage): unknown {
  return incidents.map(({ incident: { source: _source, ...incident }, alerts }) => ({
    incident,
    alerts: alerts.map((alert) => ({ ...alert, entities: alert.entities.map(withoutGraphsOwn) })),
  }));
}

function withoutGraphsOwn(entity: Entity): object {
  const own = [...(ENTITY_ONLY_IN_GRAPH['*'] ?? []), ...(ENTITY_ONLY_IN_GRAPH[entity.type] ?? [])];
  return Object.fromEntries(Object.entries(entity).filter(([name]) => !own.includes(name)));
}

describe('an incident is one row', () => {
  // After a change of the mapping: UPDATE_GOLDEN=1 npm test -- test/sources, then read the difference.
  test.each(CASES)('whichever source has told it: %s', (name) => {
    const golden = new URL(`${name}.expected.json`, FIXTURES);
    const graph = toRows(readGraphPage(read(`${name}.graph.json`), context));
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, `${JSON.stringify(graph, null, 2)}\n`);
    const expected: unknown = JSON.parse(readFileSync(golden, 'utf8'));

    expect(graph).toEqual(expected);
    expect(toRows(readDefenderPage(read(`${name}.defender.json`), context))).toEqual(expected);
  });

  test('and says which source has told it', () => {
    const sourceOf = ({ incidents }: ListedPage): unknown => incidents[0]?.incident.source;

    expect(sourceOf(readGraphPage(read('redirected.graph.json'), context))).toBe('graph');
    expect(sourceOf(readDefenderPage(read('redirected.defender.json'), context))).toBe('defender');
  });

  test("keeps the source's own JSON, with all that only Graph says", () => {
    const text = read('only-in-graph.graph.json');
    const { value } = JSON.parse(text) as { value: unknown[] };

    const [observed] = readGraphPage(text, context).incidents;

    expect(JSON.parse(observed?.sourceJson ?? '')).toEqual(value[0]);
  });
});

test("every type of evidence in Graph's metadata is in a pair", () => {
  const shown = CASES.map((name) => read(`${name}.graph.json`)).join('\n');
  const types = Object.keys(GRAPH_NAMES.evidence);

  expect(types).toHaveLength(48);
  expect(types.filter((type) => !shown.includes(`"#microsoft.graph.security.${type}Evidence"`))).toEqual([]);
});

test.each(Object.entries(EVIDENCE_TYPES))(
  '%s, which has another name in Defender, is in both files of a pair',
  (type, { entityType }) => {
    const isIn = (name: string): boolean =>
      read(`${name}.graph.json`).includes(`"#microsoft.graph.security.${type}Evidence"`) &&
      new RegExp(`"entityType": ?"${entityType}"`).test(read(`${name}.defender.json`));

    expect(GRAPH_NAMES.evidence).toHaveProperty(type);
    expect(CASES.filter(isIn)).not.toEqual([]);
  },
);
