import type { TenantId } from '../domain/values/tenant-id.ts';

/** What Entra says about tenants to anybody. */
export interface TenantDirectory {
  /** The tenant that has this verified domain, or `undefined` when there is none in this cloud. */
  find(domain: string): Promise<TenantId | undefined>;
}
