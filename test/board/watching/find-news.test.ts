import { describe, expect, test } from '@jest/globals';
import type { BoardTenant } from '../../../functions/board/data/answers.ts';
import {
  describeNews,
  findNews,
  listReading,
  lookAt,
  type ReadList,
} from '../../../functions/board/model/find-news.ts';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { LISTED_INCIDENT, TENANT } from '../../../shared/domain/openapi/schemas/examples.ts';

const incident = (incidentId: string, fields: Partial<ListedIncident> = {}): ListedIncident => ({
  ...LISTED_INCIDENT,
  severity: 'low',
  lastUpdateTime: `2026-11-24T12:0${incidentId}:00.0000000Z`,
  ...fields,
  incidentId,
});
const read = (items: ListedIncident[], fields: Partial<ReadList> = {}): ReadList => ({
  items,
  isCut: false,
  tenants: [],
  ...fields,
});
const NOBODY = new Set<string>();

describe('findNews()', () => {
  test('finds what was not listed when somebody looked, of any customer, and nothing that only moved', () => {
    const look = lookAt(read([incident('1'), incident('2')]), 0);
    const moved = incident('1', { lastUpdateTime: '2026-11-24T13:00:00.0000000Z' });
    const other = incident('2', { tenantId: '0f8fad5b-d9cb-469f-a165-70867728950e' });

    expect(findNews(look, read([moved, other, incident('3')]), NOBODY)).toEqual([other, incident('3')]);
  });

  test('takes nothing for new that a first read brings', () => {
    const blind = { tenantId: TENANT.tenantId, tenantName: null, since: null, until: null, code: 'first-read' };
    const tenants: BoardTenant[] = [{ ...TENANT, blind: { ...blind, kind: 'reading' } }];
    const reading = listReading(read([], { tenants }));

    expect(findNews(lookAt(read([]), 0), read([incident('1')]), new Set(reading))).toEqual([]);
    expect(findNews(lookAt(read([]), 0), read([incident('1')]), NOBODY)).toHaveLength(1);
  });

  test('takes nothing for new that comes up from below a list that is cut off', () => {
    const look = lookAt(read([incident('5'), incident('4')]), 0);
    const next = [incident('6'), incident('5'), incident('3')];

    expect(findNews(look, read(next, { isCut: true }), NOBODY)).toEqual([incident('6')]);
  });
});

test('describeNews() counts, and names those of high severity', () => {
  expect(describeNews([incident('1')])).toBe('1 new');
  expect(describeNews([incident('1'), incident('2', { severity: 'high' }), incident('3')])).toBe('3 new, 1 High');
});
