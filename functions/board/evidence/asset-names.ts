import type { Device, User } from '../../../shared/domain/incidents/incident.ts';

export const deviceName = ({ name, deviceId, aadDeviceId }: Device): string =>
  name ?? deviceId ?? aadDeviceId ?? 'without a name';

export function userName({ userPrincipalName, accountName, domainName, sid, aadUserId }: User): string {
  const account = domainName === null ? accountName : `${domainName}\\${accountName ?? ''}`;
  return userPrincipalName ?? account ?? sid ?? aadUserId ?? 'without a name';
}

const isSame = (a: string | null, b: string | null): boolean => a !== null && a !== '' && a === b;

export const isSameDevice = (a: Device, b: Device): boolean =>
  isSame(a.deviceId, b.deviceId) || isSame(a.aadDeviceId, b.aadDeviceId) || isSame(a.name, b.name);

export const isSameUser = (a: User, b: User): boolean =>
  isSame(a.aadUserId, b.aadUserId) || isSame(a.sid, b.sid) || isSame(a.userPrincipalName, b.userPrincipalName);
