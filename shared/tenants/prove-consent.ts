import type { SourceName } from '../domain/incidents/incident.ts';
import { stateKey } from '../domain/rows/row-keys.ts';
import { toLastError } from '../domain/tenants/poll-outcome.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { readStateRow, toControlColumns, type ControlFields } from '../domain/tenants/tenant-state-row.ts';
import { shardOf, type TenantId } from '../domain/values/tenant-id.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import { AppError } from '../errors.ts';
import type { IncidentSource } from '../ports/incident-source.ts';
import type { ConsentProof } from '../ports/tenant-control.ts';
import type { OrganizationDirectory } from '../ports/tenant-directory.ts';
import type { TenantTokens } from '../ports/tokens.ts';
import { findWantedSource } from '../sources/find-wanted-source.ts';
import { sourceNotConfigured } from '../sources/source-not-configured.ts';
import { changeControl } from '../storing/change-control.ts';
import type { StateDeps } from './register-state.ts';

/** What reads one provider's tenants, and the tokens it does that with. */
export interface Provider {
  tokens: TenantTokens;
  incidents: IncidentSource;
}

export interface ProofDeps extends StateDeps {
  providers: Readonly<Record<SourceName, Provider | undefined>>;
  /** Absent where the settings do not name the home tenant, whose token it needs. */
  organizations?: OrganizationDirectory | undefined;
}

/**
 * Entra needs a moment to spread a consent, rarely minutes; a refusal is held for 1 s, so no shorter wait sends another
 * request.
 */
const WAITS_MS = [1_500, 2_000, 3_000, 4_000, 5_000] as const;

/**
 * Requests a token of the tenant and checks its tenant and roles: only that makes a `pending` tenant `active`. A failure is
 * kept in the tenant's last error; its polls try again.
 */
export async function proveConsent(deps: ProofDeps, tenantId: TenantId, timeoutMs: number): Promise<ConsentProof> {
  const { incidents, clock } = deps;
  const row = await incidents.get(shardOf(tenantId), stateKey(tenantId));
  if (row === undefined) return { isProven: false, status: undefined };
  const failure = await findFailure(deps, readStateRow(row.properties), timeoutMs);
  let after: ControlFields | undefined;
  await changeControl(incidents, clock, tenantId, (state) => {
    const change = toChange(state, failure, incidents.serviceTime());
    after = { ...state, ...change };
    return Object.keys(change).length === 0 ? undefined : toControlColumns(change);
  });
  return { isProven: failure === undefined, status: after?.status };
}

async function findFailure(deps: ProofDeps, state: TenantState, timeoutMs: number): Promise<AppError | undefined> {
  const { clock, providers } = deps;
  const source = await findWantedSource(deps, state);
  const provider = providers[source];
  if (provider === undefined) return sourceNotConfigured(state.tenantId, source);
  const endMs = clock.monotonicMs() + timeoutMs;
  for (let attempt = 0; ; attempt++) {
    try {
      // One that was got before says nothing about this consent.
      provider.tokens.drop(state.tenantId);
      await provider.tokens.get(state.tenantId);
      return undefined;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const waitMs = WAITS_MS[attempt];
      const mayPass = error.code === 'consent-missing' || error.retriable;
      if (!mayPass || waitMs === undefined || clock.monotonicMs() + waitMs > endMs) return error;
      await clock.sleep(waitMs);
    }
  }
}

function toChange(state: TenantState, failure: AppError | undefined, now: Ticks): Partial<ControlFields> {
  if (state.status !== 'pending' && state.status !== 'awaiting-approval') return {};
  if (failure !== undefined) return { lastError: toLastError(failure, state.lastError, now) };
  if (state.status === 'awaiting-approval') return state.lastError === undefined ? {} : { lastError: undefined };
  return { status: 'active', statusSince: now, failedProofs: 0, lastError: undefined, nextDueAt: now };
}
