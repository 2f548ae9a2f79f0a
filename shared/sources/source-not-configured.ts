import type { TenantState } from '../domain/tenants/tenant-state.ts';
import { AppError } from '../errors.ts';

export function sourceNotConfigured({ tenantId, source }: Pick<TenantState, 'tenantId' | 'source'>): AppError {
  return new AppError('source-not-configured', `Cannot read tenant ${tenantId}: its source is ${source}`);
}
