import { readTenantId, type TenantId } from '../../domain/values/tenant-id.ts';
import { AppError } from '../../errors.ts';
import type { TenantDirectory } from '../../ports/tenant-directory.ts';
import type { HttpAnswer, HttpGet } from '../machine/http.ts';

/** The port `TenantDirectory` on Entra's discovery document, whose issuer names the tenant. Needs no credential. */
export function createEntraDirectory(authorityHost: string, http: HttpGet): TenantDirectory {
  return {
    find: async (domain) => {
      const url = `${authorityHost}/${encodeURIComponent(domain)}/v2.0/.well-known/openid-configuration`;
      const answer = await http(url, { accept: 'application/json' });
      // Entra returns 400 (invalid_tenant, AADSTS90002) for an unknown name.
      if (answer.status === 400 || answer.status === 404) return undefined;
      const tenantId = answer.status === 200 ? readIssuer(answer) : undefined;
      if (tenantId === undefined) throw unusable(answer);
      return tenantId;
    },
  };
}

function readIssuer({ bodyText }: HttpAnswer): TenantId | undefined {
  try {
    const document: unknown = JSON.parse(bodyText);
    const issuer = typeof document === 'object' && document !== null && 'issuer' in document ? document.issuer : '';
    return typeof issuer === 'string' ? readTenantId(/\/([^/]+)\/v2\.0\/?$/.exec(issuer)?.[1]) : undefined;
  } catch {
    return undefined;
  }
}

function unusable({ status }: HttpAnswer): AppError {
  return new AppError('entra-unavailable', `Cannot find a tenant by its domain: Entra answered ${status}`, {
    status,
    action: "Give the tenant's id instead of a domain, or send the same request again",
  });
}
