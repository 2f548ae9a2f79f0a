import { trustLocalCa } from '../../local/services/certificates.ts';
import { startSimulator } from '../../local/simulator/start-simulator.ts';
import type { Simulator, SimulatorOptions } from '../../local/simulator/state/simulator.ts';
import { createEntraTokens, type EntraTokensOptions } from '../../shared/adapters/entra/entra-tokens.ts';
import { readTenantId, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { AppError } from '../../shared/errors.ts';
import type { ClientCredential, CredentialSource } from '../../shared/ports/app-credential.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { TenantTokens } from '../../shared/ports/tokens.ts';
import { createAppCredential } from '../../shared/sources/app-credential.ts';
import { openTestCertificates } from '../helpers/test-certificates.ts';

export const HOME = '11111111-1111-4111-8111-111111111111';
export const TENANT = tenantNumber(0);
export const CLIENT = '33333333-3333-4333-8333-333333333333';
/** Must never be seen outside a request. */
export const CANARY = 'canary8Q~first-client-secret';
/** Half of the default schedule's interval. */
export const PROBE_EVERY_MS = 150_000;
export const NEW_CANARY = 'canary8Q~second-client-secret';

export interface ManualClock extends Clock {
  advance(ms: number): void;
  slept: number[];
}

/** Moves only when it is told to, and by every sleep. */
export function createManualClock(startMs = Date.parse('2026-11-24T12:00:00Z')): ManualClock {
  let elapsedMs = 0;
  const slept: number[] = [];
  return {
    nowMs: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    advance: (ms) => {
      elapsedMs += ms;
    },
    slept,
    sleep: async (ms) => {
      slept.push(ms);
      elapsedMs += ms;
    },
  };
}

export function tenantNumber(number: number): TenantId {
  const id = readTenantId(`22222222-2222-4222-8222-${String(number).padStart(12, '0')}`);
  if (id === undefined) throw new Error(`${number} makes no tenant id`);
  return id;
}

/** A vault that has one secret and counts how often it is read again. */
export interface FakeSecrets extends CredentialSource {
  value: string;
  refreshes: number;
}

export function createFakeSecrets(): FakeSecrets {
  const toSecret = (value: string): ClientCredential => ({
    kind: 'secret',
    value,
    version: undefined,
    expiresAt: undefined,
    readAt: new Date(0),
    problem: undefined,
  });
  let cached = toSecret(CANARY);
  const secrets: FakeSecrets = {
    value: CANARY,
    refreshes: 0,
    get: async () => cached,
    refresh: async () => {
      secrets.refreshes += 1;
      cached = toSecret(secrets.value);
      return cached;
    },
  };
  return secrets;
}

// One CA for all simulators of a test file: a client that trusts several of the same name tries only one of them.
const certificates = await openTestCertificates();
trustLocalCa(certificates.caPem);

export const startTrusted = (options: SimulatorOptions): Promise<Simulator> =>
  startSimulator({ ...options, certificates });

export interface EntraHarness {
  simulator: Simulator;
  clock: ManualClock;
  secrets: FakeSecrets;
  tokens: TenantTokens;
  build(change?: Partial<EntraTokensOptions>): TenantTokens;
  /** Token requests that reached Entra. */
  countTokens(tenantId?: TenantId): number;
}

/** The real SDK against the simulator's Entra, whose clock is the test's. */
export async function startEntra(): Promise<EntraHarness> {
  const clock = createManualClock();
  const simulator = await startTrusted({ nowMs: () => clock.nowMs() });
  simulator.control.addTenant({ tenantId: TENANT });
  simulator.control.addApp({ clientId: CLIENT, homeTenantId: HOME, secrets: [{ value: CANARY }] });
  const secrets = createFakeSecrets();
  const build = (change: Partial<EntraTokensOptions> = {}): TenantTokens =>
    createEntraTokens({
      authorityHost: simulator.url,
      clientId: CLIENT,
      scope: 'https://api.security.microsoft.com/.default',
      audiences: ['https://api.security.microsoft.com', '8ee8fdad-f234-4243-8f3b-15c294843740'],
      requiredRole: 'Incident.Read.All',
      disableInstanceDiscovery: true,
      credential: createAppCredential({ source: secrets, clock, probeEveryMs: PROBE_EVERY_MS }),
      clock,
      ...change,
    });
  return {
    simulator,
    clock,
    secrets,
    tokens: build(),
    build,
    countTokens: (tenantId) =>
      simulator.control.countCalls({ role: 'entra-token', ...(tenantId !== undefined && { tenantId }) }),
  };
}

/** The `AppError` that a promise fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const failure: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof AppError) return failure;
  throw new Error('This did not fail with an AppError', { cause: failure });
}
