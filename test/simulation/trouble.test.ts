import { describe, expect, test } from '@jest/globals';
import { readTenantId } from '../../shared/domain/values/tenant-id.ts';
import { AppError } from '../../shared/errors.ts';
import { failAs, followForeign, isPartialTo, listAnything, refuseCall } from './source/sim-failures.ts';
import { REFUSALS, refuseToken } from './source/sim-refusals.ts';
import { FAILURE_KINDS, noTrouble, type FailureKind } from './source/trouble.ts';

const TENANT_ID = readTenantId('10000000-0000-4000-8000-000000000000') ?? noTenant();
const NOW_MS = Date.parse('2026-03-01T00:00:00Z');
const ASKED = { source: 'defender', tenantId: TENANT_ID, nowMs: NOW_MS } as const;

function noTenant(): never {
  throw new Error('The tenant id of this test is no GUID');
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'an answer',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}

describe('failAs()', () => {
  const CODES: Record<FailureKind, string> = {
    'status 500': 'source-unavailable',
    'status 502': 'source-unavailable',
    'status 503': 'source-unavailable',
    'status 504': 'source-unavailable',
    reset: 'source-unavailable',
    'time-out': 'source-unavailable',
    'cut body': 'bad-page',
    'not JSON': 'bad-page',
    'status 206': 'an answer',
  };

  test.each(FAILURE_KINDS)('is what the real adapters make of a list with %s', async (kind) => {
    for (const source of ['defender', 'graph'] as const)
      expect(await codeOf(failAs(kind, { ...ASKED, source }, listAnything))).toBe(CODES[kind]);
  });

  test('is what the real adapter makes of a read by id that is not JSON', async () => {
    expect(await codeOf(failAs('not JSON', ASKED, (adapter) => adapter.get('7')))).toBe('bad-page');
  });
});

test('isPartialTo() takes 199 and 206 as incomplete, as the real adapter does', async () => {
  expect(await isPartialTo(ASKED, { warning: '199' })).toBe(true);
  expect(await isPartialTo(ASKED, { status: 206 })).toBe(true);
  expect(await isPartialTo(ASKED, {})).toBe(false);
});

test('followForeign() is refused by the real adapter before anything is sent', async () => {
  const link = 'https://elsewhere.example/api/incidents?$skiptoken=1';
  expect(await codeOf(followForeign(ASKED, link))).toBe('foreign-next-link');
});

test('each refusal is an expected failure of Entra or of the API', async () => {
  for (const kind of REFUSALS.flat()) {
    const refused = kind.by === 'entra' ? Promise.reject(refuseToken(kind)) : refuseCall(ASKED, kind);
    expect(await codeOf(refused)).toMatch(/^[a-z]+(-[a-z]+)*$/);
  }
});

test('noTrouble() draws the same numbers each time', () => {
  expect(noTrouble(3).random.next()).toBe(noTrouble(3).random.next());
});
