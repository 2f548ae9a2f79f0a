import type { Organization } from '../domain/tenants/verification.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';

/** What Entra says about tenants to anybody. */
export interface TenantDirectory {
  /** The tenant that has this verified domain, or `undefined` when there is none in this cloud. */
  find(domain: string): Promise<TenantId | undefined>;
}

/** What Entra says about a tenant to an app of another one. */
export interface OrganizationDirectory {
  describe(tenantId: TenantId): Promise<Organization>;
}
