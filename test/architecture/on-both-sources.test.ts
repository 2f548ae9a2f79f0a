import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PLAYED, type Played } from '../scenarios/on-both-sources.ts';

const TEST = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(TEST, `${name}.test.ts`), 'utf8');
const ON_GRAPH = /\/on-graph\//;

/** Without `.test.ts`. */
const files = globSync('{conformance,hostile,scenarios}/**/*.test.ts', { cwd: TEST })
  .map((path) => path.replaceAll('\\', '/').replace(/\.test\.ts$/, ''))
  .sort();

/** `scenarios/reading/time` → `scenarios/on-graph/reading/time`. */
const twinOf = (name: string): string => name.replace('/', '/on-graph/');

/** The text of a twin: the source is set before the scenarios are imported. */
function textOfTwin(name: string): string {
  const up = '../'.repeat(twinOf(name).split('/').length - 2);
  const toCloud = name.startsWith('scenarios/') ? up : `${up}../scenarios/`;
  const [, ...path] = name.split('/');
  return `import '${toCloud}cloud/default-to-graph.ts';\nimport '${up}${path.join('/')}.test.ts';\n`;
}

const named = (isSo: (played: Played) => boolean): string[] =>
  Object.entries(PLAYED).flatMap(([name, played]) => (isSo(played) ? [name] : []));

describe('the list of what is played on both sources', () => {
  test('has every file of scenarios, of the hostile corpus and of the conformance kit', () => {
    const scenarios = files.filter((name) => !ON_GRAPH.test(name));

    expect(Object.keys(PLAYED)).toEqual(scenarios);
  });

  test('is what is played on Graph once more, from the same files', () => {
    const twins = named((played) => played === 'both' || played === 'shared');

    expect(files.filter((name) => ON_GRAPH.test(name))).toEqual(twins.map(twinOf).sort());
    for (const name of twins) expect(read(twinOf(name))).toBe(textOfTwin(name));
  });

  test('says of which files only a part is', () => {
    const thinned = Object.keys(PLAYED).filter((name) => read(name).includes('sharedCases('));

    expect(thinned).toEqual(named((played) => played === 'shared'));
  });

  test.each(named((played) => played === 'itself'))('%s names both sources', (name) => {
    expect(read(name)).toMatch(/'defender'[^]*'graph'|'graph'[^]*'defender'/);
  });

  test('says in one word why anything is played on one source', () => {
    const words = Object.values(PLAYED).flatMap((played) => (typeof played === 'string' ? [] : [played.because]));

    expect(words.length).toBeGreaterThan(0);
    expect(words.filter((word) => !/^\w+$/.test(word))).toEqual([]);
  });
});
