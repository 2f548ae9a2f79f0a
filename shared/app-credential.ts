import type { TenantId } from './domain/tenant-id.ts';
import { AppError, hasCode } from './errors.ts';
import type { AppCredential, AppProof, ProofSource } from './ports/app-credential.ts';
import type { Clock } from './ports/clock.ts';

export interface AppCredentialOptions {
  source: ProofSource;
  clock: Clock;
  /** While the app is refused, one tenant asks this often: once a tick. */
  probeEveryMs: number;
}

/** A new secret reaches Entra's replicas at different times: one refusal alone may be one replica that is late. */
const SECOND_REFUSAL_WITHIN_MS = 5 * 60_000;

interface Stop {
  error: AppError;
  probedAtMs: number;
}

/**
 * One credential for all tenants and APIs of this process. When Entra refuses it for a second tenant within five minutes, the
 * others are not failed one by one: they are told `credential-stopped` without a request, until a probe succeeds.
 */
export function createAppCredential({ source, clock, probeEveryMs }: AppCredentialOptions): AppCredential {
  const refusals = new Map<TenantId, number>();
  let stop: Stop | undefined;
  let probe: Promise<void> | undefined;
  let latest: AppProof | undefined;
  let problem: AppError | undefined;

  async function getProof(): Promise<AppProof> {
    try {
      latest = await source.get();
      return latest;
    } catch (error) {
      if (error instanceof AppError) problem = error;
      throw error;
    }
  }

  async function askWith<Answer>(ask: (proof: AppProof) => Promise<Answer>): Promise<Answer> {
    const proof = await getProof();
    try {
      return await ask(proof);
    } catch (error) {
      if (!hasCode(error, 'app-credential-refused')) throw error;
      const newer = await source.refresh(proof);
      if (newer.value === proof.value) throw error;
      latest = newer;
      return await ask(newer);
    }
  }

  /** What a refused tenant is told: those that were under way when the run stopped are not failed either. */
  function refuse(tenantId: TenantId, error: AppError, isProbe: boolean): AppError {
    const nowMs = clock.monotonicMs();
    problem = error;
    if (stop !== undefined) {
      stop.error = error;
      return isProbe ? error : stopped(error);
    }
    for (const [other, atMs] of refusals) if (nowMs - atMs > SECOND_REFUSAL_WITHIN_MS) refusals.delete(other);
    refusals.set(tenantId, nowMs);
    if (refusals.size > 1) stop = { error, probedAtMs: nowMs };
    return error;
  }

  async function attempt<Answer>(
    tenantId: TenantId,
    ask: (proof: AppProof) => Promise<Answer>,
    isProbe: boolean,
  ): Promise<Answer> {
    try {
      const answer = await askWith(ask);
      refusals.clear();
      stop = undefined;
      problem = undefined;
      return answer;
    } catch (error) {
      if (hasCode(error, 'app-credential-refused')) throw refuse(tenantId, error, isProbe);
      // The tenant's own trouble says nothing about the credential: the next tenant may try at once.
      if (isProbe && stop !== undefined && error instanceof AppError && error.blame === 'tenant')
        stop.probedAtMs = -Infinity;
      throw error;
    }
  }

  function startProbe<Answer>(tenantId: TenantId, ask: (proof: AppProof) => Promise<Answer>): Promise<Answer> {
    if (stop !== undefined) stop.probedAtMs = clock.monotonicMs();
    const probing = attempt(tenantId, ask, true);
    probe = settle(probing).finally(() => {
      probe = undefined;
    });
    return probing;
  }

  const isProbeDue = (): boolean =>
    stop !== undefined && probe === undefined && clock.monotonicMs() - stop.probedAtMs >= probeEveryMs;

  return {
    use: async (tenantId, ask) => {
      if (isProbeDue()) return startProbe(tenantId, ask);
      // Whoever comes while a probe is under way goes on at once if it succeeds.
      await probe;
      if (stop !== undefined) throw stopped(stop.error);
      return attempt(tenantId, ask, false);
    },
    status: () =>
      latest === undefined && problem === undefined
        ? undefined
        : { expiresAt: latest?.expiresAt, problem, isStopped: stop !== undefined },
  };
}

async function settle(promise: Promise<unknown>): Promise<void> {
  await promise.then(
    () => {},
    () => {},
  );
}

function stopped({ message, action }: AppError): AppError {
  return new AppError(
    'partner',
    'credential-stopped',
    `Cannot get a token as Entra refused the app for other tenants too, and the run waits. The last refusal: ${message}`,
    { retriable: true, ...(action !== undefined && { action }) },
  );
}
