import type { Blame } from '../../errors.ts';

interface EntraProblem {
  blame: Blame;
  action: string;
  /** It may pass by itself. */
  retriable?: boolean;
}

/** What Entra's refusals come down to. */
export const ENTRA_PROBLEMS = {
  'access-blocked': {
    blame: 'tenant',
    action: 'Ask the customer to let the app through its Conditional Access policies for workload identities',
  },
  'admin-consent-required': {
    blame: 'tenant',
    action: 'Ask for an administrator of the customer to open the consent link',
  },
  'api-disabled-in-tenant': {
    blame: 'tenant',
    action:
      "Ask the customer's administrator to renew the subscription of Microsoft Defender XDR or, where it was disabled by hand, to enable the enterprise application Microsoft Threat Protection again",
  },
  'app-credential-refused': {
    blame: 'partner',
    action:
      "Give the partner app a valid credential: a client secret (its value, not its id) or certificate in the vault that Entra has too, or a federated credential with the managed identity's issuer and object id",
  },
  'app-disabled-in-tenant': {
    blame: 'tenant',
    action: "Ask the customer's administrator to enable the enterprise application again",
  },
  'app-misconfigured': {
    blame: 'partner',
    action: 'Correct the registration of the partner app or the settings of the collector',
  },
  'consent-declined': { blame: 'tenant', action: 'Ask the customer why, then send a new consent link' },
  'consent-missing': { blame: 'tenant', action: 'Send the customer a new consent link' },
  'entra-refused': {
    blame: 'collector',
    action: 'Look the number up in the error reference of Entra and report it as a bug',
  },
  'entra-request-loop': {
    blame: 'collector',
    action: 'Nothing at first: it is tried again later; if it lasts, report it as a bug',
    retriable: true,
  },
  'entra-throttled': {
    blame: 'microsoft',
    action: 'Nothing: it is tried again when Entra allows it; if it lasts, look for another program that uses the app',
    retriable: true,
  },
  'entra-unavailable': {
    blame: 'microsoft',
    action:
      "Nothing: it is tried again; if it lasts, look at AUTHORITY_HOST, the network and Microsoft's service health",
    retriable: true,
  },
  'not-licensed': {
    blame: 'tenant',
    action: 'Ask the customer to license Microsoft Defender XDR and turn it on, or pause the tenant',
  },
  'tenant-blocked': {
    blame: 'tenant',
    action:
      "Ask the customer's administrator to have Microsoft reactivate the tenant, which is possible for 20 days only, or pause the tenant",
  },
  'tenant-not-found': {
    blame: 'tenant',
    action: 'Check the tenant id with the customer, and that the tenant belongs to the cloud of CLOUD',
  },
  'tenant-refused': {
    blame: 'tenant',
    action:
      "Look the number up at login.microsoftonline.com/error and ask the customer's administrator about it: a policy, the state of the tenant, or the consent",
  },
  'wrong-cloud': {
    blame: 'tenant',
    action: 'Collect this tenant with a deployment and an app registration of its own cloud',
  },
} as const satisfies Record<string, EntraProblem>;

export type EntraProblemCode = keyof typeof ENTRA_PROBLEMS;

/** A code that was stored; `undefined` for what is none. */
export function readProblemCode(value: unknown): EntraProblemCode | undefined {
  const codes = Object.keys(ENTRA_PROBLEMS).filter((code): code is EntraProblemCode => code in ENTRA_PROBLEMS);
  return codes.find((code) => code === value);
}
