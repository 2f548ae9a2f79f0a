import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { listFastTests } from '../fast-tests.ts';

test('listFastTests() has what is pure or in memory, and nothing that starts a process, also through another file', () => {
  const paths = listFastTests(join(import.meta.dirname, '..', '..'));
  expect(paths).toEqual(
    expect.arrayContaining([
      'test/domain/rows/row-keys.test.ts',
      'test/storing/store-incidents.test.ts',
      'test/architecture/rooms.test.ts',
    ]),
  );
  const slow = [
    'test/storing/audit.test.ts',
    'test/board/board.test.ts',
    'test/scenarios/reading/instants.test.ts',
    'test/scenarios/on-graph/reading/instants.test.ts',
    'test/simulation/simulation.test.ts',
  ];
  expect(paths.filter((path) => slow.includes(path))).toEqual([]);
});
