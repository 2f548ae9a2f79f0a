import { createAppRefusals, doubtOf, isAppProblem, toAppProblem } from '../domain/entra/app-refusals.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { AppError, hasCode } from '../errors.ts';
import type { AppCredential, ClientCredential, CredentialSource } from '../ports/app-credential.ts';
import type { Clock } from '../ports/clock.ts';

export interface AppCredentialOptions {
  source: CredentialSource;
  clock: Clock;
  /** While the app is refused, one tenant probes at this interval: once a tick. */
  probeEveryMs: number;
}

/** Several, so that tenants with a problem of their own that come first at each tick do not keep all others out. */
const MORE_PROBES_IN_DOUBT = 4;

interface Stop {
  error: AppError;
  probedAtMs: number;
  /** Tenants that were refused since the run stopped. */
  refused: Set<TenantId>;
  /** How many tenants that were not refused yet may also probe in this tick, as the first refusal may concern its own tenant only. */
  moreProbes: number;
}

/**
 * One credential for all tenants and APIs of this process. When Entra refuses the app for a second tenant within five minutes,
 * by a known number or twice by the same unknown one, the other tenants get `credential-stopped` without a request until a probe
 * succeeds.
 */
export function createAppCredential({ source, clock, probeEveryMs }: AppCredentialOptions): AppCredential {
  const refusals = createAppRefusals();
  let stop: Stop | undefined;
  let probe: Promise<void> | undefined;
  let latest: ClientCredential | undefined;
  let problem: AppError | undefined;

  async function getCredential(): Promise<ClientCredential> {
    try {
      latest = await source.get();
      return latest;
    } catch (error) {
      if (error instanceof AppError) problem = error;
      throw error;
    }
  }

  async function askWith<Answer>(ask: (clientCredential: ClientCredential) => Promise<Answer>): Promise<Answer> {
    const clientCredential = await getCredential();
    try {
      return await ask(clientCredential);
    } catch (error) {
      if (!hasCode(error, 'app-credential-refused')) throw error;
      const newer = await source.refresh(clientCredential);
      if (newer.value === clientCredential.value) throw error;
      latest = newer;
      return await ask(newer);
    }
  }

  /** The failure of a refused tenant. Tenants that were in progress when the run stopped do not fail either. */
  function refuse(tenantId: TenantId, refusal: AppError, isProbe: boolean): AppError {
    const nowMs = clock.monotonicMs();
    const isOfApp = refusals.add(tenantId, refusal, nowMs) || isReasonOfStop(refusal);
    if (!isOfApp && !isAppProblem(refusal)) return refusal;
    const error = toAppProblem(refusal);
    problem = error;
    if (stop !== undefined) {
      stop.error = error;
      stop.refused.add(tenantId);
      return isProbe ? error : stopped(error);
    }
    if (isOfApp) stop = { error, probedAtMs: nowMs, refused: new Set([tenantId]), moreProbes: 0 };
    return error;
  }

  const isReasonOfStop = ({ unknownRefusal }: AppError): boolean =>
    unknownRefusal !== undefined && unknownRefusal === stop?.error.unknownRefusal;

  async function attempt<Answer>(
    tenantId: TenantId,
    ask: (clientCredential: ClientCredential) => Promise<Answer>,
    isProbe: boolean,
  ): Promise<Answer> {
    try {
      const answer = await askWith(ask);
      refusals.settle(tenantId, clock.monotonicMs());
      stop = undefined;
      problem = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const told = refuse(tenantId, error, isProbe);
      // A problem of the tenant itself proves nothing about the credential: the next tenant may try at once.
      if (isProbe && stop !== undefined && told.blame === 'tenant') stop.probedAtMs = -Infinity;
      throw told;
    }
  }

  /** If the last tick had no tenant left that was not refused yet, all tenants may probe again. */
  function startTurn(at: Stop): void {
    if (!isTickDue(at)) at.moreProbes -= 1;
    else {
      if (at.moreProbes > 0) at.refused.clear();
      at.probedAtMs = clock.monotonicMs();
      at.moreProbes = doubtOf(at.error) === undefined ? 0 : MORE_PROBES_IN_DOUBT;
    }
  }

  function startProbe<Answer>(
    tenantId: TenantId,
    ask: (clientCredential: ClientCredential) => Promise<Answer>,
  ): Promise<Answer> {
    if (stop !== undefined) startTurn(stop);
    const probing = attempt(tenantId, ask, true);
    probe = settle(probing).finally(() => {
      probe = undefined;
    });
    return probing;
  }

  const isTickDue = ({ probedAtMs }: Stop): boolean => clock.monotonicMs() - probedAtMs >= probeEveryMs;

  function isProbeDue(tenantId: TenantId): boolean {
    if (stop === undefined || probe !== undefined) return false;
    return isTickDue(stop) || (stop.moreProbes > 0 && !stop.refused.has(tenantId));
  }

  return {
    use: async (tenantId, ask) => {
      if (isProbeDue(tenantId)) return startProbe(tenantId, ask);
      // Tenants that come during a probe continue at once if it succeeds.
      await probe;
      if (stop !== undefined) throw stopped(stop.error);
      return attempt(tenantId, ask, false);
    },
    status: () =>
      latest === undefined && problem === undefined
        ? undefined
        : { expiresAt: latest?.expiresAt, problem: problem ?? latest?.problem, isStopped: stop !== undefined },
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
    'credential-stopped',
    `Cannot get a token as Entra refused the app for other tenants too, and the run waits. The last refusal: ${message}`,
    { action },
  );
}
