import type { SourceName } from '../domain/incidents/incident.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { AppError } from '../errors.ts';

export function sourceNotConfigured(tenantId: TenantId, source: SourceName): AppError {
  return new AppError('source-not-configured', `Cannot read tenant ${tenantId}: its source is ${source}`);
}
