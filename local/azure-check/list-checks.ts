import { checkSentQueue, checkWorkedQueue } from './check-queue.ts';
import { checkReadableTable, checkWritableTable } from './check-table.ts';
import { checkVault } from './check-vault.ts';
import type { CheckedPlaces } from './read-places.ts';
import type { Check } from './run-checks.ts';

/** As infra/names.bicep has them; test/local/azure-check.test.ts holds both together. */
export const TABLES = ['Incidents', 'Tenants', 'ConsentRequests', 'Audit', 'CommandOutcomes'] as const;
export const PORTAL_WRITES: readonly string[] = ['Tenants', 'ConsentRequests', 'Audit'];
export const WORK_QUEUES = [
  'collect-tenants',
  'collect-slow-tenants',
  'tenant-commands',
  'purge-tenants',
  'clean-up',
] as const;
export const PORTAL_SENDS_TO = ['tenant-commands'] as const;

/** What an app with this role has rights for, as infra/modules/roles.bicep gives them. */
export function listChecks({ role, storage, vault }: CheckedPlaces): Check[] {
  if (role === 'portal')
    return [
      ...TABLES.map((name) => (PORTAL_WRITES.includes(name) ? checkWritableTable : checkReadableTable)(storage, name)),
      ...PORTAL_SENDS_TO.map((name) => checkSentQueue(storage, name)),
    ];
  return [
    ...TABLES.map((name) => checkWritableTable(storage, name)),
    ...WORK_QUEUES.flatMap((name) => [name, `${name}-poison`]).map((name) => checkWorkedQueue(storage, name)),
    ...(vault === undefined ? [] : [checkVault(vault)]),
  ];
}
