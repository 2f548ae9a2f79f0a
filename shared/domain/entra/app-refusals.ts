import { AppError } from '../../errors.ts';
import { ERRORS } from '../../errors/error-table.ts';
import type { TenantId } from '../values/tenant-id.ts';

/** Refusals of Entra that the app itself may be the reason of, by tenant. Times are monotonic milliseconds. */
export interface AppRefusals {
  /** Notes a refusal. True when it is the app's own: another tenant got the like within five minutes, and none succeeded since. */
  add(tenantId: TenantId, error: AppError, nowMs: number): boolean;
  /** Entra took the app for this tenant, so the doubtful refusals of others before were of those tenants alone. */
  settle(tenantId: TenantId, nowMs: number): void;
}

/** A new secret reaches Entra's replicas at different times: one refusal alone may be one replica that is late. */
const SECOND_REFUSAL_WITHIN_MS = 5 * 60_000;
/** For this time a tenant's ambiguous refusal counts as its own, after Entra accepted the app for another tenant. */
const OWN_FOR_MS = 86_400_000;

export const isAppProblem = ({ code }: AppError): boolean => ERRORS[code].concerns === 'app';

/**
 * What may be of one tenant alone although it looks like the app's: a number that is not known, or a registration that Entra
 * calls incomplete where only the consent is (650056). A refused credential by a known number leaves no doubt.
 */
export function doubtOf({ code, unknownRefusal }: AppError): string | undefined {
  return unknownRefusal ?? (code === 'app-misconfigured' ? code : undefined);
}

/** What two refusals have in common: that both are of the app, or the unknown number or text. */
function kindOf(error: AppError): string | undefined {
  return isAppProblem(error) ? 'app' : error.unknownRefusal;
}

interface Refusal {
  kind: string;
  doubt: string | undefined;
  atMs: number;
}

export function createAppRefusals(): AppRefusals {
  const refusals = new Map<TenantId, Refusal>();
  const own = new Map<TenantId, { doubt: string; untilMs: number }>();

  function isOwn(tenantId: TenantId, doubt: string | undefined, nowMs: number): boolean {
    const known = own.get(tenantId);
    return doubt !== undefined && known?.doubt === doubt && nowMs < known.untilMs;
  }

  return {
    add: (tenantId, error, nowMs) => {
      const kind = kindOf(error);
      const doubt = doubtOf(error);
      if (kind === undefined || isOwn(tenantId, doubt, nowMs)) return false;
      for (const [other, { atMs }] of refusals) if (nowMs - atMs > SECOND_REFUSAL_WITHIN_MS) refusals.delete(other);
      refusals.set(tenantId, { kind, doubt, atMs: nowMs });
      return [...refusals].some(([other, refusal]) => other !== tenantId && refusal.kind === kind);
    },
    settle: (tenantId, nowMs) => {
      for (const [other, { doubt }] of refusals)
        if (doubt !== undefined) own.set(other, { doubt, untilMs: nowMs + OWN_FOR_MS });
      own.delete(tenantId);
      refusals.clear();
    },
  };
}

/** A refusal of unknown meaning that several tenants got: the partner has to look. */
export function toAppProblem(error: AppError): AppError {
  if (isAppProblem(error)) return error;
  const { status, trackingId, unknownRefusal } = error;
  return new AppError('app-misconfigured', `${error.message}; several tenants are refused so, and none is let in`, {
    action: `Look the number up at login.microsoftonline.com/error. ${ERRORS['app-misconfigured'].action}`,
    ...(status !== undefined && { status }),
    ...(trackingId !== undefined && { trackingId }),
    ...(unknownRefusal !== undefined && { unknownRefusal }),
  });
}
