import { readNamedParts } from './named-parts.ts';
import type { StorageConfig } from './storage-settings.ts';

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** True for an emulator on this machine, whose tables and queues no deployment creates. */
export function isOnThisMachine(storage: StorageConfig, service: 'table' | 'queue'): boolean {
  if (storage.kind === 'identity')
    return isLoopback(service === 'table' ? storage.tableServiceUri : storage.queueServiceUri);
  const parts = readNamedParts(storage.connectionString);
  // Wherever its proxy is, this account is an emulator's.
  if (parts.get('usedevelopmentstorage')?.toLowerCase() === 'true') return true;
  return isLoopback(parts.get(`${service}endpoint`) ?? '');
}

function isLoopback(address: string): boolean {
  return LOOPBACK.test(URL.parse(address)?.hostname ?? '');
}
