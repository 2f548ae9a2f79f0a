import { expect, test } from '@jest/globals';
import type { Query } from '../../../functions/board/data/api.ts';
import { loadChanges } from '../../../functions/board/handover/load-changes.ts';
import { COVERAGE_EXAMPLE } from '../../../shared/domain/openapi/schemas/common-schemas.ts';
import type { ChangeList, FirstRead } from '../../../shared/domain/views/change-list.ts';

const SINCE = '2026-11-24T06:00:00.0000000Z';
const read = (tenantId: string, incidents: number): FirstRead => ({ tenantId, tenantName: null, incidents });

test('loadChanges() lets the API fold first reads, and adds up what each page has passed over', async () => {
  const asked: Query[] = [];
  const page = (firstReads: FirstRead[], cursor: string | null): ChangeList => ({
    changes: [],
    firstReads,
    cursor,
    through: SINCE,
    coverage: COVERAGE_EXAMPLE,
  });
  const pages = [page([read('a', 9_000), read('b', 7_000)], 'next'), page([read('a', 1_000)], null)];
  const changes = (query: Query): Promise<ChangeList> => {
    asked.push(query);
    return Promise.resolve(pages[asked.length - 1] ?? page([], null));
  };

  const { firstReads } = await loadChanges({ changes }, SINCE);

  expect(firstReads).toEqual([read('a', 10_000), read('b', 7_000)]);
  expect(asked).toEqual([
    { since: SINCE, foldFirstReads: 'true', pageSize: '500' },
    { since: SINCE, foldFirstReads: 'true', pageSize: '500', cursor: 'next' },
  ]);
});
