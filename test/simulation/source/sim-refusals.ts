import { classifyEntraFailure } from '../../../shared/domain/entra/entra-failure.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { AppError } from '../../../shared/errors.ts';

/** One way in which Entra or the API refuses, in the words of the wire. */
export interface RefusalKind {
  name: string;
  /** Entra gives no token, or the API refuses it. */
  by: 'entra' | 'api';
  /** It concerns the app itself, so all of its tenants. */
  isOfApp: boolean;
  status: number;
  /** Entra's `error`, or the `code` in the API's body. */
  error: string;
  message: string;
}

export interface Refusal {
  kind: RefusalKind;
  /** Absent: all. */
  tenantId: TenantId | undefined;
  fromMs: number;
  toMs: number;
}

const entra = (name: string, isOfApp: boolean, error: string, number: number): RefusalKind => ({
  name,
  by: 'entra',
  isOfApp,
  status: error === 'invalid_client' ? 401 : 400,
  error,
  message: `AADSTS${number}: The request was refused.`,
});

const api = (name: string, status: number, error: string, message: string): RefusalKind => ({
  name,
  by: 'api',
  isOfApp: false,
  status,
  error,
  message,
});

const [ONE_KNOWN, ONE_UNKNOWN] = ['Entra refuses a tenant, number known', 'Entra refuses a tenant, number unknown'];
const [ALL_KNOWN, ALL_UNKNOWN] = ['Entra refuses the app, number known', 'Entra refuses the app, number unknown'];

/** Each group under one name; a number that nobody has ever seen is one of each. */
export const REFUSALS: readonly (readonly RefusalKind[])[] = [
  [
    entra(ONE_KNOWN, false, 'unauthorized_client', 700_016),
    entra(ONE_KNOWN, false, 'invalid_client', 7_000_229),
    entra(ONE_KNOWN, false, 'access_denied', 53_003),
    entra(ONE_KNOWN, false, 'invalid_request', 90_002),
  ],
  [
    entra(ONE_UNKNOWN, false, 'interaction_required', 5_000_225),
    entra(ONE_UNKNOWN, false, 'unauthorized_client', 500_014),
    entra(ONE_UNKNOWN, false, 'invalid_grant', 7_999_991),
  ],
  [entra(ALL_KNOWN, true, 'invalid_client', 7_000_222), entra(ALL_KNOWN, true, 'invalid_client', 700_027)],
  [
    entra(ALL_UNKNOWN, true, 'invalid_client', 1_000_502),
    entra(ALL_UNKNOWN, true, 'invalid_client', 7_000_214),
    entra(ALL_UNKNOWN, true, 'invalid_client', 7_999_992),
  ],
  [api('the API answers 401', 401, 'Unauthorized', 'The token is not valid.')],
  [
    api('the API answers 403', 403, 'Forbidden', ''),
    api('the API answers 403', 403, 'DisabledFeature', 'The feature is not enabled.'),
    api('the API answers 403', 403, 'Forbidden', 'Access was refused.'),
  ],
  [
    api('the API refuses with a number of Entra', 403, 'Forbidden', 'AADSTS500014: The service principal is disabled.'),
    api('the API refuses with a number of Entra', 403, 'Forbidden', 'AADSTS7999993: It was refused.'),
    api('the API refuses with a number of Entra', 401, 'Unauthorized', 'AADSTS7000112: The application is disabled.'),
  ],
];

export function findRefusal(
  refusals: readonly Refusal[],
  by: RefusalKind['by'],
  tenantId: TenantId,
  nowMs: number,
): RefusalKind | undefined {
  const found = refusals.find(
    (refusal) =>
      refusal.kind.by === by &&
      nowMs >= refusal.fromMs &&
      nowMs < refusal.toMs &&
      (refusal.tenantId === undefined || refusal.tenantId === tenantId),
  );
  return found?.kind;
}

/** What the adapter makes of Entra's answer. */
export function refuseToken({ status, error, message }: RefusalKind): AppError {
  const [, number] = /AADSTS(\d+)/.exec(message) ?? [];
  const body = { error, error_description: message, error_codes: [Number(number)] };
  const answer = { status, bodyText: JSON.stringify(body), retryAfterMs: undefined };
  return classifyEntraFailure(new Error(message), { answer });
}
