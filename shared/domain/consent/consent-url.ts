import type { SourceChoice, SourceName } from '../incidents/incident.ts';
import type { TenantId } from '../values/tenant-id.ts';
import type { LinkStyle } from './consent-link.ts';

/** What of the settings consent links are made from. */
export interface ConsentSettings {
  /** The registration that is consented to. */
  clientIds: Readonly<Record<SourceName, string>>;
  authorityHost: string;
  /** This app as a browser sees it. */
  publicUrl: string | undefined;
  scopes: Readonly<Record<SourceName, string>>;
}

/** Graph's application permissions are kept to a higher role (docs/onboarding.md). */
export function approverOf(source: SourceChoice): string {
  return source === 'defender' ? 'Cloud Application Administrator' : 'Privileged Role Administrator';
}

export interface ConsentTarget {
  style: LinkStyle;
  tenantId: TenantId | undefined;
  source: SourceChoice;
  redirectUri: string;
  state: string;
}

/**
 * The address where the customer's administrator approves. `adminconsent`: learn.microsoft.com, admin consent on the Microsoft
 * identity platform. `authorize`: the form of the partner document (Partner access through Microsoft Defender APIs) with what
 * it lacks: the tenant instead of `common`, a state, and a response that comes to us.
 */
export function buildConsentUrl({ authorityHost, clientIds, scopes }: ConsentSettings, target: ConsentTarget): string {
  const { style, tenantId = 'organizations', source, redirectUri, state } = target;
  // One registration lists the roles of both, and the prompt shows all that it lists; of two, this one is what is new.
  const asked = source === 'defender' ? 'defender' : 'graph';
  const path = style === 'adminconsent' ? 'v2.0/adminconsent' : 'oauth2/authorize';
  const url = new URL(`${authorityHost}/${tenantId}/${path}`);
  const own: Record<string, string> =
    style === 'adminconsent'
      ? { scope: scopes[asked] }
      : { prompt: 'consent', response_type: 'code', sso_reload: 'true' };
  const query = new URLSearchParams({ client_id: clientIds[asked], ...own, redirect_uri: redirectUri, state });
  url.search = query.toString();
  return url.href;
}
