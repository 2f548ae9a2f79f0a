import { isRestError, SecretClient, type KeyVaultSecret, type SecretClientOptions } from '@azure/keyvault-secrets';
import { retryAfterMs } from '../domain/retry-after.ts';
import { toVaultFailure, vaultFailure } from '../domain/vault-failure.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { AppSecret, SecretSource } from '../ports/secrets.ts';
import { withDeadline } from './with-deadline.ts';

export interface KeyVaultOptions {
  /** e.g. `https://name.vault.azure.net`. */
  vaultUrl: string;
  secretName: string;
  credential: ConstructorParameters<typeof SecretClient>[1];
  /** Off only for a vault that is not at one of Azure's hosts. */
  verifyChallenge: boolean;
  clock: Clock;
  /** Default 10 s. */
  deadlineMs?: number;
}

const DEADLINE_MS = 10_000;
const KEEP_MS = 15 * 60_000;
/** A vault that is down must not stop a collector whose secret still works. */
const KEEP_WITHOUT_VAULT_MS = 24 * 3_600_000;
/** Ten thousand tenants with a refused secret are one problem: the vault is asked once a minute. */
const REFRESH_EVERY_MS = 60_000;
const RETRY_MS = { withSecret: 60_000, withoutSecret: 10_000 };
const REPEAT_AFTER_MS = 500;

/** The port `SecretSource` on one secret of a vault, through `@azure/keyvault-secrets`. */
export function createKeyVaultSecrets(options: KeyVaultOptions): SecretSource {
  const { clock } = options;
  const read = createReader(options);
  let known: { secret: AppSecret; atMs: number } | undefined;
  let failed: { error: AppError; untilMs: number } | undefined;
  let reading: Promise<AppSecret> | undefined;
  let refreshedAtMs = -Infinity;

  const ageMs = (): number => (known === undefined ? Infinity : clock.monotonicMs() - known.atMs);

  /** What is still good without the vault. */
  function orKnown(problem: AppError): AppSecret {
    if (known === undefined || ageMs() > KEEP_WITHOUT_VAULT_MS) throw problem;
    return { ...known.secret, problem };
  }

  async function readOnce(): Promise<AppSecret> {
    try {
      const secret = await read();
      known = { secret, atMs: clock.monotonicMs() };
      failed = undefined;
      return secret;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const waitMs = error.retryAfterMs ?? (known === undefined ? RETRY_MS.withoutSecret : RETRY_MS.withSecret);
      failed = { error, untilMs: clock.monotonicMs() + waitMs };
      return orKnown(error);
    }
  }

  const readShared = (): Promise<AppSecret> =>
    (reading ??= readOnce().finally(() => {
      reading = undefined;
    }));

  return {
    get: async () => {
      if (known !== undefined && ageMs() < KEEP_MS) return known.secret;
      if (failed !== undefined && clock.monotonicMs() < failed.untilMs) return orKnown(failed.error);
      return readShared();
    },
    refresh: async (refused) => {
      if (known !== undefined && known.secret.value !== refused.value) return known.secret;
      if (reading !== undefined) return reading;
      if (clock.monotonicMs() - refreshedAtMs < REFRESH_EVERY_MS) return refused;
      refreshedAtMs = clock.monotonicMs();
      return readShared();
    },
  };
}

function createReader(options: KeyVaultOptions): () => Promise<AppSecret> {
  const { vaultUrl, secretName, credential, verifyChallenge, clock, deadlineMs = DEADLINE_MS } = options;
  const settings: SecretClientOptions = {
    disableChallengeResourceVerification: !verifyChallenge,
    // The SDK would sleep through a Retry-After.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
  };
  const client = new SecretClient(vaultUrl, credential, settings);
  const late = (): AppError =>
    vaultFailure('vault-unavailable', options, `it must answer within ${deadlineMs} ms`, 'it did not');
  const read = async (): Promise<AppSecret> => {
    try {
      const abortSignal = AbortSignal.timeout(deadlineMs);
      const answer = await withDeadline(client.getSecret(secretName, { abortSignal }), deadlineMs, late);
      return readSecret(answer, options);
    } catch (error) {
      throw toVaultFailure(error, options, waitOf(error));
    }
  };
  return async () => {
    try {
      return await read();
    } catch (error) {
      if (!hasCode(error, 'vault-unavailable') || error.retryAfterMs !== undefined) throw error;
      await clock.sleep(REPEAT_AFTER_MS);
      return read();
    }
  };
}

function waitOf(error: unknown): number | undefined {
  if (!isRestError(error) || error.response === undefined) return undefined;
  const { headers } = error.response;
  return retryAfterMs({ get: (name) => headers.get(name) ?? null }, '', Date.parse(headers.get('date') ?? ''));
}

function readSecret({ value, properties }: KeyVaultSecret, options: KeyVaultOptions): AppSecret {
  const text = value?.trim() ?? '';
  if (text === '')
    throw vaultFailure('vault-secret-missing', options, `the secret ${options.secretName} is empty`, 'no value');
  return {
    value: text,
    version: properties.version,
    expiresAt: properties.expiresOn,
    readAt: new Date(options.clock.nowMs()),
    problem: undefined,
  };
}
