import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readDefenderPage } from '../../shared/domain/defender/read-defender-page.ts';
import { readGraphPage } from '../../shared/domain/graph/read-graph-page.ts';
import type { Entity } from '../../shared/domain/incidents/incident.ts';
import type { ListedPage, MappingContext } from '../../shared/domain/sources/read-incident-page.ts';
import { readTenantId } from '../../shared/domain/values/tenant-id.ts';
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

interface GraphNames {
  evidence: Record<string, string[]>;
  words: Record<string, string[]>;
}

const NAMES = JSON.parse(readFileSync(new URL('../fixtures/graph-names.json', import.meta.url), 'utf8')) as GraphNames;

test("every type of evidence in Graph's metadata is in a pair", () => {
  const shown = CASES.map((name) => read(`${name}.graph.json`)).join('\n');
  const types = Object.keys(NAMES.evidence);

  expect(types).toHaveLength(48);
  expect(types.filter((type) => !shown.includes(`"#microsoft.graph.security.${type}Evidence"`))).toEqual([]);
});

describe("the words of Graph's metadata", () => {
  const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const fieldsOf = {
    incidentStatus: { incident: 'status' },
    alertStatus: { alert: 'status' },
    alertSeverity: { incident: 'severity', alert: 'severity' },
    alertClassification: { incident: 'classification', alert: 'classification' },
    alertDetermination: { incident: 'determination', alert: 'determination' },
    serviceSource: { alert: 'serviceSource' },
    detectionSource: { alert: 'detectionSource' },
  } as const satisfies Record<string, { incident?: string; alert?: string }>;

  test.each(Object.entries(fieldsOf))(
    'of %s are kept, and mean the same with a capital in the other source',
    (name, fields) => {
      const words = NAMES.words[name] ?? [];
      expect(words.length).toBeGreaterThan(2);
      for (const word of words)
        for (const [place, field] of Object.entries(fields)) {
          const own = place === 'incident' ? { [field]: word } : { alerts: [{ id: 'a', [field]: word }] };
          const other = { alerts: [{ alertId: 'a', ...(place === 'alert' && { [field]: capitalised(word) }) }] };
          const [graph] = readGraphPage(
            JSON.stringify({ value: [{ id: '1', alerts: [{ id: 'a' }], ...own }] }),
            context,
          ).incidents;
          const [defender] = readDefenderPage(
            JSON.stringify({
              value: [{ incidentId: 1, ...other, ...(place === 'incident' && { [field]: capitalised(word) }) }],
            }),
            context,
          ).incidents;
          const shown = place === 'incident' ? graph?.incident : graph?.alerts[0];
          expect(shown).toHaveProperty(field, word);
          expect(place === 'incident' ? defender?.incident : defender?.alerts[0]).toHaveProperty(field, word);
        }
    },
  );
});
