import type { ErrorKind } from './error-kind.ts';

/** Responses of the sources. */
export const SOURCE_ERRORS = {
  'bad-page': {
    blame: 'microsoft',
    meaning:
      'the response is not the expected JSON: HTML, cut off, broken compression, another shape, or another incident than the requested one',
    action:
      'Nothing: it is read again; if it lasts, check what stands between the app and the service, then open a support case with Microsoft',
    retriable: true,
    concerns: 'window',
  },
  'bad-request': {
    blame: 'collector',
    meaning: 'the source returned 400 or another 4xx that rejects our request',
    action: 'Report this as a bug of the collector with the message and the tracking id',
    concerns: 'window',
  },
  'budget-spent': {
    blame: 'microsoft',
    meaning: "the tenant's limit of calls for the minute or the hour, or the time of its turn, is used up",
    action:
      'Nothing: reading goes on at the next tick; if it lasts, look how long the service takes to answer, and for another program that uses the app',
    ends: 'more',
  },
  'endpoint-not-found': {
    blame: 'partner',
    meaning: 'the source has no such address (404 or 410 for the list of incidents)',
    action:
      'Check DEFENDER_URL or GRAPH_URL; where Microsoft has withdrawn the Defender API, read the customer from Microsoft Graph',
    concerns: 'link',
  },
  'filter-not-honoured': {
    blame: 'microsoft',
    meaning: 'the response holds incidents outside the requested times, even in whole seconds',
    action: 'Nothing: the tenant is read again at the next tick; if it lasts, open a case with Microsoft',
  },
  forbidden: {
    blame: 'tenant',
    meaning: 'a 403 that names neither a missing role nor a missing licence',
    action: 'Ask the customer what keeps this app from its incidents; quote the tracking id to Microsoft',
    concerns: 'link',
    tenantStatus: 'consent-missing',
  },
  'foreign-next-link': {
    blame: 'microsoft',
    meaning: 'the link to the next page leads elsewhere than to our endpoint, so the token is not sent there',
    action: 'Check DEFENDER_URL or GRAPH_URL; if it is right, open a support case with Microsoft',
    concerns: 'link',
  },
  'incident-unreadable': {
    blame: 'microsoft',
    meaning:
      'one incident could not be read by its id twice, while the service answered another request in between; it becomes a gap that names it, and nothing else waits for it',
    action: 'Nothing: it is a gap that is tried again; if it lasts, open a case with Microsoft and name the incident',
    retriable: true,
  },
  'incomplete-answer': {
    blame: 'microsoft',
    meaning:
      'the source marked its response as incomplete (status 206, or a `Warning` 199), so it proves nothing; other warnings are ignored',
    action: "Nothing: it is read again; if it lasts, look at Microsoft's service health",
    retriable: true,
    concerns: 'window',
  },
  'insecure-url': {
    blame: 'partner',
    meaning: 'a service address does not begin with `https`',
    action: 'Set the address of the service to one that begins with https',
  },
  'missing-role': {
    blame: 'tenant',
    meaning: '403, or a token without the role that reads incidents',
    action: 'Send the customer a new consent link: the role that reads incidents is not granted, or was taken away',
    tenantStatus: 'consent-missing',
  },
  'page-too-large': {
    blame: 'microsoft',
    meaning: 'a response is over 20 MiB after decompression',
    action:
      'Nothing: it is read in smaller parts, and what is too large by itself becomes a gap of the tenant; if it lasts, open a case with Microsoft',
    concerns: 'window',
  },
  'redirect-refused': {
    blame: 'partner',
    meaning: 'the service returned a redirect, which would send the token elsewhere',
    action: 'Check that the address of the service in the settings is the one that Microsoft documents',
    concerns: 'link',
  },
  'source-not-configured': {
    blame: 'partner',
    meaning: "the tenant's source is one that this app is not configured for",
    action: 'Set the tenant to a source that this app is configured for',
  },
  'source-retired': {
    blame: 'tenant',
    meaning:
      'the Defender API is gone, and Microsoft Graph refuses this customer on `auto`; blame and message describe what is missing there. `GET /health`: which customers are still read from the Defender API',
    action:
      'Send the customer a consent link made with {"source": "auto"}; Microsoft Graph needs the role SecurityIncident.Read.All',
    tenantStatus: 'consent-missing',
  },
  'source-silent': {
    blame: 'microsoft',
    meaning:
      'the Defender API returns an empty list, over the whole lookback, although it has shown incidents of this customer',
    action:
      'Nothing: where others say the same, those on "auto" go to Microsoft Graph by themselves; if it lasts, and this is the only one, ask whether its Defender was reset, and set its source to "defender"',
  },
  'source-suspected': {
    blame: 'microsoft',
    meaning:
      'an empty list of the Defender API while several customers have a sign that the API is gone: the list is not trusted, and `completeThrough` does not move. `GET /health`: that they have the sign',
    action:
      'Nothing: customers on "auto" go to Microsoft Graph when it is certain; if it lasts, set the others to "graph" with a consent for its role',
  },
  'source-unavailable': {
    blame: 'microsoft',
    meaning: '5xx, 408, a lost connection or no complete response within 30 s',
    action: "Nothing: it is tried again; if it lasts, look at Microsoft's service health and quote the tracking id",
    retriable: true,
    concerns: 'window',
  },
  throttled: {
    blame: 'microsoft',
    meaning: '429: too many calls for this tenant',
    action:
      'Nothing: the tenant waits as long as the service asked; if it lasts, look for another program that uses this app',
    retriable: true,
  },
  'too-many-gaps': {
    blame: 'microsoft',
    meaning: 'the tenant has 32 gaps already, and one more was found: its reading stops before that range',
    action: 'Open a case with Microsoft and name the gaps of the tenant: the source fails in many places',
  },
  unauthorized: {
    blame: 'tenant',
    meaning: '401: the token was refused',
    action: 'Nothing at first: a new token is asked for; if it lasts, send the customer a new consent link',
    tenantStatus: 'consent-missing',
  },
} as const satisfies Record<string, ErrorKind>;
