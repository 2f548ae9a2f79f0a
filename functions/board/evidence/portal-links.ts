import type { Device, User } from '../../../shared/domain/incidents/incident.ts';
import type { IncidentView } from '../../../shared/domain/views/incident-view.ts';

/** Pages of the Defender portal of one customer; `undefined` where it has none for what is known. */
export interface PortalLinks {
  incident: string | undefined;
  alert(alertId: string): string;
  device(device: Pick<Device, 'deviceId'>): string | undefined;
  user(user: User): string | undefined;
}

/** The other pages are on the host of the incident's own link, which the API has checked. */
export function portalLinks({ url, tenantId }: Pick<IncidentView, 'url' | 'tenantId'>): PortalLinks | undefined {
  const own = url === null ? null : URL.parse(url);
  if (own?.protocol !== 'https:') return undefined;
  const page = (path: string, query: Record<string, string> = {}): string =>
    `${own.origin}/${path}?${new URLSearchParams({ ...query, tid: tenantId }).toString()}`;
  return {
    incident: own.href,
    alert: (alertId) => page(`alerts/${encodeURIComponent(alertId)}`),
    device: ({ deviceId }) =>
      deviceId === null ? undefined : page(`machines/v2/${encodeURIComponent(deviceId)}/overview`),
    user: (user) => {
      const { aadUserId, sid, userPrincipalName } = user;
      const known: Record<string, string> = {
        ...(aadUserId !== null && { aad: aadUserId }),
        ...(sid !== null && { sid }),
        ...(userPrincipalName !== null && { upn: userPrincipalName }),
      };
      return Object.keys(known).length === 0 ? undefined : page('user', { ...known, tab: 'overview' });
    },
  };
}
