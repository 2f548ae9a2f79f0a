import { describe, expect, test } from '@jest/globals';
import { NO_FILTER } from '../../../functions/board/model/incident-filter.ts';
import { readLook, writeLook } from '../../../functions/board/model/list-look.ts';
import { selectIncidents } from '../../../functions/board/model/select-incidents.ts';
import { DEFAULT_SLA, dueMs, readSla } from '../../../functions/board/model/sla.ts';
import { LISTED_INCIDENT } from '../../../shared/domain/openapi/schemas/examples.ts';

const CREATED = '2026-11-24T08:00:00.0000000Z';
const HOUR_MS = 3_600_000;
const SLA = { high: 1, medium: 8, low: 100 };
const hoursTo = (severity: string, createdTime: string | null = CREATED): number | undefined => {
  const due = dueMs({ severity, createdTime }, SLA);
  return due === undefined ? undefined : (due - Date.parse(CREATED)) / HOUR_MS;
};

describe('dueMs()', () => {
  test('is the creation and the hours of the severity; what has no limit or no creation is never due', () => {
    expect(['high', 'medium', 'low', 'informational', 'unknown'].map((word) => hoursTo(word))).toEqual([
      1,
      8,
      100,
      undefined,
      undefined,
    ]);
    expect(hoursTo('high', null)).toBeUndefined();
  });
});

describe('the hours', () => {
  test('are part of the look and of its address, where they differ from those at first', () => {
    const look = readLook(new URLSearchParams('sla=1,8,100'));
    expect(look?.sla).toEqual(SLA);
    expect(look && writeLook(look)['sla']).toBe('1,8,100');
    expect(readLook(new URLSearchParams(''))).toBeUndefined();
  });

  test.each(['', 'x', '0,24,72', '4.5,24,72', '4', '-1', '4,24,99999'])('in %j are those at first', (text) => {
    expect(readSla(text)).toEqual(DEFAULT_SLA);
  });
});

test('selectIncidents() has what is due first, and what has no limit last', () => {
  const incidents = [
    ['a', 'informational', '2026-11-01T08:00:00.0000000Z'],
    ['b', 'low', CREATED],
    ['c', 'high', '2026-11-24T12:00:00.0000000Z'],
    ['d', 'medium', CREATED],
  ].map(([incidentId = '', severity = '', createdTime = '']) => ({
    ...LISTED_INCIDENT,
    incidentId,
    severity,
    createdTime,
  }));
  const due = selectIncidents(incidents, { ...NO_FILTER, sort: 'sla', isDescending: false }, new Map(), SLA);
  expect(due.map(({ incidentId }) => incidentId)).toEqual(['c', 'd', 'b', 'a']);
});
