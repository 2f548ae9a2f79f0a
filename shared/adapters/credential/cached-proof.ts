import { AppError } from '../../errors.ts';
import type { AppProof, ProofSource } from '../../ports/app-credential.ts';
import type { Clock } from '../../ports/clock.ts';

export interface CachedProofOptions {
  clock: Clock;
  /** Reads the client credential again; `isForced` after a refusal. Throws an `AppError` for expected failures. */
  read(isForced: boolean): Promise<AppProof>;
  /** How long a credential that was just read is used without reading it again. */
  keepMs(proof: AppProof): number;
  /** How long it is used when it cannot be read again, counted from its last reading. */
  keepUnreadMs(proof: AppProof): number;
}

/** Ten thousand tenants with a refused credential are one problem: its source is read once a minute. */
const REFRESH_EVERY_MS = 60_000;
const RETRY_MS = { withProof: 60_000, withoutProof: 10_000 };

interface KnownProof {
  proof: AppProof;
  atMs: number;
  keepMs: number;
  keepUnreadMs: number;
}

/** The port `ProofSource` on anything that can be read: one read at a time, shared by all callers. */
export function createCachedProof(options: CachedProofOptions): ProofSource {
  const { clock } = options;
  let known: KnownProof | undefined;
  let failed: { error: AppError; untilMs: number } | undefined;
  let reading: Promise<AppProof> | undefined;
  let refreshedAtMs = -Infinity;

  const isYounger = (atMs: number, limitMs: number): boolean => clock.monotonicMs() - atMs < limitMs;

  /** What is still good although it could not be read again. */
  function orKnown(problem: AppError): AppProof {
    if (known === undefined || !isYounger(known.atMs, known.keepUnreadMs)) throw problem;
    return { ...known.proof, problem };
  }

  async function readOnce(isForced: boolean): Promise<AppProof> {
    try {
      const proof = await options.read(isForced);
      const [keepMs, keepUnreadMs] = [options.keepMs(proof), options.keepUnreadMs(proof)];
      known = { proof, atMs: clock.monotonicMs(), keepMs, keepUnreadMs };
      failed = undefined;
      return proof;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const waitMs = error.retryAfterMs ?? (known === undefined ? RETRY_MS.withoutProof : RETRY_MS.withProof);
      failed = { error, untilMs: clock.monotonicMs() + waitMs };
      return orKnown(error);
    }
  }

  const readShared = (isForced: boolean): Promise<AppProof> =>
    (reading ??= readOnce(isForced).finally(() => {
      reading = undefined;
    }));

  return {
    get: async () => {
      if (known !== undefined && isYounger(known.atMs, known.keepMs)) return known.proof;
      if (failed !== undefined && clock.monotonicMs() < failed.untilMs) return orKnown(failed.error);
      return readShared(false);
    },
    refresh: async (refused) => {
      if (known !== undefined && known.proof.value !== refused.value) return known.proof;
      if (reading !== undefined) return reading;
      if (isYounger(refreshedAtMs, REFRESH_EVERY_MS)) return refused;
      refreshedAtMs = clock.monotonicMs();
      return readShared(true);
    },
  };
}
