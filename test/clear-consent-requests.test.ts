import { expect, test } from '@jest/globals';
import { clearConsentRequests } from '../shared/clear-consent-requests.ts';
import {
  LINKS_PARTITION,
  requestKey,
  toRequestRow,
  unfinishedKey,
  type ConsentRequest,
  type RequestStatus,
} from '../shared/domain/consent-request.ts';
import { createMemoryTable } from './helpers/memory-table.ts';
import { tenantNumber } from './helpers/seed.ts';

const LONG_AGO = '2025-09-01T00:00:00.0000000Z';
const LATELY = '2025-12-01T00:00:00.0000000Z';

function aRequest(id: string, status: RequestStatus, expiresAt: string): ConsentRequest {
  return {
    id: id.padStart(64, '0'),
    status,
    style: 'adminconsent',
    tenantId: tenantNumber(1),
    displayName: 'Alpha',
    customer: null,
    labels: [],
    source: 'defender',
    initiator: 'function key',
    createdAt: LONG_AGO,
    expiresAt,
    attempts: 0,
    claimedTenantId: undefined,
    claimedAt: null,
    claimId: null,
  };
}

test('clearConsentRequests() deletes what ended 90 days ago, and nothing that is still being taken up', async () => {
  const table = createMemoryTable();
  const kept = [
    aRequest('1', 'claimed', LONG_AGO),
    aRequest('2', 'done', LATELY),
    aRequest('3', 'open', LATELY),
    aRequest('4', 'done', LONG_AGO),
  ];
  const gone = (['done', 'open', 'withdrawn', 'replaced', 'exhausted'] as const).map((status, index) =>
    aRequest(`a${index}`, status, LONG_AGO),
  );
  for (const request of [...kept, ...gone])
    await table.transact(LINKS_PARTITION, [
      { kind: 'insert', rowKey: requestKey(request.id), properties: toRequestRow(request) },
    ]);
  const unfinished = kept[3]?.id ?? '';
  await table.transact(LINKS_PARTITION, [{ kind: 'insert', rowKey: unfinishedKey(unfinished), properties: { v: 1 } }]);

  expect(await clearConsentRequests(table, () => true)).toBe(0);
  expect(await clearConsentRequests(table, () => false)).toBe(gone.length);

  const left = [...table.rows(LINKS_PARTITION).keys()].filter((rowKey) => rowKey.startsWith('R!'));
  expect(left).toEqual(kept.map(({ id }) => requestKey(id)));
});
