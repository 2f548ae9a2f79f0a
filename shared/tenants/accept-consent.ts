import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { toControlColumns } from '../domain/tenants/tenant-state-row.ts';
import type { TableValue } from '../domain/values/table-row.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import type { ConsentResult, ReceivedConsent } from '../ports/tenant-control.ts';
import { changeControl } from '../storing/change-control.ts';
import { insertState, type StateDeps } from './register-state.ts';

type Decision = ConsentResult & { columns?: Record<string, TableValue> };

/**
 * Accepts a consent once. A consent by a bound link makes its tenant `pending` and due; one by an unbound link registers an
 * unknown tenant as `awaiting-approval` and changes no other.
 */
export async function acceptConsent(
  deps: StateDeps,
  tenantId: TenantId,
  consent: ReceivedConsent,
): Promise<ConsentResult> {
  const known = await decideOnKnown(deps, tenantId, consent);
  if (known !== undefined) return known;
  const unknown: ConsentResult = { kind: 'registered', status: undefined, isNew: false };
  if (!consent.mayRegister) return unknown;
  const isNew = await insertState(deps, tenantId, {
    status: 'awaiting-approval',
    consentId: consent.consentId,
    ...(consent.source !== undefined && { ownSource: consent.source }),
  });
  if (isNew) return { kind: 'accepted', status: 'awaiting-approval', isNew };
  return (await decideOnKnown(deps, tenantId, consent)) ?? unknown;
}

async function decideOnKnown(
  { incidents, clock }: StateDeps,
  tenantId: TenantId,
  consent: ReceivedConsent,
): Promise<ConsentResult | undefined> {
  let decision: Decision | undefined;
  const state = await changeControl(incidents, clock, tenantId, (present) => {
    decision = decide(present, consent, incidents.serviceTime());
    return decision.columns;
  });
  if (state === undefined || decision === undefined) return undefined;
  const { kind, status, isNew } = decision;
  return { kind, status, isNew };
}

function decide(state: TenantState, { consentId, isBound, comesBack }: ReceivedConsent, now: Ticks): Decision {
  const { status } = state;
  if (state.consentId === consentId) return { kind: 'accepted', status, isNew: false };
  if (status === 'purging') return { kind: isBound ? 'purging' : 'registered', status, isNew: false };
  if (!isBound) return { kind: 'registered', status, isNew: false };
  const returning = comesBack ? { isPaused: false } : {};
  // The next poll tests whether the source after a failover can be read now.
  const asked = { standby: undefined };
  // An active tenant goes on as it is: its polls prove the consent all the time.
  if (status === 'active' && !comesBack)
    return { kind: 'accepted', status, isNew: true, columns: toControlColumns({ consentId, ...asked }) };
  const fresh = { status: 'pending', statusSince: now, failedProofs: 0, nextDueAt: now, lastError: undefined } as const;
  return {
    kind: 'accepted',
    status: 'pending',
    isNew: true,
    columns: toControlColumns({ ...fresh, ...returning, ...asked, consentId }),
  };
}
