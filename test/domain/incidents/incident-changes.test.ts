import { describe, expect, test } from '@jest/globals';
import type { Incident } from '../../../shared/domain/incidents/incident.ts';
import { compareIncidents } from '../../../shared/domain/incidents/incident-changes.ts';
import { anIncident } from '../../helpers/seed.ts';

const EARLY = '2026-01-01T00:00:00.0000000Z';
const LATE = '2026-01-01T00:00:01.0000000Z';
const before = anIncident('1', EARLY);
const source = { field: 'source', from: 'defender', to: 'graph' };
/** As the other source tells it: its own link, and its own name for who wrote a comment. */
const retold = (fields: Partial<Incident>): Incident => ({
  ...before,
  source: 'graph',
  url: 'https://security.microsoft.com/incident2/1/overview',
  comments: [{ comment: 'seen', createdBy: 'Kim Lee', createdTime: EARLY }],
  ...fields,
});

describe('compareIncidents() of two sources', () => {
  test('is one change where the time is the same, whatever differs', () => {
    expect(compareIncidents(before, retold({ severity: 'high', categories: ['Impact'] }))).toEqual([source]);
  });

  test('says what has changed too where the time is newer, except what they never tell alike', () => {
    const after = retold({ lastUpdateTime: LATE, status: 'resolved' });

    expect(compareIncidents(before, after)).toEqual([source, { field: 'status', from: before.status, to: 'resolved' }]);
  });
});
