import type { EntraErrorCode } from '../../errors/entra-errors.ts';
import type { ConsentRefusal } from './consent-answer.ts';

/** To the administrator of a customer. */
export interface RefusalText {
  title: string;
  happened: string;
  next: string;
}

const AGAIN = 'then open the same link again.';
/** In the texts: what the provider needs to find the error in its log. */
const EVIDENCE = '{evidence}';

const PROVIDER_ACTS: RefusalText = {
  title: 'Your provider has to correct something first',
  happened: 'Microsoft refused because of how the app of your provider is set up, so nothing was connected.',
  next: `You cannot change that, and waiting does not help. Send your provider ${EVIDENCE}, and open the same link again when you are told that it was corrected.`,
};
const PASSING: RefusalText = {
  title: 'Microsoft could not complete the approval',
  happened: 'Microsoft had a problem that passes, so nothing was connected.',
  next: `Open the same link again in some minutes. If it still fails after an hour, send your provider ${EVIDENCE}.`,
};
const UNKNOWN: RefusalText = {
  title: 'Microsoft could not complete the approval',
  happened: 'Microsoft answered with an error, so nothing was connected.',
  next: `Open the same link once more in some minutes. If it fails again, waiting does not help: send your provider ${EVIDENCE}.`,
};

const TEXTS: Readonly<Record<EntraErrorCode, RefusalText>> = {
  'access-blocked': {
    title: 'A policy of your organisation blocks the approval',
    happened:
      'A Conditional Access or security policy of your organisation did not let it through, so nothing was connected.',
    next: `Waiting does not help. Ask whoever manages these policies in your organisation to let you and the app through, ${AGAIN}`,
  },
  'admin-consent-required': {
    title: 'An administrator has to approve',
    happened: 'Your account may not approve permissions for the whole organisation, so nothing was connected.',
    next: 'Forward the same link to somebody with the role that your provider has named: Cloud Application Administrator where Microsoft lists permissions of Microsoft Threat Protection alone, Privileged Role Administrator where it lists any of Microsoft Graph.',
  },
  'api-disabled-in-tenant': {
    title: 'Microsoft Defender XDR is disabled in your organisation',
    happened:
      'The service whose incidents are to be read is disabled in your organisation, or its subscription has ended, so nothing was connected.',
    next: `Waiting does not help. Renew the subscription or, where it was disabled by hand, enable the enterprise application Microsoft Threat Protection in the Microsoft Entra admin center, ${AGAIN}`,
  },
  'app-credential-refused': PROVIDER_ACTS,
  'app-disabled-in-tenant': {
    title: 'The app is disabled in your organisation',
    happened: 'Somebody in your organisation disabled the app of your provider, so nothing was connected.',
    next: `Waiting does not help. In the Microsoft Entra admin center open Enterprise applications, the app of your provider, Properties, and enable it for users to sign in, ${AGAIN}`,
  },
  'app-misconfigured': PROVIDER_ACTS,
  'consent-declined': {
    title: 'The approval was declined',
    happened: 'The permissions were not approved, so nothing was connected and nothing is read.',
    next: 'If this was a mistake, open the same link again and approve. Otherwise tell your provider what you need to know first.',
  },
  'consent-missing': {
    title: 'The approval is still missing',
    happened: 'Microsoft says that the app was not approved for your organisation, so nothing was connected.',
    next: `Open the same link again, sign in with an administrator of your organisation, and approve. If this page comes again, waiting does not help: send your provider ${EVIDENCE}.`,
  },
  'entra-refused': UNKNOWN,
  'entra-request-loop': PASSING,
  'entra-throttled': PASSING,
  'entra-unavailable': PASSING,
  'not-licensed': {
    title: 'Your organisation has no Microsoft Defender XDR',
    happened:
      'The service whose incidents are to be read is not subscribed to or was never turned on in your organisation, so nothing was connected.',
    next: `Waiting does not help. Have Microsoft Defender XDR licensed and turn it on, by opening Incidents in the Microsoft Defender portal once, ${AGAIN} If your organisation does not want the service, tell your provider.`,
  },
  'tenant-blocked': {
    title: 'Microsoft has blocked the tenant of your organisation',
    happened: 'Nobody used it for a long time, so Microsoft blocked it, and nothing was connected.',
    next: `Waiting does not help. Ask the support of Microsoft to reactivate the tenant, which is possible for 20 days only, ${AGAIN} Otherwise tell your provider.`,
  },
  'tenant-not-found': {
    title: 'Microsoft does not find your organisation',
    happened:
      'The link leads to an organisation that does not exist in this cloud of Microsoft. Nothing was connected.',
    next: `Waiting does not help. Send your provider the name of your organisation as its Microsoft account has it and ${EVIDENCE}, and ask for a new link.`,
  },
  'tenant-refused': UNKNOWN,
  'wrong-cloud': {
    title: 'Your organisation belongs to another cloud of Microsoft',
    happened:
      'Microsoft runs separate clouds, such as those of the US government and in China, and this link is for another one than yours. Nothing was connected.',
    next: `This link cannot work, however often it is opened. Send your provider ${EVIDENCE} and the cloud of your organisation, and ask for another link.`,
  },
};

/** What the visitor can do about a refusal; the number is shown above that text if there is one. */
export function refusalText({ code, aadsts }: Pick<ConsentRefusal, 'code' | 'aadsts'>): RefusalText {
  const { title, happened, next } = code === undefined ? UNKNOWN : TEXTS[code];
  const evidence = aadsts === undefined ? 'the time of this attempt' : 'the number above';
  return { title, happened, next: next.replace(EVIDENCE, evidence) };
}
