import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../shared/errors/error-table.ts';
import { AppError } from '../../shared/errors.ts';
import type { MeteredReader } from '../../shared/sources/metered-reader.ts';
import { readIncident } from '../../shared/reading/read-incident.ts';

function unused(): never {
  throw new Error('Not asked for in these tests');
}

/** A reader whose reads by id and probes fail with these codes, one after the other. */
function readerOf(codes: readonly ErrorCode[], hasAnswered: boolean): MeteredReader {
  const left = [...codes];
  const fail = async (): Promise<never> => {
    throw new AppError(left.shift() ?? 'internal-error', 'Cannot');
  };
  return {
    maxTop: 100,
    statuses: [],
    list: unused,
    follow: unused,
    get: fail,
    probe: fail,
    alertsApart: unused,
    callsMade: () => 0,
    callsThrottled: () => 0,
    hasAnswered: () => hasAnswered,
    serviceTime: () => 0n,
  };
}

describe('readIncident()', () => {
  test('calls one unreadable whose read has hung so long that no time is left to ask again', async () => {
    await expect(readIncident(readerOf(['source-unavailable', 'budget-spent'], true), '7')).rejects.toMatchObject({
      code: 'incident-unreadable',
    });
  });

  test('says nothing of an incident while the service has not answered at all', async () => {
    await expect(readIncident(readerOf(['source-unavailable', 'budget-spent'], false), '7')).rejects.toMatchObject({
      code: 'budget-spent',
    });
  });

  test('says nothing of an incident when the service is down', async () => {
    await expect(readIncident(readerOf(['source-unavailable', 'source-unavailable'], true), '7')).rejects.toMatchObject(
      { code: 'source-unavailable' },
    );
  });
});
