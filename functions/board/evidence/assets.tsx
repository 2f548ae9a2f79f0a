import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Alert } from '../../../shared/domain/incidents/incident.ts';
import type { IncidentView } from '../../../shared/domain/views/incident-view.ts';
import { label } from '../model/describe-change.ts';
import { toSearchText } from '../model/search-text.ts';
import { deviceName, isSameDevice, isSameUser, userName } from './asset-names.ts';
import { FactTable } from './fact-table.tsx';
import type { PortalLinks } from './portal-links.ts';
import { RelationGraph } from './relation-graph.tsx';
import { relate } from './relations.ts';
import type { Value } from './value.ts';
import { ValueText } from './value-text.tsx';

interface Props {
  incident: IncidentView;
  alerts: readonly Alert[];
  links: PortalLinks | undefined;
}

/** The devices and users of an incident, each with its page in the portal. */
export function Assets({ incident, alerts, links }: Props): JSX.Element | null {
  const { devices, users } = incident;
  const relations = useMemo(() => relate({ devices, users }, alerts), [devices, users, alerts]);
  if (devices.length + users.length === 0) return null;
  return (
    <section class="assets" aria-labelledby="assets-title">
      <h2 id="assets-title">Devices and users</h2>
      <RelationGraph relations={relations} />
      {devices.length > 0 && (
        <FactTable
          title="Devices"
          columns={['Device', 'System', 'Health', 'Risk', 'Alerts', 'Portal']}
          rows={devices.map((device, at) => ({
            key: `${at} ${device.deviceId ?? device.name ?? ''}`,
            cells: [
              <ValueText value={named('device', deviceName(device))} />,
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
          columns={['User', 'Together with', 'SID', 'Alerts', 'Portal']}
          rows={users.map((user, at) => ({
            key: `${at} ${user.sid ?? user.userPrincipalName ?? ''}`,
            cells: [
              <ValueText value={named('user', userName(user))} />,
              relations
                .filter((relation) => relation.user === user)
                .map(({ device }, index) => (
                  <ValueText key={index} value={{ text: deviceName(device), isPlain: true }} />
                )),
              user.sid === null ? null : <ValueText value={named('user', user.sid)} />,
              countAlerts(alerts, (alert) => alert.users.some((one) => isSameUser(one, user))),
              toPortalLink(links?.user(user), userName(user)),
            ],
          }))}
        />
      )}
    </section>
  );
}

const named = (kind: 'device' | 'user', text: string): Value => ({ text, search: toSearchText([kind], text) });

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
