import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ALERT_FIELDS, INCIDENT_FIELDS } from '../../shared/domain/graph/field-names.ts';
import { GRAPH_NAMES } from './graph-names.ts';
import { ALERT_ONLY_IN_GRAPH, INCIDENT_ONLY_IN_GRAPH } from './only-in-graph.ts';
import { renderTables } from './render-tables.ts';

const FILE = new URL('../../docs/sources.md', import.meta.url);

/** The cells of the table below a heading. */
function readTable(text: string, heading: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|') && !/^[|\s-]+$/.test(line));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

// After a change of the mapping: UPDATE_GOLDEN=1 npm test -- test/sources, then npm run format, and read the difference.
test.each(Object.entries(renderTables()))(
  'docs/sources.md has the table of the mapping below "%s"',
  (heading, rows) => {
    const text = readFileSync(FILE, 'utf8');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(FILE, withTable(text, heading, rows));

    expect(readTable(readFileSync(FILE, 'utf8'), heading)).toEqual(rows);
  },
);

function withTable(text: string, heading: string, [head = [], ...rows]: readonly (readonly string[])[]): string {
  const [before = '', rest = ''] = text.split(`\n## ${heading}\n`);
  const [section = '', ...after] = rest.split('\n## ');
  const words = section
    .split('\n')
    .filter((line) => !line.startsWith('|'))
    .join('\n')
    .trim();
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const tail = after.length === 0 ? '' : `\n## ${after.join('\n## ')}`;
  return `${before}\n## ${heading}\n\n${words}\n\n${lines}\n${tail}`;
}

/** Fields of Graph that the row takes under the same name as the Defender API has. */
const SAME_NAMES = {
  incident: ['assignedTo', 'classification', 'comments', 'determination', 'redirectIncidentId', 'severity', 'status'],
  // Those that are in no row stand in both sources' JSON.
  alert:
    'actorDisplayName assignedTo category classification description detectionSource detectorId determination evidence incidentId investigationState mitreTechniques providerAlertId serviceSource severity status threatFamilyName title'.split(
      ' ',
    ),
} as const;

test.each([
  ['incident', INCIDENT_FIELDS, INCIDENT_ONLY_IN_GRAPH],
  ['alert', ALERT_FIELDS, ALERT_ONLY_IN_GRAPH],
] as const)("every field of Graph's %s is named as renamed, shared or Graph's own", (place, renamed, own) => {
  expect([...Object.keys(renamed), ...SAME_NAMES[place], ...own].sort()).toEqual(GRAPH_NAMES[place].toSorted());
});
