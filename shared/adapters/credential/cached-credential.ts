import { AppError } from '../../errors.ts';
import type { ClientCredential, CredentialSource } from '../../ports/app-credential.ts';
import type { Clock } from '../../ports/clock.ts';

export interface CachedCredentialOptions {
  clock: Clock;
  /** Reads the client credential again; `isForced` after a refusal. Throws an `AppError` for expected failures. */
  read(isForced: boolean): Promise<ClientCredential>;
  /** How long a credential that was just read is used without reading it again. */
  keepMs(credential: ClientCredential): number;
  /** How long it is used when it cannot be read again, counted from its last reading. */
  keepUnreadMs(credential: ClientCredential): number;
}

/** Ten thousand tenants with a refused credential are one problem: its source is read once a minute. */
const REFRESH_EVERY_MS = 60_000;
const RETRY_MS = { withCredential: 60_000, withoutCredential: 10_000 };

interface KnownCredential {
  credential: ClientCredential;
  atMs: number;
  keepMs: number;
  keepUnreadMs: number;
}

/** The port `CredentialSource` on anything that can be read: one read at a time, shared by all callers. */
export function createCachedCredential(options: CachedCredentialOptions): CredentialSource {
  const { clock } = options;
  let known: KnownCredential | undefined;
  let failed: { error: AppError; untilMs: number } | undefined;
  let reading: Promise<ClientCredential> | undefined;
  let refreshedAtMs = -Infinity;

  const isYounger = (atMs: number, limitMs: number): boolean => clock.monotonicMs() - atMs < limitMs;

  /** What is still good although it could not be read again. */
  function orKnown(problem: AppError): ClientCredential {
    if (known === undefined || !isYounger(known.atMs, known.keepUnreadMs)) throw problem;
    return { ...known.credential, problem };
  }

  async function readOnce(isForced: boolean): Promise<ClientCredential> {
    try {
      const credential = await options.read(isForced);
      const [keepMs, keepUnreadMs] = [options.keepMs(credential), options.keepUnreadMs(credential)];
      known = { credential, atMs: clock.monotonicMs(), keepMs, keepUnreadMs };
      failed = undefined;
      return credential;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const waitMs = error.retryAfterMs ?? (known === undefined ? RETRY_MS.withoutCredential : RETRY_MS.withCredential);
      failed = { error, untilMs: clock.monotonicMs() + waitMs };
      return orKnown(error);
    }
  }

  const readShared = (isForced: boolean): Promise<ClientCredential> =>
    (reading ??= readOnce(isForced).finally(() => {
      reading = undefined;
    }));

  return {
    get: async () => {
      if (known !== undefined && isYounger(known.atMs, known.keepMs)) return known.credential;
      if (failed !== undefined && clock.monotonicMs() < failed.untilMs) return orKnown(failed.error);
      return readShared(false);
    },
    refresh: async (refused) => {
      if (known !== undefined && known.credential.value !== refused.value) return known.credential;
      if (reading !== undefined) return reading;
      if (isYounger(refreshedAtMs, REFRESH_EVERY_MS)) return refused;
      refreshedAtMs = clock.monotonicMs();
      return readShared(true);
    },
  };
}
