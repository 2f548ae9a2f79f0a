import { inspect } from 'node:util';
import { ClientSecretCredential } from '@azure/identity';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../local/simulator/state/fault.ts';
import type { Simulator } from '../../local/simulator/state/simulator.ts';
import { createKeyVaultCredential, type KeyVaultOptions } from '../../shared/adapters/credential/key-vault.ts';
import type { CredentialSource } from '../../shared/ports/app-credential.ts';
import {
  CANARY,
  CLIENT,
  createManualClock,
  failureOf,
  HOME,
  NEW_CANARY,
  startTrusted,
  type ManualClock,
} from './entra-harness.ts';

const NAME = 'partner-app-secret';
const MINUTE_MS = 60_000;

let simulator: Simulator;
let clock: ManualClock;
let secrets: CredentialSource;

beforeEach(async () => {
  simulator = await startTrusted({});
  simulator.control.addTenant({ tenantId: HOME });
  simulator.control.addApp({ clientId: CLIENT, homeTenantId: HOME, secrets: [{ value: 'identity' }] });
  simulator.control.setSecret(NAME, CANARY, { expiresAt: '2027-01-31T00:00:00Z' });
  clock = createManualClock();
  secrets = build();
});

afterEach(() => simulator.close());

function build(change: Partial<KeyVaultOptions> = {}): CredentialSource {
  return createKeyVaultCredential({
    vaultUrl: simulator.vaultUrl,
    secretName: NAME,
    credential: signIn('identity'),
    verifyChallenge: false,
    clock,
    ...change,
  });
}

function signIn(secret: string): ClientSecretCredential {
  const options = { authorityHost: simulator.url, disableInstanceDiscovery: true, retryOptions: { maxRetries: 0 } };
  return new ClientSecretCredential(HOME, CLIENT, secret, options);
}

/** Reads of the secret; the first one of a client is preceded by a challenge. */
const countReads = (): number =>
  simulator.control.countCalls({ role: 'vault' }) - simulator.control.countCalls({ role: 'vault', status: 401 });

function addFault(fault: Fault, times = Infinity): void {
  simulator.control.addFault({ name: 'fault', match: { role: 'vault' }, times, fault });
}

describe('get()', () => {
  test('answers the secret with its version and its end', async () => {
    expect(await secrets.get()).toEqual({
      kind: 'secret',
      value: CANARY,
      version: expect.stringMatching(/^[0-9a-f]{32}$/),
      expiresAt: new Date('2027-01-31T00:00:00Z'),
      readAt: new Date(clock.nowMs()),
      problem: undefined,
    });
  });

  test('reads the vault once for 20 concurrent callers and for 15 minutes', async () => {
    await Promise.all(Array.from({ length: 20 }, () => secrets.get()));
    clock.advance(15 * MINUTE_MS - 1);
    await secrets.get();
    expect(countReads()).toBe(1);

    simulator.control.setSecret(NAME, NEW_CANARY);
    clock.advance(1);
    expect((await secrets.get()).value).toBe(NEW_CANARY);
    expect(countReads()).toBe(2);
  });

  test('cuts the line end that a pasted secret often has', async () => {
    simulator.control.setSecret(NAME, `${CANARY}\n`);
    expect((await secrets.get()).value).toBe(CANARY);
  });

  test('goes on with the known secret for 24 hours while the vault fails, and says so', async () => {
    await secrets.get();
    addFault({ kind: 'status', status: 503 });

    clock.advance(23 * 60 * MINUTE_MS);
    expect(await secrets.get()).toMatchObject({ value: CANARY, problem: { code: 'vault-unavailable' } });
    const reads = countReads();
    await secrets.get();
    expect(countReads()).toBe(reads);
    clock.advance(61 * MINUTE_MS);
    expect(await failureOf(secrets.get())).toMatchObject({ code: 'vault-unavailable' });

    simulator.control.clearFaults();
    clock.advance(MINUTE_MS);
    expect(await secrets.get()).toMatchObject({ value: CANARY, problem: undefined });
  });

  test('asks a vault that never answered at most every ten seconds', async () => {
    simulator.control.removeSecret(NAME);
    for (let caller = 0; caller < 50; caller++) await failureOf(secrets.get());
    expect(countReads()).toBe(1);

    simulator.control.setSecret(NAME, CANARY);
    clock.advance(10_000);
    expect((await secrets.get()).value).toBe(CANARY);
  });
});

describe('refresh()', () => {
  test('reads a secret that was replaced since', async () => {
    const refused = await secrets.get();
    simulator.control.setSecret(NAME, NEW_CANARY);
    expect((await secrets.refresh(refused)).value).toBe(NEW_CANARY);
    expect((await secrets.get()).value).toBe(NEW_CANARY);
    expect(countReads()).toBe(2);
  });

  test('reads the vault once for 10,000 tenants whose secret was refused, and again a minute later', async () => {
    const refused = await secrets.get();
    await Promise.all(Array.from({ length: 5_000 }, () => secrets.refresh(refused)));
    for (let tenant = 0; tenant < 5_000; tenant++) expect((await secrets.refresh(refused)).value).toBe(CANARY);
    expect(countReads()).toBe(2);

    clock.advance(MINUTE_MS);
    await secrets.refresh(refused);
    expect(countReads()).toBe(3);
  });

  test('answers the known secret at once to those who still held the old one', async () => {
    const old = await secrets.get();
    simulator.control.setSecret(NAME, NEW_CANARY);
    await secrets.refresh(old);
    expect((await secrets.refresh(old)).value).toBe(NEW_CANARY);
    expect(countReads()).toBe(2);
  });

  test('answers the known secret when the vault fails', async () => {
    const refused = await secrets.get();
    addFault({ kind: 'status', status: 503 });
    expect(await secrets.refresh(refused)).toMatchObject({ value: CANARY, problem: { code: 'vault-unavailable' } });
  });
});

describe('what the vault refuses', () => {
  test.each([
    [
      'a role that is missing',
      () => {
        simulator.control.setVaultReaders([]);
      },
      'vault-forbidden',
      'ForbiddenByRbac',
    ],
    [
      'a secret that is missing',
      () => {
        simulator.control.removeSecret(NAME);
      },
      'vault-secret-missing',
      NAME,
    ],
    [
      'a disabled secret',
      () => {
        simulator.control.setSecret(NAME, CANARY, { isEnabled: false });
      },
      'vault-secret-disabled',
      NAME,
    ],
    [
      'an empty secret',
      () => {
        simulator.control.setSecret(NAME, '');
      },
      'vault-secret-missing',
      'empty',
    ],
    [
      'a request that it does not take',
      () => {
        addFault({ kind: 'status', status: 400, body: { error: { code: 'BadParameter' } } });
      },
      'vault-refused',
      'BadParameter',
    ],
    [
      'a redirect',
      () => {
        addFault({ kind: 'status', status: 307, headers: { location: 'https://localhost:1/' } });
      },
      'vault-refused',
      '307',
    ],
  ])('is the partner’s for %s', async (_name, change, code, detail) => {
    change();
    const failure = await failureOf(secrets.get());
    expect(failure).toMatchObject({ blame: 'partner', code });
    expect(failure.message).toContain(detail);
    expect(failure.action).toMatch(/^[A-Z].*[^.]$/);
    expect(clock.slept).toEqual([]);
  });

  test('is the partner’s for an identity that Entra does not accept', async () => {
    const failure = await failureOf(build({ credential: signIn('wrong') }).get());
    expect(failure).toMatchObject({ blame: 'partner', code: 'vault-identity-missing' });
  });

  test.each<[string, Fault]>([
    ['a 503', { kind: 'status', status: 503 }],
    ['a lost connection', { kind: 'truncated-json', how: 'abort' }],
    ['a page', { kind: 'html' }],
  ])('is Microsoft’s for %s, after one more try', async (_name, fault) => {
    addFault(fault);
    expect(await failureOf(secrets.get())).toMatchObject({
      blame: 'microsoft',
      code: 'vault-unavailable',
      retriable: true,
    });
    expect(clock.slept).toEqual([500]);
  });

  test('is obeyed when the vault asks to wait', async () => {
    addFault({ kind: 'throttle', form: 'header-seconds', seconds: 20 }, 1);
    expect(await failureOf(secrets.get())).toMatchObject({ code: 'vault-unavailable', retryAfterMs: 20_000 });
    clock.advance(19_999);
    await failureOf(secrets.get());
    clock.advance(1);
    expect((await secrets.get()).value).toBe(CANARY);
  });

  test.each([
    [
      'the request',
      (): CredentialSource => {
        addFault({ kind: 'delay', ms: 400 });
        return build({ deadlineMs: 50 });
      },
    ],
    [
      'the sign-in',
      (): CredentialSource => build({ deadlineMs: 50, credential: { getToken: () => new Promise(() => {}) } }),
    ],
  ])('ends at the deadline when %s hangs', async (_name, hang) => {
    expect(await failureOf(hang().get())).toMatchObject({ code: 'vault-unavailable' });
  });

  test('names the reason when nobody answers', async () => {
    const failure = await failureOf(build({ vaultUrl: 'https://localhost:1' }).get());
    expect(failure.message).toMatch(/https:\/\/localhost:1 .*ECONNREFUSED/);
  });

  // The SDK quotes what it cannot parse.
  test('never shows a secret that came in an answer that was cut', async () => {
    addFault({ kind: 'truncated-json' });
    const failure = await failureOf(secrets.get());
    expect(failure.code).toBe('vault-unavailable');
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain(CANARY);
  });

  test('refuses a vault whose challenge names another resource, unless that is turned off', async () => {
    expect(await failureOf(build({ verifyChallenge: true }).get())).toMatchObject({ code: 'vault-unavailable' });
    expect((await build({ verifyChallenge: false }).get()).value).toBe(CANARY);
  });
});
