import type { ErrorKind } from './error-kind.ts';

/** The app and its runs as a whole. */
export const COLLECTION_ERRORS = {
  'bad-schedule': {
    blame: 'partner',
    meaning: '`COLLECT_SCHEDULE` is no NCRONTAB expression with six fields, or never occurs',
    action: 'Correct COLLECT_SCHEDULE, e.g. 0 */5 * * * * for every five minutes',
  },
  'bad-settings': {
    blame: 'partner',
    meaning: 'settings are missing or wrong; the message names each with what is allowed',
    action: 'Correct the settings of the app; docs/settings.md lists them all',
  },
  'board-not-built': {
    blame: 'partner',
    meaning: 'the folder `dist/board/` cannot be read, so the page cannot be shown',
    action: 'Run npm run build before the app is started or deployed',
  },
  'claims-late': {
    blame: 'microsoft',
    meaning: 'the storage was so slow that a tick had no time to claim more tenants: they are due at the next tick',
    action: 'Nothing: they are due at the next tick; if it lasts, look how long storage requests take',
  },
  crashed: {
    blame: 'collector',
    meaning: "every worker that took the tenant's message ended without a result",
    action: 'Look into the log of the collector for this tenant and report it as a bug; it is tried again in an hour',
  },
  'customers-unread': {
    blame: 'partner',
    meaning:
      '`GET /health`: more than half of the customers that were read before are refused, or behind without catching up',
    action:
      'Look up the code that the message names; with "stale" see whether slices are worked on: the queue collect-tenants, and the log of collectTenants',
  },
  'failover-not-chosen': {
    blame: 'partner',
    meaning:
      '`GET /health`: customers that are read from the Defender API because nobody has chosen a source: they would go blind if it ended',
    action:
      'Choose for all with INCIDENT_SOURCE=auto, or for each with PUT /tenants/{tenantId} and {"source": "auto"}; "defender" is a choice too (docs/operations.md, "When the Defender API ends")',
  },
  'failover-not-ready': {
    blame: 'partner',
    meaning: '`GET /health`: customers on `auto` that could not be read from Microsoft Graph if the Defender API ended',
    action:
      'Send each of them a consent link made with {"source": "auto"}: Microsoft Graph needs the role SecurityIncident.Read.All. GET /tenants shows what is missing of each in failover',
  },
  'fleet-refused': {
    blame: 'partner',
    meaning:
      '`GET /health`: the same, and at least three customers and a fifth of all are refused for the same reason since the same 15 minutes: it is the app or Microsoft, not the customers',
    action:
      "Write to no customer: so many do not withdraw at once. See whether the partner app's registration is disabled or deleted and PARTNER_CLIENT_ID is its id, then look at Microsoft's service health",
  },
  'gaps-lasting': {
    blame: 'microsoft',
    meaning: '`GET /health`: a range of a customer could not be read for more than a day, despite retries',
    action: 'Open a case with Microsoft and name the gaps that GET /tenants shows of each',
  },
  'internal-error': {
    blame: 'collector',
    meaning: 'anything unexpected',
    action: 'Look into the log of the collector and report it as a bug',
  },
  'no-tick': {
    blame: 'partner',
    meaning: '`GET /health`: the timer did not run for 15 minutes and three of its intervals',
    action: 'See whether the collecting app runs and what its log says of dispatchCollection',
  },
  'public-url-missing': {
    blame: 'partner',
    meaning: 'a consent link was requested while `PUBLIC_URL` is not set',
    action: 'Set PUBLIC_URL, and register {PUBLIC_URL}/api/consent/callback as a redirect URI of the partner app',
  },
  'tenant-state-missing': {
    blame: 'collector',
    meaning: 'the registry has the tenant but there is no state row, so nothing is collected from it',
    action: 'Register the tenant again with PUT /tenants/{tenantId}, or delete it',
  },
} as const satisfies Record<string, ErrorKind>;
