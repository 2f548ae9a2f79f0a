import type { ComponentChildren, JSX } from 'preact';
import type { Alert, Device, Entity, User } from '../../../shared/domain/incidents/incident.ts';
import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import { label } from '../model/describe-change.ts';
import { countOf, toProductName } from '../model/words.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';

/** What an incident is now: state, alerts with their evidence, devices, users. */
export function IncidentFacts({ detail }: { detail: IncidentDetail }): JSX.Element {
  const { incident, alerts } = detail;
  const { devices, users, mitreTechniques, tags, serviceSources, truncated } = incident;
  return (
    <aside class="facts" aria-label="Facts">
      <dl>
        <Fact name="Status">{label(incident.status)}</Fact>
        <Fact name="Assigned to">
          {incident.assignedTo === null ? <em>nobody</em> : <OutsideText text={incident.assignedTo} />}
        </Fact>
        <Fact name="Classification">{incident.classification === null ? 'none' : label(incident.classification)}</Fact>
        <Fact name="Determination">{incident.determination === null ? 'none' : label(incident.determination)}</Fact>
        <Fact name="Created">
          <Moment at={incident.createdTime} withUtc />
        </Fact>
        <Fact name="Updated">
          <Moment at={incident.lastUpdateTime} withUtc />
        </Fact>
        <Fact name="Stored">
          <Moment at={incident.collectedAt} withUtc />
        </Fact>
        {tags.length > 0 && (
          <Fact name="Tags">
            <OutsideText text={tags.join(', ')} />
          </Fact>
        )}
        {mitreTechniques.length > 0 && <Fact name="MITRE ATT&CK">{mitreTechniques.join(', ')}</Fact>}
        {serviceSources.length > 0 && <Fact name="Seen by">{serviceSources.map(toProductName).join(', ')}</Fact>}
        {truncated.length > 0 && <Fact name="Shortened">{truncated.map(label).join(', ')}</Fact>}
      </dl>
      <NameList title="Devices" names={devices.map(toDeviceName)} />
      <NameList title="Users" names={users.map(toUserName)} />
      {alerts.length > 0 && <h2>{countOf(alerts.length, 'alert')}</h2>}
      {alerts.map((alert) => (
        <AlertFacts key={alert.alertId} alert={alert} />
      ))}
    </aside>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}

function NameList({ title, names }: { title: string; names: readonly string[] }): JSX.Element | null {
  if (names.length === 0) return null;
  return (
    <>
      <h2>
        {title} ({names.length})
      </h2>
      <ul class="names">
        {names.map((name, index) => (
          <li key={index}>
            <OutsideText text={name} />
          </li>
        ))}
      </ul>
    </>
  );
}

function AlertFacts({ alert }: { alert: Alert }): JSX.Element {
  const { title, alertId, severity, status, description, entities, createdTime, firstActivity } = alert;
  return (
    <details class="alert">
      <summary>
        <SeverityMark severity={severity} /> <OutsideText text={title ?? alertId} />
      </summary>
      <p class="hint">
        {label(status)}
        {firstActivity !== null && (
          <>
            {' '}
            · first activity <Moment at={firstActivity} withUtc />
          </>
        )}{' '}
        · raised <Moment at={createdTime} withUtc />
      </p>
      {description !== null && (
        <p>
          <OutsideText text={description} />
        </p>
      )}
      <NameList title="Evidence" names={entities.map(toEvidence)} />
    </details>
  );
}

function toDeviceName({ name, deviceId, osPlatform, riskScore }: Device): string {
  const facts = [osPlatform, riskScore === null ? null : `risk ${riskScore}`].filter((fact) => fact !== null);
  return [name ?? deviceId ?? 'without a name', ...facts].join(' · ');
}

function toUserName({ userPrincipalName, accountName, domainName, sid }: User): string {
  const account = domainName === null ? accountName : `${domainName}\\${accountName ?? ''}`;
  return userPrincipalName ?? account ?? sid ?? 'without a name';
}

/** Sources name an entity in many ways; these fields say most. */
const TELLING = [
  'fileName',
  'deviceName',
  'userPrincipalName',
  'accountName',
  'ipAddress',
  'url',
  'processCommandLine',
];

function toEvidence(entity: Entity): string {
  const parts = TELLING.map((field) => entity[field]).filter((value) => typeof value === 'string');
  const verdict = entity.verdict === null ? [] : [entity.verdict];
  return [label(entity.type), ...parts, ...verdict].filter((part) => part !== '').join(' · ');
}
