import { collectNow } from './collect-now.ts';
import { decideState } from './decide-state.ts';
import type { TenantControl } from './ports/tenant-control.ts';
import { registerState, type StateDeps } from './register-state.ts';

export type ControlDeps = StateDeps;

/** The port `TenantControl` where it is at home: in an app that may write incidents and has the credential. */
export function createTenantControl(deps: ControlDeps): TenantControl {
  return {
    register: (tenantId, change) => registerState(deps, tenantId, change, 'pending'),
    invite: (tenantId, source) => registerState(deps, tenantId, source === undefined ? {} : { source }, 'invited'),
    decide: (tenantId, decision) => decideState(deps, tenantId, decision),
    collectNow: (tenantId) => collectNow(deps, tenantId),
  };
}
