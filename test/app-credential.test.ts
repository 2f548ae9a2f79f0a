import { beforeEach, describe, expect, test } from '@jest/globals';
import { createAppCredential } from '../shared/app-credential.ts';
import { classifyEntraFailure } from '../shared/domain/entra-failure.ts';
import type { TenantId } from '../shared/domain/tenant-id.ts';
import { AppError } from '../shared/errors.ts';
import type { AppCredential } from '../shared/ports/app-credential.ts';
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
} from './adapters/entra-harness.ts';

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
  test('asks once more with the proof that replaced a refused one', async () => {
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
    const own = credential.use(C, () => Promise.reject(new AppError('tenant', 'consent-missing', 'No consent')));
    expect((await failureOf(own)).code).toBe('consent-missing');
    expect(credential.status()).toMatchObject({ isStopped: true });
    accepted = [CANARY];
    expect(await use(D)).toBe(`token of ${D}`);
  });

  test('stays stopped when Entra is down at the probe', async () => {
    clock.advance(PROBE_EVERY_MS);
    const down = credential.use(C, () => Promise.reject(new AppError('microsoft', 'entra-unavailable', 'Down')));
    expect((await failureOf(down)).code).toBe('entra-unavailable');
    expect(await codeOf(D)).toBe('credential-stopped');
  });
});

describe('status()', () => {
  test('is unknown before the first use', () => {
    expect(credential.status()).toBeUndefined();
  });

  test('tells that the proof cannot be read', async () => {
    const failing = {
      ...source,
      get: () => Promise.reject(new AppError('partner', 'vault-forbidden', 'No role')),
    };
    credential = createAppCredential({ source: failing, clock, probeEveryMs: PROBE_EVERY_MS });
    expect(await codeOf(A)).toBe('vault-forbidden');
    expect(credential.status()).toMatchObject({ problem: { code: 'vault-forbidden' }, expiresAt: undefined });
  });
});
