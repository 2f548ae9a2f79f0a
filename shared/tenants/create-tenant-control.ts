import type { TenantControl } from '../ports/tenant-control.ts';
import { acceptConsent } from './accept-consent.ts';
import { collectNow } from './collect-now.ts';
import { decideState } from './decide-state.ts';
import { identifyTenant } from './identify-tenant.ts';
import { orderPurge } from './order-purge.ts';
import { proveConsent, type ProofDeps } from './prove-consent.ts';
import { registerState } from './register-state.ts';
import { stopTenant } from './stop-tenant.ts';
import { verifyTenant } from './verify-tenant.ts';

/** The port `TenantControl` where it is at home: in an app that may write incidents and has the credential. */
export function createTenantControl(deps: ProofDeps): TenantControl {
  return {
    register: (tenantId, change) => registerState(deps, tenantId, change, 'pending'),
    invite: (tenantId, source) => registerState(deps, tenantId, source === undefined ? {} : { source }, 'invited'),
    decide: (tenantId, decision) => decideState(deps, tenantId, decision),
    stop: (tenantId) => stopTenant(deps, tenantId),
    purge: (tenantId) => orderPurge(deps, tenantId),
    collectNow: (tenantId) => collectNow(deps, tenantId),
    acceptConsent: (tenantId, consent) => acceptConsent(deps, tenantId, consent),
    prove: (tenantId, timeoutMs) => proveConsent(deps, tenantId, timeoutMs),
    verify: (tenantId) => verifyTenant(deps, tenantId),
    identify: (tenantId) => identifyTenant(deps, tenantId),
  };
}
