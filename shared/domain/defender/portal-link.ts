import type { TenantId } from '../values/tenant-id.ts';

/** Defender portals of the global, GCC High and DoD clouds (learn.microsoft.com, Microsoft Defender XDR for US Government). */
const PORTAL_HOSTS = new Set(['security.microsoft.com', 'security.microsoft.us', 'security.apps.mil']);

/** The source's own link where it leads to a Microsoft security portal; operators click it, so anything else is not shown. */
export function portalLink(
  sourceLink: string | null,
  portalUrl: string,
  incidentId: string,
  tenantId: TenantId,
): string {
  if (sourceLink !== null && isPortalLink(sourceLink, portalUrl)) return sourceLink;
  return `${portalUrl.replace(/\/+$/, '')}/incidents/${encodeURIComponent(incidentId)}?tid=${tenantId}`;
}

function isPortalLink(link: string, portalUrl: string): boolean {
  const url = URL.parse(link);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  return url.origin === URL.parse(portalUrl)?.origin || (PORTAL_HOSTS.has(url.hostname) && url.port === '');
}
