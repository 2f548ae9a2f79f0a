import type { JSX } from 'preact';
import type { Alert, Device, User } from '../../../shared/domain/incidents/incident.ts';
import type { IncidentView } from '../../../shared/domain/views/incident-view.ts';
import { label } from '../model/describe-change.ts';
import { FactTable } from './fact-table.tsx';
import type { PortalLinks } from './portal-links.ts';
import { ValueText } from './value-text.tsx';

interface Props {
  incident: IncidentView;
  alerts: readonly Alert[];
  links: PortalLinks | undefined;
}

/** The devices and users of an incident, each with its page in the portal. */
export function Assets({ incident, alerts, links }: Props): JSX.Element | null {
  const { devices, users } = incident;
  if (devices.length + users.length === 0) return null;
  return (
    <section class="assets" aria-labelledby="assets-title">
      <h2 id="assets-title">Devices and users</h2>
      {devices.length > 0 && (
        <FactTable
          title="Devices"
          columns={['Device', 'System', 'Health', 'Risk', 'Alerts', 'Portal']}
          rows={devices.map((device, at) => ({
            key: `${at} ${device.deviceId ?? device.name ?? ''}`,
            cells: [
              <ValueText value={{ text: deviceName(device), isSought: true }} />,
              device.osPlatform,
              word(device.healthStatus),
              device.riskScore === null ? null : <Risk score={device.riskScore} />,
              countAlerts(alerts, (alert) => alert.devices.some((one) => isSameDevice(one, device))),
              toPortalLink(links?.device(device), deviceName(device)),
            ],
          }))}
        />
      )}
      {users.length > 0 && (
        <FactTable
          title="Users"
          columns={['User', 'SID', 'Alerts', 'Portal']}
          rows={users.map((user, at) => ({
            key: `${at} ${user.sid ?? user.userPrincipalName ?? ''}`,
            cells: [
              <ValueText value={{ text: userName(user), isSought: true }} />,
              user.sid === null ? null : <ValueText value={{ text: user.sid, isSought: true }} />,
              countAlerts(alerts, (alert) => alert.users.some((one) => isSameUser(one, user))),
              toPortalLink(links?.user(user), userName(user)),
            ],
          }))}
        />
      )}
    </section>
  );
}

function Risk({ score }: { score: string }): JSX.Element {
  const look = { high: 'bad', medium: 'warn' }[score.toLowerCase()] ?? 'quiet';
  return <span class={`verdict ${look}`}>{label(score)}</span>;
}

function toPortalLink(href: string | undefined, name: string): JSX.Element | null {
  if (href === undefined) return null;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" aria-label={`Open ${name} in Defender`}>
      Defender ↗
    </a>
  );
}

const word = (text: string | null): string | null => (text === null ? null : label(text));

/** Nothing where the alerts do not say it: a zero would claim that none is about it. */
function countAlerts(alerts: readonly Alert[], isAbout: (alert: Alert) => boolean): string | null {
  const count = alerts.filter(isAbout).length;
  return count === 0 ? null : count.toLocaleString('en');
}

const isSame = (a: string | null, b: string | null): boolean => a !== null && a !== '' && a === b;
const isSameDevice = (a: Device, b: Device): boolean =>
  isSame(a.deviceId, b.deviceId) || isSame(a.aadDeviceId, b.aadDeviceId) || isSame(a.name, b.name);
const isSameUser = (a: User, b: User): boolean =>
  isSame(a.aadUserId, b.aadUserId) || isSame(a.sid, b.sid) || isSame(a.userPrincipalName, b.userPrincipalName);

export const deviceName = ({ name, deviceId, aadDeviceId }: Device): string =>
  name ?? deviceId ?? aadDeviceId ?? 'without a name';

export function userName({ userPrincipalName, accountName, domainName, sid, aadUserId }: User): string {
  const account = domainName === null ? accountName : `${domainName}\\${accountName ?? ''}`;
  return userPrincipalName ?? account ?? sid ?? aadUserId ?? 'without a name';
}
