import type { SourceName } from '../domain/incidents/incident.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import { AppError } from '../errors.ts';

export function sourceNotConfigured(tenantId: TenantId, source: SourceName): AppError {
  return new AppError('partner', 'source-not-configured', `Cannot read tenant ${tenantId}: its source is ${source}`, {
    action: 'Set the tenant to a source that this app is configured for',
  });
}
