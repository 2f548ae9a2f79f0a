import { AppError } from '../../errors.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';

/** One queue message: a tenant whose rows are to be erased. */
export interface PurgeMessage {
  v: 1;
  tenantId: string;
}

export function toPurgeMessage(tenantId: TenantId): PurgeMessage {
  return { v: 1, tenantId };
}

export function readPurgeMessage(message: unknown): TenantId {
  const fields = typeof message === 'object' && message !== null ? message : {};
  const tenantId = readTenantId('tenantId' in fields ? fields.tenantId : undefined);
  if (tenantId === undefined)
    throw new AppError(
      'bad-purge-message',
      `Cannot read a queue message as a tenant to erase: current value is ${JSON.stringify(message ?? null).slice(0, 200)}`,
    );
  return tenantId;
}
