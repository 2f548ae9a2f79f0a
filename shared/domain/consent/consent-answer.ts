import { AADSTS_CODES, readAadsts } from '../entra/aadsts-codes.ts';
import type { EntraErrorCode } from '../../errors/entra-errors.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';
import type { ConsentRequest } from './consent-request.ts';

/** The query with which Entra sent a browser back. It is not trusted: it says where to look, and proves nothing. */
export interface ConsentAnswer {
  state: string | null;
  /** Set when Entra says that there is no consent, whatever else it says: `admin_consent=True` comes with errors too. */
  refusal: ConsentRefusal | undefined;
  tenantId: TenantId | undefined;
  isConsent: boolean;
  /** The form `authorize` returns a code, which is not needed and stays unread. */
  hasCode: boolean;
}

export interface ConsentRefusal {
  kind: 'declined' | 'not-administrator' | 'entra-error';
  /** The error code, as for a token; `undefined` if neither number nor text is known. */
  code: EntraErrorCode | undefined;
  /** Entra's number, for the administrator's own search and for the provider. */
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

function readRefusal(error: string, description: string): ConsentRefusal {
  const aadsts = readAadsts(description);
  const known = aadsts === undefined ? OLDER_WORDS.get(error) : AADSTS_CODES.get(aadsts)?.[0];
  const code = known ?? PASSING_WORDS.get(error);
  return { kind: kindOf(code), code, aadsts };
}

/** They come without a number: learn.microsoft.com, grant admin consent. */
const OLDER_WORDS: ReadonlyMap<string, EntraErrorCode> = new Map([
  ['access_denied', 'consent-declined'],
  ['permission_denied', 'consent-declined'],
]);
/** Of the words that come with a number too, all others say less than they seem to: the page itself is for a missing consent. */
const PASSING_WORDS: ReadonlyMap<string, EntraErrorCode> = new Map([
  ['server_error', 'entra-unavailable'],
  ['temporarily_unavailable', 'entra-unavailable'],
]);

function kindOf(code: EntraErrorCode | undefined): ConsentRefusal['kind'] {
  if (code === 'consent-declined') return 'declined';
  return code === 'admin-consent-required' ? 'not-administrator' : 'entra-error';
}

/** The tenant in a response; `undefined` when it is not the response to a link of this style. */
export function answeredTenant({ style, tenantId }: ConsentRequest, answer: ConsentAnswer): TenantId | undefined {
  if (style === 'authorize') return answer.hasCode ? tenantId : undefined;
  return answer.isConsent ? answer.tenantId : undefined;
}
