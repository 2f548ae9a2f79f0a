import type { EntraErrorCode } from '../../errors/entra-errors.ts';

/**
 * AADSTS number → error code, and the reason as the end of a sentence. From learn.microsoft.com (reference-error-codes), and
 * those that it lacks: 5000225 from "Inaccessible tenant due to inactivity" there; 1000502, 7000214, 7000274 and 7000277 from
 * Microsoft.Identity.Web, which reads the certificate again after them; 500014, 700222, 700226, 700236, 7000229 and 5000224
 * from observed responses.
 */
export const AADSTS_CODES: ReadonlyMap<number, readonly [EntraErrorCode, string]> = new Map([
  [50000, ['entra-unavailable', 'Entra could not issue a token']],
  [50001, ['api-disabled-in-tenant', 'the API is disabled or does not exist in the tenant']],
  [50003, ['app-misconfigured', 'the app has no signing key or certificate']],
  [50011, ['app-misconfigured', 'the redirect URI is not one of the registered ones']],
  [50012, ['app-credential-refused', 'Entra rejected the certificate or assertion']],
  [50013, ['app-credential-refused', 'the assertion is not valid']],
  [50017, ['app-credential-refused', 'the certificate could not be validated']],
  [50027, ['app-credential-refused', 'the assertion is no valid JSON Web Token']],
  [50033, ['entra-unavailable', 'Entra has a passing error']],
  [50048, ['app-credential-refused', 'the subject of the assertion is not its issuer']],
  [50131, ['access-blocked', 'Conditional Access of the tenant blocks the app']],
  [50146, ['app-misconfigured', 'the app needs a signing key of its own and has none that is valid']],
  [50194, ['app-misconfigured', 'the registration of the app is not multi-tenant']],
  [50196, ['entra-request-loop', 'Entra saw the same request too often']],
  [53003, ['access-blocked', 'Conditional Access of the tenant blocks the app']],
  [65001, ['consent-missing', 'the tenant has not consented to the app']],
  [65004, ['consent-declined', 'the administrator declined']],
  [65005, ['app-misconfigured', 'the registration of the app does not ask for the API']],
  [70001, ['app-disabled-in-tenant', 'the app is disabled']],
  [70002, ['app-credential-refused', 'Entra could not validate the credential']],
  [70004, ['app-misconfigured', 'the redirect URI is not one of the registered ones']],
  [70011, ['app-misconfigured', 'the scope is not valid']],
  [70021, ['app-credential-refused', 'the app trusts no such managed identity']],
  [90002, ['tenant-not-found', 'the tenant does not exist in this cloud']],
  [90006, ['entra-unavailable', 'Entra has a passing error']],
  [90012, ['entra-unavailable', 'the request timed out inside Entra']],
  [90024, ['entra-unavailable', 'Entra has a passing error']],
  [90033, ['entra-unavailable', 'Entra has a passing error']],
  [90036, ['entra-unavailable', 'the directory behind Entra failed']],
  [90038, ['wrong-cloud', 'the tenant belongs to another cloud']],
  [90055, ['entra-throttled', 'the tenant receives too many requests']],
  [90090, ['entra-unavailable', 'Entra has a passing error']],
  [90091, ['entra-unavailable', 'the directory behind Entra cannot be reached']],
  [90093, ['admin-consent-required', 'the account may not consent']],
  [90094, ['admin-consent-required', 'only an administrator can consent']],
  [90095, ['admin-consent-required', 'the consent waits for an administrator to approve it']],
  [90099, ['consent-missing', 'the app was not authorised in the tenant']],
  [500011, ['not-licensed', 'the tenant does not have the API: Defender XDR is not there']],
  [500014, ['api-disabled-in-tenant', "the API's service principal is disabled: a subscription lapsed, or by hand"]],
  [500133, ['app-credential-refused', 'the assertion is not valid at this time']],
  [530032, ['access-blocked', 'the security policy of the tenant blocks the app']],
  [530035, ['access-blocked', 'the security defaults of the tenant block the app']],
  [650052, ['not-licensed', 'the tenant has not subscribed to the API or not enabled it']],
  [650054, ['api-disabled-in-tenant', 'the API was removed or is no longer available in the tenant']],
  [650056, ['app-misconfigured', 'the registration of the app is incomplete']],
  [650057, ['app-misconfigured', 'the API is not among the required permissions of the app']],
  [700011, ['consent-missing', 'the app is not installed in the tenant']],
  [700016, ['consent-missing', 'the app is not installed in the tenant']],
  [700021, ['app-credential-refused', 'the assertion is for another app']],
  [700022, ['app-misconfigured', 'the scope names several APIs']],
  [700023, ['app-misconfigured', 'the scope names no API']],
  [700024, ['app-credential-refused', 'the assertion is not valid at this time']],
  [700025, ['app-misconfigured', 'the app is registered as a public client, which has no credential']],
  [
    700027,
    [
      'app-credential-refused',
      'the signature of the assertion is not valid, or its certificate is not registered with the app',
    ],
  ],
  [700030, ['app-credential-refused', 'the subject name of the certificate is not authorised']],
  [700211, ['app-credential-refused', "the app trusts no managed identity with the assertion's issuer"]],
  [700212, ['app-credential-refused', "the app trusts no managed identity with the assertion's audience"]],
  [700213, ['app-credential-refused', "the app trusts no managed identity with the assertion's subject"]],
  [700222, ['app-credential-refused', 'the app may not trust a token of Entra as its assertion']],
  [700226, ['app-credential-refused', "the assertion is no managed identity's token"]],
  [700229, ['app-misconfigured', 'the federated credential needs an app-only token as its assertion']],
  [700236, ['app-credential-refused', "the managed identity belongs to another tenant than the app's registration"]],
  [900023, ['tenant-not-found', 'what was given is no tenant id and no domain']],
  [900382, ['wrong-cloud', 'the app cannot be used across clouds']],
  [900384, ['app-credential-refused', 'the signature of the assertion is not valid']],
  [900432, ['wrong-cloud', 'the app cannot be used across clouds']],
  [900971, ['app-misconfigured', 'the app has no redirect URI']],
  [1000502, ['app-credential-refused', 'the certificate has expired or is not valid yet']],
  [5000224, ['tenant-not-found', 'the tenant is not available, perhaps deleted']],
  [5000225, ['tenant-blocked', 'the tenant is blocked as nobody has used it']],
  [7000112, ['app-disabled-in-tenant', 'the app is disabled in the tenant']],
  [7000214, ['app-credential-refused', 'the certificate was revoked']],
  [7000215, ['app-credential-refused', 'the client secret is not valid']],
  [7000218, ['app-misconfigured', 'the request had no credential']],
  [7000222, ['app-credential-refused', 'the client secret has expired']],
  [7000229, ['consent-missing', 'the app has no service principal in the tenant']],
  [7000274, ['app-credential-refused', 'the signature of the assertion is not valid']],
  [7000277, ['app-credential-refused', 'the certificate was revoked']],
  [9001023, ['app-misconfigured', 'the authority must name one tenant']],
]);

/**
 * For an unknown number: the `error` text, which clients should react to. `interaction_required` and `unauthorized_client` say
 * that this tenant does not let the app in, not why: both come with missing consent, with policies and with tenants that are
 * blocked.
 */
export const OAUTH_ERRORS: ReadonlyMap<string, EntraErrorCode> = new Map([
  ['consent_required', 'consent-missing'],
  ['interaction_required', 'tenant-refused'],
  ['invalid_client', 'app-credential-refused'],
  ['invalid_scope', 'app-misconfigured'],
  ['invalid_tenant', 'tenant-not-found'],
  ['server_error', 'entra-unavailable'],
  ['temporarily_unavailable', 'entra-unavailable'],
  ['unauthorized_client', 'tenant-refused'],
]);

/** The first AADSTS number that a text names; `undefined` where it names none. */
export function readAadsts(text: string): number | undefined {
  const digits = /AADSTS(\d{2,9})(?!\d)/.exec(text)?.[1] ?? /"error_codes"\s*:\s*\[\s*(\d{2,9})(?!\d)/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
