import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { label } from './describe-change.ts';
import type { ChangedIncident, TenantChanges } from './group-changes.ts';
import { Moment } from './moment.tsx';
import { writeRoute } from './route.ts';
import { SeverityMark } from './severity-mark.tsx';
import { countOf } from './words.ts';
import { OutsideText } from './outside-text.tsx';

const KINDS = ['appeared', 'reopened', 'changed', 'resolved', 'merged'] as const;
const SHOWN = 8;

/** The news of one customer; a first read is one line, however much it brought. */
export function HandoverCustomer({ group }: { group: TenantChanges }): JSX.Element {
  const { tenantId, tenantName, counts, firstRead, incidents } = group;
  const [most, setMost] = useState(SHOWN);
  const told = KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`);
  return (
    <li class="handover">
      <h2>
        <OutsideText text={tenantName ?? tenantId} /> <span class="hint">{told.join(', ')}</span>
      </h2>
      {firstRead > 0 && <p class="first-read">First read: {countOf(firstRead, 'incident')} of the past stored.</p>}
      <ul>
        {incidents.slice(0, most).map((incident) => (
          <ChangedLine key={incident.incidentId} tenantId={tenantId} incident={incident} />
        ))}
      </ul>
      {incidents.length > most && (
        <button
          type="button"
          onClick={() => {
            setMost(incidents.length);
          }}
        >
          Show all {incidents.length}
        </button>
      )}
    </li>
  );
}

function ChangedLine({ tenantId, incident }: { tenantId: string; incident: ChangedIncident }): JSX.Element {
  const { incidentId, name, severity, status, kinds, lastStoredAt } = incident;
  return (
    <li class="changed">
      <SeverityMark severity={severity} />
      <a href={writeRoute({ view: 'incident', tenantId, incidentId })}>
        <OutsideText text={name ?? `Incident ${incidentId}`} most={300} />
      </a>
      <span class="kinds">
        {kinds.join(', ')} · now {label(status).toLowerCase()} · <Moment at={lastStoredAt} />
      </span>
    </li>
  );
}
