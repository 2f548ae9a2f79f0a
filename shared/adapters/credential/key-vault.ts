import { isRestError, SecretClient, type KeyVaultSecret, type SecretClientOptions } from '@azure/keyvault-secrets';
import { toVaultFailure, vaultFailure } from '../../domain/entra/vault-failure.ts';
import { retryAfterMs } from '../../domain/values/retry-after.ts';
import { hasCode, type AppError } from '../../errors.ts';
import type { ClientCredential, CredentialSource } from '../../ports/app-credential.ts';
import type { Clock } from '../../ports/clock.ts';
import { withDeadline } from '../machine/with-deadline.ts';
import { createCachedCredential } from './cached-credential.ts';

export interface KeyVaultOptions {
  /** Default `secret`. A certificate of the vault is read as the secret of the same name. */
  kind?: 'secret' | 'certificate';
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
/** A vault that is down must not stop a collector whose credential still works. */
const KEEP_WITHOUT_VAULT_MS = 24 * 3_600_000;
const REPEAT_AFTER_MS = 500;

/** The port `CredentialSource` on a secret or certificate of a vault, through `@azure/keyvault-secrets`. */
export function createKeyVaultCredential(options: KeyVaultOptions): CredentialSource {
  const read = createReader(options);
  return createCachedCredential({
    clock: options.clock,
    read: async () => toCredential(await read(), options),
    keepMs: () => KEEP_MS,
    keepUnreadMs: () => KEEP_WITHOUT_VAULT_MS,
  });
}

function createReader(options: KeyVaultOptions): () => Promise<KeyVaultSecret> {
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
  const read = async (): Promise<KeyVaultSecret> => {
    try {
      const abortSignal = AbortSignal.timeout(deadlineMs);
      return await withDeadline(client.getSecret(secretName, { abortSignal }), deadlineMs, late);
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

async function toCredential(
  { value, properties }: KeyVaultSecret,
  options: KeyVaultOptions,
): Promise<ClientCredential> {
  const text = value?.trim() ?? '';
  if (text === '')
    throw vaultFailure('vault-secret-missing', options, `the secret ${options.secretName} is empty`, 'no value');
  const { version, expiresOn, contentType } = properties;
  const common = { version, readAt: new Date(options.clock.nowMs()), problem: undefined };
  if (options.kind !== 'certificate') return { ...common, kind: 'secret', value: text, expiresAt: expiresOn };
  // Loaded where a certificate is read: the parser is a fifth of the app.
  const { readCertificate } = await import('./read-certificate.ts');
  const { pem, notAfter } = readCertificate(text, contentType, options.secretName);
  const expiresAt = expiresOn !== undefined && expiresOn < notAfter ? expiresOn : notAfter;
  return { ...common, kind: 'certificate', value: pem, expiresAt };
}
