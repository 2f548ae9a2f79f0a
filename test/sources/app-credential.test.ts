import { beforeEach, describe, expect, test } from '@jest/globals';
import { classifyEntraFailure } from '../../shared/domain/entra/entra-failure.ts';
import type { TenantId } from '../../shared/domain/values/tenant-id.ts';
import { AppError } from '../../shared/errors.ts';
import type { AppCredential } from '../../shared/ports/app-credential.ts';
import { createAppCredential } from '../../shared/sources/app-credential.ts';
import {
  CANARY,
  createFakeSecrets,
  createManualClock,
  failureOf,
  NEW_CANARY,
  PROBE_EVERY_MS,
  tenantNumber,
  type FakeSecrets,
  type ManualClock,
} from '../adapters/entra-harness.ts';

const [A, B, C, D] = [tenantNumber(1), tenantNumber(2), tenantNumber(3), tenantNumber(4)];
const MINUTE_MS = 60_000;

let clock: ManualClock;
let source: FakeSecrets;
let credential: AppCredential;
/** What Entra takes; and who asked it, in order. */
let accepted: string[];
let asked: TenantId[];

beforeEach(() => {
  clock = createManualClock();
  source = createFakeSecrets();
  credential = createAppCredential({ source, clock, probeEveryMs: PROBE_EVERY_MS });
  accepted = [];
  asked = [];
});

function use(tenantId: TenantId): Promise<string> {
  return credential.use(tenantId, async ({ value }) => {
    asked.push(tenantId);
    await Promise.resolve();
    if (accepted.includes(value)) return `token of ${tenantId}`;
    throw classifyEntraFailure(new Error('AADSTS7000222: expired'));
  });
}

const codeOf = async (tenantId: TenantId): Promise<string> => (await failureOf(use(tenantId))).code;

describe('use()', () => {
  test('asks once more with the credential that replaced a refused one', async () => {
    accepted = [NEW_CANARY];
    source.value = NEW_CANARY;
    expect(await use(A)).toBe(`token of ${A}`);
    expect([asked, source.refreshes]).toEqual([[A, A], 1]);
    expect(credential.status()).toMatchObject({ problem: undefined, isStopped: false });
  });

  test('fails the first two tenants and asks for no other', async () => {
    expect(await codeOf(A)).toBe('app-credential-refused');
    expect(credential.status()).toMatchObject({ isStopped: false, problem: { code: 'app-credential-refused' } });
    expect(await codeOf(B)).toBe('app-credential-refused');
    const failure = await failureOf(use(C));
    expect(failure).toMatchObject({ code: 'credential-stopped', blame: 'partner' });
    expect(failure.message).toContain('AADSTS7000222');
    expect(asked).toEqual([A, B]);
    expect(credential.status()).toMatchObject({ isStopped: true, problem: { code: 'app-credential-refused' } });
  });

  test('fails only two of those that are refused at the same time', async () => {
    const codes = await Promise.all([A, B, C, D].map(codeOf));
    expect(codes.sort()).toEqual([
      'app-credential-refused',
      'app-credential-refused',
      'credential-stopped',
      'credential-stopped',
    ]);
  });

  test('does not stop for one tenant however often it is refused', async () => {
    for (let poll = 0; poll < 5; poll++) expect(await codeOf(A)).toBe('app-credential-refused');
    expect(credential.status()).toMatchObject({ isStopped: false });
  });

  test.each([
    [5 * MINUTE_MS, true],
    [5 * MINUTE_MS + 1, false],
  ])('counts a refusal for %i ms', async (ms, isStopped) => {
    await codeOf(A);
    clock.advance(ms);
    await codeOf(B);
    expect(credential.status()).toMatchObject({ isStopped });
  });

  test('forgets refusals when the credential is accepted between them', async () => {
    await codeOf(A);
    accepted = [CANARY];
    await use(B);
    accepted = [];
    await codeOf(C);
    expect(credential.status()).toMatchObject({ isStopped: false });
  });
});

describe('use() with refusals that are not in the table', () => {
  /** What Entra answers each tenant; none: a token. */
  let refusals: Map<TenantId, [number, string]>;

  beforeEach(() => {
    refusals = new Map();
  });

  function ask(tenantId: TenantId): Promise<string> {
    return credential.use(tenantId, () => {
      asked.push(tenantId);
      const [aadsts, error] = refusals.get(tenantId) ?? [];
      if (aadsts === undefined) return Promise.resolve('token');
      const bodyText = JSON.stringify({ error, error_description: `AADSTS${aadsts}: Text` });
      const answer = { status: 400, bodyText, retryAfterMs: undefined };
      return Promise.reject(classifyEntraFailure(new Error('x'), { answer }));
    });
  }
  const codesOf = async (...tenants: TenantId[]): Promise<string[]> => {
    const codes = [];
    for (const tenantId of tenants)
      codes.push(
        await ask(tenantId).catch((error: unknown) => (error instanceof AppError ? error.code : String(error))),
      );
    return codes;
  };
  const refuse = (tenants: readonly TenantId[], aadsts: number, error: string): void => {
    for (const tenantId of tenants) refusals.set(tenantId, [aadsts, error]);
  };

  test.each([1000502, 7000214, 700236, 999_999])(
    'stops the run after invalid_client with AADSTS%i twice',
    async (number) => {
      refuse([A, B, C, D], number, 'invalid_client');
      expect(await codesOf(A, B, C, D)).toEqual([
        'app-credential-refused',
        'app-credential-refused',
        'credential-stopped',
        'credential-stopped',
      ]);
      expect(asked).toEqual([A, B]);
      expect(credential.status()).toMatchObject({
        isStopped: true,
        problem: { code: 'app-credential-refused', blame: 'partner' },
      });
    },
  );

  test.each(['invalid_request', 'interaction_required', 'invalid_grant'])(
    "takes the same unknown number with %s for two tenants for the app's own problem",
    async (error) => {
      refuse([A, B, C], 999_999, error);
      const first = error === 'interaction_required' ? 'tenant-refused' : 'entra-refused';
      expect(await codesOf(A, B, C)).toEqual([first, 'app-misconfigured', 'credential-stopped']);
      expect(credential.status()).toMatchObject({
        isStopped: true,
        problem: { blame: 'partner', message: expect.stringContaining('AADSTS999999') },
      });
    },
  );

  test('does not take two unknown numbers for one, nor a known state of two tenants for the app', async () => {
    refuse([A], 999_998, 'invalid_request');
    refuse([B], 999_999, 'invalid_request');
    refuse([C, D], 5000225, 'interaction_required');
    expect(await codesOf(A, B, C, D)).toEqual(['entra-refused', 'entra-refused', 'tenant-blocked', 'tenant-blocked']);
    expect(credential.status()).toMatchObject({ isStopped: false, problem: undefined });
  });

  test.each([
    [5 * MINUTE_MS, true],
    [5 * MINUTE_MS + 1, false],
  ])('counts an unknown number for %i ms', async (ms, isStopped) => {
    refuse([A, B], 999_999, 'invalid_request');
    await codesOf(A);
    clock.advance(ms);
    await codesOf(B);
    expect(credential.status()?.isStopped ?? false).toBe(isStopped);
  });

  test('goes on after one probe when the number was of two tenants alone, and stops for those two no more', async () => {
    refuse([A, B], 999_999, 'invalid_client');
    expect(await codesOf(A, B, C, D)).toEqual([
      'app-credential-refused',
      'app-credential-refused',
      'credential-stopped',
      'credential-stopped',
    ]);

    // They come first at each tick: some who were not refused yet ask for everybody too.
    clock.advance(PROBE_EVERY_MS);
    expect(await codesOf(B, A, C, D)).toEqual(['app-credential-refused', 'app-credential-refused', 'token', 'token']);
    for (let tick = 0; tick < 20; tick += 1) {
      clock.advance(PROBE_EVERY_MS);
      expect(await codesOf(A, B)).toEqual(['app-credential-refused', 'app-credential-refused']);
      expect(credential.status()).toMatchObject({ isStopped: false });
    }
    expect(await codesOf(C, D)).toEqual(['token', 'token']);
  });

  test('asks five times a tick at most, in turn, so that nobody with trouble of its own keeps all others out', async () => {
    const crowd = Array.from({ length: 12 }, (_, index) => tenantNumber(index + 1));
    refuse(crowd, 999_999, 'invalid_client');
    await codesOf(...crowd);
    const askers: number[] = [];
    for (let tick = 0; tick < 6; tick += 1) {
      clock.advance(PROBE_EVERY_MS);
      asked = [];
      await codesOf(...crowd);
      expect(asked.length).toBeLessThanOrEqual(5);
      expect(asked[0]).toBe(crowd[0]);
      askers.push(...asked.map((tenantId) => crowd.indexOf(tenantId)));
    }
    expect(new Set(askers).size).toBe(crowd.length);

    // The last is in order again; all before it have trouble that stays.
    refusals.delete(tenantNumber(12));
    let ticks = 0;
    for (; credential.status()?.isStopped === true && ticks < 10; ticks += 1) {
      clock.advance(PROBE_EVERY_MS);
      await codesOf(...crowd);
    }
    expect(ticks).toBeLessThanOrEqual(6);
  });

  test('does not let two tenants whose consent Entra calls an incomplete registration keep others out', async () => {
    refuse([A, B], 650056, 'invalid_client');
    expect(await codesOf(A, B, C)).toEqual(['app-misconfigured', 'app-misconfigured', 'credential-stopped']);
    for (let tick = 0; tick < 3; tick += 1) {
      clock.advance(PROBE_EVERY_MS);
      await codesOf(A, B, C, D);
    }
    expect(await codesOf(A, B, C, D)).toEqual(['app-misconfigured', 'app-misconfigured', 'token', 'token']);
  });

  test('stops again for others, whatever was settled before', async () => {
    refuse([A, B], 999_999, 'invalid_client');
    await codesOf(A, B);
    clock.advance(PROBE_EVERY_MS);
    await codesOf(C);
    refuse([C, D], 999_999, 'invalid_client');
    expect(await codesOf(A, C, D, B)).toEqual([
      'app-credential-refused',
      'app-credential-refused',
      'app-credential-refused',
      'credential-stopped',
    ]);
  });
});

describe('use() while the run is stopped', () => {
  beforeEach(async () => {
    await codeOf(A);
    await codeOf(B);
    asked = [];
  });

  test('lets one tenant probe at a time, and not before the next tick', async () => {
    clock.advance(PROBE_EVERY_MS - 1);
    expect(await codeOf(C)).toBe('credential-stopped');
    clock.advance(1);
    const codes = await Promise.all([C, D, A].map(codeOf));
    expect(codes).toEqual(['app-credential-refused', 'credential-stopped', 'credential-stopped']);
    expect(asked).toEqual([C]);
  });

  test('goes on with everybody who waited for the probe when it succeeds', async () => {
    clock.advance(PROBE_EVERY_MS);
    accepted = [CANARY];
    expect(await Promise.all([C, D, A].map(use))).toEqual([C, D, A].map((id) => `token of ${id}`));
    expect(credential.status()).toMatchObject({ isStopped: false, problem: undefined });
  });

  test('lets the next tenant probe at once when the first has trouble of its own', async () => {
    clock.advance(PROBE_EVERY_MS);
    const own = credential.use(C, () => Promise.reject(new AppError('consent-missing', 'No consent')));
    expect((await failureOf(own)).code).toBe('consent-missing');
    expect(credential.status()).toMatchObject({ isStopped: true });
    accepted = [CANARY];
    expect(await use(D)).toBe(`token of ${D}`);
  });

  test('stays stopped when Entra is down at the probe', async () => {
    clock.advance(PROBE_EVERY_MS);
    const down = credential.use(C, () => Promise.reject(new AppError('entra-unavailable', 'Down')));
    expect((await failureOf(down)).code).toBe('entra-unavailable');
    expect(await codeOf(D)).toBe('credential-stopped');
  });
});

describe('status()', () => {
  test('is unknown before the first use', () => {
    expect(credential.status()).toBeUndefined();
  });

  test('tells that the credential cannot be read again, although everybody gets a token with the one that is known', async () => {
    const problem = new AppError('vault-forbidden', 'No role');
    const unread = { ...source, get: async () => ({ ...(await source.get()), problem }) };
    credential = createAppCredential({ source: unread, clock, probeEveryMs: PROBE_EVERY_MS });
    await credential.use(A, () => Promise.resolve('a token'));
    expect(credential.status()).toMatchObject({ problem: { code: 'vault-forbidden' }, isStopped: false });
  });

  test('tells that the credential cannot be read', async () => {
    const failing = {
      ...source,
      get: () => Promise.reject(new AppError('vault-forbidden', 'No role')),
    };
    credential = createAppCredential({ source: failing, clock, probeEveryMs: PROBE_EVERY_MS });
    expect(await codeOf(A)).toBe('vault-forbidden');
    expect(credential.status()).toMatchObject({ problem: { code: 'vault-forbidden' }, expiresAt: undefined });
  });
});
