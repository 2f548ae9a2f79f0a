import type { ErrorKind } from './error-kind.ts';

/** Refusals of Entra. */
export const ENTRA_ERRORS = {
  'access-blocked': {
    blame: 'tenant',
    meaning:
      "Conditional Access or a security policy of the customer's tenant keeps the app out (AADSTS53003, 50131, 530032, 530035)",
    action: 'Ask the customer to let the app through its Conditional Access policies for workload identities',
  },
  'admin-consent-required': {
    blame: 'tenant',
    meaning:
      'the person who opened the consent link is not an administrator, or the request waits for an administrator (AADSTS90094, 90095)',
    action: 'Ask for an administrator of the customer to open the consent link',
  },
  'api-disabled-in-tenant': {
    blame: 'tenant',
    meaning:
      "Entra, or the API in its response, says that the API's service principal is disabled or gone in the tenant: a subscription lapsed, or an administrator disabled it (AADSTS500014, 50001, 650054)",
    action:
      "Ask the customer's administrator to renew the subscription of Microsoft Defender XDR or, where it was disabled by hand, to enable the enterprise application Microsoft Threat Protection again",
  },
  'app-credential-refused': {
    blame: 'partner',
    meaning:
      'Entra refused the client credential: any `invalid_client` whose number does not say otherwise, e.g. the secret is wrong or expired (AADSTS7000215, 7000222), the certificate expired, revoked or not registered (1000502, 7000214, 700027), the identity not trusted (700211 to 700213, 700236). The vault was read again before',
    action:
      "Give the partner app a valid credential: a client secret (its value, not its id) or certificate in the vault that Entra has too, or a federated credential with the managed identity's issuer and object id",
    concerns: 'app',
    alert: 'credential-refused',
  },
  'app-disabled-in-tenant': {
    blame: 'tenant',
    meaning: "the enterprise application is disabled in the customer's tenant (AADSTS7000112)",
    action: "Ask the customer's administrator to enable the enterprise application again",
  },
  'app-misconfigured': {
    blame: 'partner',
    meaning:
      "Entra refused the request because of the app's registration, the scope or the redirect URI; or two tenants got the same unknown number within five minutes and none succeeded; or the server at `AUTHORITY_HOST` is not Entra",
    action: 'Correct the registration of the partner app or the settings of the collector',
    concerns: 'app',
    alert: 'credential-refused',
  },
  'consent-declined': {
    blame: 'tenant',
    meaning: "the customer's administrator declined the consent (AADSTS65004)",
    action: 'Ask the customer why, then send a new consent link',
  },
  'consent-missing': {
    blame: 'tenant',
    meaning:
      'the app is not installed or not consented to in the tenant (AADSTS700016, 7000229, 65001), or the token lacks the role that reads incidents; `partner` where it holds the role that writes instead, as the registration then asks for the wrong one',
    action: 'Send the customer a new consent link',
    tenantStatus: 'consent-missing',
  },
  'entra-refused': {
    blame: 'collector',
    meaning: 'Entra refused the token request with an unknown number and text, for this tenant alone',
    action: 'Look the number up at login.microsoftonline.com/error and report it as a bug',
  },
  'entra-request-loop': {
    blame: 'collector',
    meaning: 'Entra saw the same request too often (AADSTS50196)',
    action: 'Nothing at first: it is tried again later; if it lasts, report it as a bug',
    retriable: true,
  },
  'entra-throttled': {
    blame: 'microsoft',
    meaning: 'Entra returned 429 or AADSTS90055',
    action: 'Nothing: it is tried again when Entra allows it; if it lasts, look for another program that uses the app',
    retriable: true,
  },
  'entra-unavailable': {
    blame: 'microsoft',
    meaning: 'Entra failed, or sent no usable response in time',
    action:
      "Nothing: it is tried again; if it lasts, look at AUTHORITY_HOST, the network and Microsoft's service health",
    retriable: true,
  },
  'not-licensed': {
    blame: 'tenant',
    meaning: '403, or AADSTS500011 or 650052: Microsoft Defender XDR is not licensed or not turned on in this tenant',
    action: 'Ask the customer to license Microsoft Defender XDR and turn it on, or pause the tenant',
    tenantStatus: 'not-licensed',
  },
  'tenant-blocked': {
    blame: 'tenant',
    meaning: 'Microsoft has blocked the tenant as nobody used it (AADSTS5000225); it can be reactivated for 20 days',
    action:
      "Ask the customer's administrator to have Microsoft reactivate the tenant, which is possible for 20 days only, or pause the tenant",
  },
  'tenant-not-found': {
    blame: 'tenant',
    meaning: 'the tenant does not exist in this cloud (AADSTS90002)',
    action: 'Check the tenant id with the customer, and that the tenant belongs to the cloud of CLOUD',
  },
  'tenant-refused': {
    blame: 'tenant',
    meaning:
      'Entra lets the app in at others but not in this tenant, with an unknown number; `interaction_required` and `unauthorized_client` alone do not name the reason',
    action:
      "Look the number up at login.microsoftonline.com/error and ask the customer's administrator about it: a policy, the state of the tenant, or the consent",
  },
  'wrong-cloud': {
    blame: 'tenant',
    meaning: 'the tenant belongs to another cloud (AADSTS90038, 900382, 900432)',
    action: 'Collect this tenant with a deployment and an app registration of its own cloud',
  },
} as const satisfies Record<string, ErrorKind>;

export type EntraErrorCode = keyof typeof ENTRA_ERRORS;

/** Returns the stored code; `undefined` for any other value. */
export function readEntraErrorCode(value: unknown): EntraErrorCode | undefined {
  const codes = Object.keys(ENTRA_ERRORS).filter((code): code is EntraErrorCode => code in ENTRA_ERRORS);
  return codes.find((code) => code === value);
}
