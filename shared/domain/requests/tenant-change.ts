import type { SourceChoice } from '../incidents/incident.ts';
import { badProperty, readLabels, readName, readOwnSource, readStrictBody } from './strict-body.ts';

/** What `PUT /tenants/{tenantId}` is to change; an absent property stays as it is. */
export interface TenantChange {
  displayName?: string | null;
  customer?: string | null;
  labels?: string[];
  /** `null`: the tenant has no source of its own any more. */
  source?: SourceChoice | null;
  paused?: boolean;
}

export function readTenantChange(body: unknown): TenantChange {
  return readStrictBody<Required<TenantChange>>(body, {
    displayName: readName,
    customer: readName,
    labels: readLabels,
    source: readOwnSource,
    paused: (name, value) => {
      if (typeof value !== 'boolean') throw badProperty(name, value, 'it must be true or false');
      return value;
    },
  });
}

/** Which properties a change gives, and the values of those that are no names. */
export function describeChange(change: TenantChange): string {
  return Object.entries(change)
    .map(([name, value]) => (name === 'paused' || name === 'source' ? `${name}=${String(value)}` : name))
    .join(', ');
}
