import { AADSTS_CODES } from './aadsts-codes.ts';
import type { ConsentRequest } from './consent-request.ts';
import { readTenantId, type TenantId } from './tenant-id.ts';

/** What Entra sent a browser back with. Nobody vouches for it: it says where to look, and proves nothing. */
export interface ConsentAnswer {
  state: string | null;
  /** Set when Entra says that there is no consent, whatever else it says: `admin_consent=True` comes with errors too. */
  refusal: ConsentRefusal | undefined;
  tenantId: TenantId | undefined;
  isConsent: boolean;
  /** The form `authorize` answers with a code, which is of no use to us and stays unread. */
  hasCode: boolean;
}

export interface ConsentRefusal {
  kind: 'declined' | 'not-administrator' | 'entra-error';
  /** Entra's number, for the administrator's own search. */
  aadsts: number | undefined;
}

export function readConsentAnswer(query: {
  get(name: string): string | null;
  has(name: string): boolean;
}): ConsentAnswer {
  return {
    state: query.get('state'),
    refusal: query.has('error')
      ? readRefusal(query.get('error') ?? '', query.get('error_description') ?? '')
      : undefined,
    tenantId: readTenantId(query.get('tenant')),
    isConsent: query.get('admin_consent')?.toLowerCase() === 'true',
    hasCode: (query.get('code') ?? '') !== '',
  };
}

/** The older words come without a number: learn.microsoft.com, grant admin consent. */
function readRefusal(error: string, description: string): ConsentRefusal {
  const digits = /AADSTS(\d{2,9})\b/.exec(description)?.[1];
  const aadsts = digits === undefined ? undefined : Number(digits);
  const problem = aadsts === undefined ? undefined : AADSTS_CODES.get(aadsts)?.[0];
  if (problem === 'consent-declined' || (aadsts === undefined && /^(permission_denied|access_denied)$/.test(error)))
    return { kind: 'declined', aadsts };
  return { kind: problem === 'admin-consent-required' ? 'not-administrator' : 'entra-error', aadsts };
}

/** The tenant that an answer speaks of; `undefined` when it is not the answer to a link of this style. */
export function answeredTenant({ style, tenantId }: ConsentRequest, answer: ConsentAnswer): TenantId | undefined {
  if (style === 'authorize') return answer.hasCode ? tenantId : undefined;
  return answer.isConsent ? answer.tenantId : undefined;
}
