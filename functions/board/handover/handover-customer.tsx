import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FirstRead } from '../../../shared/domain/views/change-list.ts';
import { writeRoute } from '../model/route.ts';
import { countOf } from '../model/words.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText, toOutsideText } from '../parts/outside-text.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import type { ChangedIncident, TenantChanges } from './group-changes.ts';

const KINDS = ['appeared', 'reopened', 'changed', 'resolved', 'merged'] as const;
const SHOWN = 8;

/** The news of one customer, the worst first; whatever is high is never behind the button. */
export function HandoverCustomer({ group }: { group: TenantChanges }): JSX.Element {
  const { tenantId, tenantName, counts, incidents } = group;
  const high = incidents.filter(({ severity }) => severity === 'high').length;
  const [isAll, setIsAll] = useState(false);
  const most = isAll ? incidents.length : Math.max(SHOWN, high);
  const parts = KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`);
  return (
    <li class="handover">
      <h2>
        <OutsideText text={tenantName ?? tenantId} /> <span class="hint">{parts.join(', ')}</span>
      </h2>
      <ul>
        {incidents.slice(0, most).map((incident) => (
          <ChangedLine key={incident.incidentId} tenantId={tenantId} incident={incident} />
        ))}
      </ul>
      {incidents.length > most && (
        <button
          type="button"
          onClick={() => {
            setIsAll(true);
          }}
        >
          Show all {incidents.length}
        </button>
      )}
    </li>
  );
}

function ChangedLine({ tenantId, incident }: { tenantId: string; incident: ChangedIncident }): JSX.Element {
  const { incidentId, name, severity, news, lastStoredAt } = incident;
  return (
    <li class="changed">
      <SeverityMark severity={severity} />
      <a dir="auto" href={writeRoute({ view: 'incident', tenantId, incidentId })}>
        {toOutsideText(name ?? `Incident ${incidentId}`, 300)}
      </a>
      <span class="kinds">
        <OutsideText text={news.length === 0 ? 'Changed' : news.join(' · ')} /> · <Moment at={lastStoredAt} />
      </span>
    </li>
  );
}

/** One line for all first reads, however many customers and incidents they brought. */
export function FirstReads({ read }: { read: readonly FirstRead[] }): JSX.Element | null {
  if (read.length === 0) return null;
  const sum = read.reduce((total, { incidents }) => total + incidents, 0);
  return (
    <details class="first-read">
      <summary>
        {countOf(sum, 'incident')} of the past stored, by first reads or catch-ups of {countOf(read.length, 'customer')}
      </summary>
      <ul>
        {read.map(({ tenantId, tenantName, incidents }) => (
          <li key={tenantId}>
            <OutsideText text={tenantName ?? tenantId} />: {incidents.toLocaleString('en')}
          </li>
        ))}
      </ul>
    </details>
  );
}
