import type { ErrorKind } from './error-kind.ts';

/** Table Storage and queues. */
export const STORAGE_ERRORS = {
  'bad-clean-up-message': {
    blame: 'collector',
    meaning: 'a message in `clean-up` is not one that the collector writes',
    action: 'Find out what else writes to the queue; the message is in clean-up-poison',
  },
  'bad-command': {
    blame: 'collector',
    meaning: 'a message in `tenant-commands` is not one that the portal writes',
    action: 'Find out what else writes to the queue; the message is in tenant-commands-poison',
  },
  'bad-purge-message': {
    blame: 'collector',
    meaning: 'a message in `purge-tenants` is not one that the collector writes',
    action: 'Find out what else writes to the queue; the message is in purge-tenants-poison',
  },
  'bad-slice': {
    blame: 'collector',
    meaning: 'a message in `collect-tenants` or `collect-slow-tenants` is not one that the collector writes',
    action:
      'Find out what else writes to the queue; the message is in collect-tenants-poison or collect-slow-tenants-poison',
  },
  'out-of-time': {
    blame: 'collector',
    meaning: 'a clean-up, a purge or a slice stopped before a storage request that might end after the time of its run',
    action: 'Nothing: what is left is taken up by the next run; if it lasts, look at the storage account',
  },
  'precondition-failed': {
    blame: 'collector',
    meaning: 'a row changed between its reading and its writing',
    action: 'Nothing: it is settled by reading the row again; if it lasts, report it as a bug',
    isRace: true,
  },
  'queue-unavailable': {
    blame: 'microsoft',
    meaning: "the portal cannot send a command: the data account's queue does not respond",
    action: 'Try again; if it lasts, look at the data account and at the rights of this app on its queues',
    retriable: true,
  },
  'row-exists': {
    blame: 'collector',
    meaning: 'a row that was to be added exists already',
    action: 'Report it as a bug if it lasts',
    concerns: 'state-row',
    isRace: true,
  },
  'row-limits-exceeded': {
    blame: 'collector',
    meaning: 'a row or a transaction is larger than the table service takes',
    action: 'Report it as a bug',
  },
  'row-missing': {
    blame: 'collector',
    meaning: 'a row that was to be changed does not exist',
    action: 'Nothing: list rows are repaired; if it lasts, report it as a bug',
    concerns: 'state-row',
    isRace: true,
  },
  'storage-not-prepared': {
    blame: 'partner',
    meaning:
      'the storage account has no table or queue of the name in the message: `infra/main.bicep` creates them all, and the app itself only in an emulator on its own machine',
    action: 'Deploy infra/main.bicep, or make the table or queue that the message names; check IncidentStorage',
    concerns: 'state-row',
  },
  'storage-refused': {
    blame: 'partner',
    meaning: 'the storage service refused the request',
    action:
      'Check that the identity of the app may use the tables, and that the network of the data account lets it in',
    concerns: 'state-row',
  },
  'storage-unclear': {
    blame: 'microsoft',
    meaning: 'the storage service did not respond, or returned 5xx: a write may have happened',
    action: 'Nothing: it is settled and tried again; if it lasts, look at the storage account',
    retriable: true,
    concerns: 'state-row',
  },
  'tenant-busy': {
    blame: 'microsoft',
    meaning: "the tenant's state row changed at each of eight tries to change it",
    action: 'Send the same request again',
    retriable: true,
  },
  'tenant-gone': {
    blame: 'tenant',
    meaning: "the tenant's state row was erased while it was collected",
    action: 'Nothing: the tenant was purged; if it lasts, register it again',
    concerns: 'state-row',
  },
  'tenant-taken': {
    blame: 'collector',
    meaning: 'another worker has committed for this tenant since',
    action: 'Nothing: the other worker goes on; if it lasts, report it as a bug',
    concerns: 'state-row',
  },
} as const satisfies Record<string, ErrorKind>;
