import { readTenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { TimeInput } from '../basics/time-input.ts';

export interface TenantInput {
  tenantId: string;
  displayName?: string;
  /** A verified domain; resolves to the tenant in Entra paths. */
  domain?: string;
  /** The multi-tenant apps have a service principal here. Default true. */
  isConsented?: boolean;
  /** Defender app roles that were granted. Default `Incident.Read.All`. */
  roles?: readonly string[];
  /** Has Microsoft Defender XDR. Default true. */
  isLicensed?: boolean;
  /** What tokens are like for a while after an administrator approved on the consent page. */
  consentSpread?: ConsentSpread;
}

export interface ConsentSpread {
  seconds: number;
  /** No token at all (AADSTS7000229), or one without roles. */
  form: 'refused' | 'without-roles';
}

export interface Tenant extends Required<TenantInput> {
  /** When an administrator approved on the consent page. */
  consentedAt: Ticks | undefined;
}

export interface AppSecret {
  value: string;
  expiresAt?: TimeInput;
}

export interface AppInput {
  clientId: string;
  homeTenantId: string;
  secrets?: readonly AppSecret[];
  /** PEM certificates whose keys may sign client assertions. */
  certificates?: readonly string[];
  /** Managed identities that are trusted instead of a secret; Entra takes at most 20. */
  federatedCredentials?: readonly FederatedCredential[];
  /** Where the consent page may send a browser back to. Default: anywhere. */
  redirectUris?: readonly string[];
  /** What an approval grants. Default `Incident.Read.All`. */
  requiredRoles?: readonly string[];
}

/** Bad values are accepted and show at the exchange only, as in Entra. */
export interface FederatedCredential {
  /** Object (principal) id of the user-assigned identity, not its client id. */
  subject: string;
  /** Default: the home tenant's issuer of version 2.0 tokens. */
  issuer?: string;
  /** Default: `api://AzureADTokenExchange`. */
  audience?: string;
}

export interface IdentityInput {
  clientId: string;
  principalId: string;
  tenantId: string;
}

/** Entra's content: who exists and who may what. */
export interface Directory {
  addTenant(input: TenantInput): Tenant;
  removeTenant(tenantId: string): void;
  changeTenant(tenantId: string, change: Partial<Tenant>): void;
  /** By GUID or verified domain, in any letter case. */
  findTenant(nameOrId: string): Tenant | undefined;
  tenants(): Tenant[];
  apps: Map<string, AppInput>;
  identities: Map<string, IdentityInput>;
}

const NO_SPREAD: ConsentSpread = { seconds: 0, form: 'refused' };
const DEFAULT_ROLES: readonly string[] = ['Incident.Read.All'];

export function createDirectory(): Directory {
  const tenants = new Map<string, Tenant>();
  const find = (nameOrId: string): Tenant | undefined => {
    const name = nameOrId.toLowerCase();
    return tenants.get(name) ?? [...tenants.values()].find(({ domain }) => domain.toLowerCase() === name);
  };
  return {
    apps: new Map(),
    identities: new Map(),
    addTenant(input) {
      const tenantId = readTenantId(input.tenantId);
      if (tenantId === undefined)
        throw new Error(`Cannot add a tenant as its id must be a GUID: it is "${input.tenantId}"`);
      const defaults = {
        displayName: tenantId,
        domain: `${tenantId}.example`,
        isConsented: true,
        roles: DEFAULT_ROLES,
        isLicensed: true,
        consentSpread: NO_SPREAD,
        consentedAt: undefined,
      };
      const tenant = { ...defaults, ...input, tenantId };
      tenants.set(tenantId, tenant);
      return tenant;
    },
    removeTenant(tenantId) {
      tenants.delete(tenantId.toLowerCase());
    },
    changeTenant(tenantId, change) {
      const tenant = find(tenantId);
      if (tenant === undefined)
        throw new Error(`Cannot change a tenant that the simulator does not have: "${tenantId}"`);
      tenants.set(tenant.tenantId, { ...tenant, ...change });
    },
    findTenant: find,
    tenants: () => [...tenants.values()],
  };
}
