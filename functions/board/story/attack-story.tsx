import type { JSX } from 'preact';
import { Fragment } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Alert } from '../../../shared/domain/incidents/incident.ts';
import { deviceName, userName } from '../evidence/asset-names.ts';
import type { PortalLinks } from '../evidence/portal-links.ts';
import { label } from '../model/describe-change.ts';
import { toProductName } from '../model/words.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import { Techniques } from './attack-steps.tsx';
import { Fact } from './incident-facts.tsx';
import { attackOrder, beginOf, stageName } from './kill-chain.ts';

const SHOWN = 50;

interface Props {
  alerts: readonly Alert[];
  links: PortalLinks | undefined;
}

/** The attack as its alerts tell it, each at its first activity. */
export function AttackStory({ alerts, links }: Props): JSX.Element {
  const ordered = useMemo(() => attackOrder(alerts), [alerts]);
  const [most, setMost] = useState(SHOWN);
  return (
    <section class="attack" aria-labelledby="attack-title">
      <h2 id="attack-title">Alerts</h2>
      {alerts.length === 0 && <p class="hint">No alert of it is stored.</p>}
      <ol class="alerts">
        {ordered.slice(0, most).map((alert) => (
          <AlertEntry key={alert.alertId} alert={alert} links={links} />
        ))}
      </ol>
      {ordered.length > most && (
        <button
          type="button"
          onClick={() => {
            setMost(most + SHOWN);
          }}
        >
          Show later ones ({ordered.length - most})
        </button>
      )}
    </section>
  );
}

function AlertEntry({ alert, links }: { alert: Alert; links: PortalLinks | undefined }): JSX.Element {
  const { title, alertId, severity, status, category, serviceSource } = alert;
  const at = beginOf(alert);
  const product = serviceSource === null ? [] : [toProductName(serviceSource)];
  return (
    <li>
      <p class="when">{at === null ? <span class="hint">time unknown</span> : <Moment at={at} withUtc="clock" />}</p>
      <details class="alert">
        <summary>
          <SeverityMark severity={severity} /> <OutsideText text={title ?? alertId} />
        </summary>
        <AlertDetails alert={alert} links={links} />
      </details>
      <p class="hint">
        <OutsideText text={[stageName(category), ...product, label(status), ...namesOf(alert)].join(' · ')} />
      </p>
    </li>
  );
}

const NAMED = 3;

/** The first of those whom it is about; all of them are among its details. */
function namesOf({ devices, users }: Alert): string[] {
  const names = [...devices.map(deviceName), ...users.map(userName)];
  return names.length > NAMED ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names;
}

function AlertDetails({ alert, links }: { alert: Alert; links: PortalLinks | undefined }): JSX.Element {
  const { description, detectionSource, classification, determination, assignedTo } = alert;
  const words = [classification, determination].filter((word) => word !== null);
  const lists = [
    ['Devices', alert.devices.map(deviceName)],
    ['Users', alert.users.map(userName)],
  ] as const;
  return (
    <>
      {description !== null && (
        <p>
          <OutsideText text={description} />
        </p>
      )}
      <dl class="facts-list">
        <Fact name="Activity">
          <Moment at={alert.firstActivity} withUtc /> – <Moment at={alert.lastActivity} withUtc />
        </Fact>
        <Fact name="Raised">
          <Moment at={alert.createdTime} withUtc />
        </Fact>
        {detectionSource !== null && <Fact name="Detected by">{toProductName(detectionSource)}</Fact>}
        {assignedTo !== null && (
          <Fact name="Assigned to">
            <OutsideText text={assignedTo} />
          </Fact>
        )}
        {words.length > 0 && <Fact name="Classified">{words.map(label).join(', ')}</Fact>}
        {alert.mitreTechniques.length > 0 && (
          <Fact name="Techniques">
            <Techniques ids={alert.mitreTechniques} />
          </Fact>
        )}
        {lists.map(([name, names]) =>
          names.length === 0 ? null : (
            <Fact key={name} name={name}>
              {names.map((one, at) => (
                <Fragment key={at}>
                  {at > 0 && ', '}
                  <OutsideText text={one} />
                </Fragment>
              ))}
            </Fact>
          ),
        )}
      </dl>
      {links !== undefined && (
        <a href={links.alert(alert.alertId)} target="_blank" rel="noopener noreferrer">
          Alert in Defender ↗
        </a>
      )}
    </>
  );
}
