import type { ErrorKind } from './error-kind.ts';

/** Commands and links of operators. */
export const COMMAND_ERRORS = {
  'command-expired': {
    blame: 'caller',
    meaning:
      'a command waited for the collecting app until it expired, and was not carried out: 5 minutes for a purge or a rejection, a day for others (409)',
    action: 'Look at the tenant, and send it again if it is still wanted',
    status: 409,
  },
  'command-pending': {
    blame: 'microsoft',
    meaning:
      'with two apps: the collecting app has not carried out a command of the portal within 20 s, mostly because it had to wake up (502)',
    action: 'Look again in a minute; GET /tenants/{tenantId}/commands shows what waits, DELETE of one recalls it',
    retriable: true,
  },
  'command-recalled': {
    blame: 'caller',
    meaning: 'somebody recalled the command, or it expired, before the collecting app began it (409)',
    action: 'Send it again if it is wanted after all',
    status: 409,
  },
  'command-running': {
    blame: 'caller',
    meaning: 'a command was to be recalled that is being carried out (409)',
    action: 'Look at the tenant in a minute, and send the opposite command',
    status: 409,
  },
  'command-superseded': {
    blame: 'caller',
    meaning: 'a later command withdrew this one before it was carried out (409)',
    action: 'Send it again if it is wanted after all',
    status: 409,
  },
  'command-taken': {
    blame: 'collector',
    meaning:
      'a worker paused so long that another took over its command, or the command was withdrawn meanwhile; nothing was written',
    action:
      'Nothing: the worker that took over carries it out; if it lasts, look at the instances of the collecting app',
  },
  'link-open': {
    blame: 'caller',
    meaning:
      '`GET /consent-links/new` would have ended a link that can still be used, and only an address requested it (409)',
    action: 'Withdraw the open link, or send POST /consent-links, which replaces it',
    status: 409,
  },
  'link-used': {
    blame: 'caller',
    meaning: 'a consent link was to be withdrawn that was used already (409)',
    action: 'Pause or delete the tenant that it brought, if it is not wanted',
    status: 409,
  },
  'tenant-not-active': {
    blame: 'caller',
    meaning: 'only an active tenant can be collected from at once (409)',
    action: 'Look at the tenant: its status and lastError say what has to happen first',
    status: 409,
  },
  'tenant-not-awaiting': {
    blame: 'caller',
    meaning: 'a tenant was to be approved or rejected that does not await approval (409)',
    action: 'Look at GET /tenants?status=awaiting-approval for those that wait for a decision',
    status: 409,
  },
  'tenant-not-paused': {
    blame: 'caller',
    meaning: 'the rows of a tenant that is still collected cannot be erased (409)',
    action: 'Delete the tenant without purge, or set paused to true, then send the same request again',
    status: 409,
  },
  'tenant-purging': {
    blame: 'caller',
    meaning: "the tenant's rows are being erased (409)",
    action: 'Wait until the tenant is not found any more, then register it again',
    status: 409,
  },
  'too-many-commands': {
    blame: 'microsoft',
    meaning: '50 commands of the tenant wait for the collecting app (502)',
    action: 'See that the collecting app runs; it carries out what waits, in order',
    retriable: true,
  },
} as const satisfies Record<string, ErrorKind>;
