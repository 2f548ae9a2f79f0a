import { describe, expect, test } from '@jest/globals';
import { REQUEST_LIMIT_MS } from '../../shared/domain/reading/request-limit.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { IncidentPage, TenantIncidents } from '../../shared/ports/incident-source.ts';
import { boundReader } from '../../shared/sources/bound-reader.ts';

const DEADLINE_MS = 50_000;
const PAGE: IncidentPage = {
  incidents: [],
  withoutId: [],
  count: 0,
  sourceStatuses: [],
  nextLink: undefined,
  isPartial: false,
  visibleUntil: 0n,
};

let nowMs = 0;
const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: async () => undefined };

/** A reader whose calls take so long and end with these results, one after the other. */
function readerOf(takesMs: number, results: readonly (IncidentPage | AppError)[]): TenantIncidents {
  const left = [...results];
  const list = async (): Promise<IncidentPage> => {
    nowMs += takesMs;
    const result = left.shift() ?? PAGE;
    if (result instanceof AppError) throw result;
    return result;
  };
  return {
    source: 'defender',
    maxTop: 100,
    statuses: [],
    list,
    follow: list,
    get: async () => undefined,
    dropToken: () => undefined,
  };
}

const hang = new AppError('source-unavailable', 'Hangs', { retryAfterMs: 5_000 });
const query = { updatedFrom: 0n, top: 100 };
const listOf = (reader: TenantIncidents): Promise<unknown> => reader.list(query).catch((error: unknown) => error);

describe('boundReader()', () => {
  test('begins no call of any kind that may end after the deadline', async () => {
    nowMs = DEADLINE_MS - REQUEST_LIMIT_MS;
    const reader = boundReader(readerOf(1, []), clock, DEADLINE_MS);

    expect(await listOf(reader)).toBe(PAGE);
    for (const call of [reader.list(query), reader.follow('https://x', 0n), reader.get('1')])
      await expect(call).rejects.toMatchObject({ code: 'budget-spent' });
  });

  test('ends a turn that hangs with its failure, which is not tried again and asks for no further wait', async () => {
    nowMs = 0;
    const reader = boundReader(readerOf(29_000, [hang]), clock, DEADLINE_MS);

    expect(await listOf(reader)).toBe(hang);
    expect(await listOf(reader)).toMatchObject({
      code: 'budget-spent',
      cause: { code: 'source-unavailable', blame: 'microsoft', retriable: false, retryAfterMs: undefined },
    });
    expect(nowMs).toBe(29_000);
  });

  test('takes a failure for over once a call was answered', async () => {
    nowMs = 0;
    const reader = boundReader(readerOf(12_000, [hang, PAGE]), clock, DEADLINE_MS);

    await listOf(reader);
    expect(await listOf(reader)).toBe(PAGE);
    expect(await listOf(reader)).toMatchObject({ code: 'budget-spent' });
  });
});
