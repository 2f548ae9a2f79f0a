import type { JSX } from 'preact';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { label } from '../model/describe-change.ts';
import { writeRoute } from '../model/route.ts';
import { customerName } from '../model/select-incidents.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText, toOutsideText } from '../parts/outside-text.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import { showControls } from '../parts/show-controls.ts';

interface Props {
  incident: ListedIncident;
  index: number;
  top: number;
  isActive: boolean;
  onActivate(index: number): void;
}

/** Longer names are cut off by the layout anyway, and text of 10 KB is slow to lay out. */
const MAX_NAME = 300;

export function GridRow({ incident, index, top, isActive, onActivate }: Props): JSX.Element {
  const { tenantId, incidentId, name, severity, status, assignedTo, createdTime, lastUpdateTime } = incident;
  return (
    <div
      role="row"
      id={`row-${index}`}
      class="grid-row"
      aria-rowindex={index + 2}
      aria-selected={isActive}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        onActivate(index);
      }}
    >
      <div role="gridcell" class="severity">
        <SeverityMark severity={severity} />
      </div>
      <div role="gridcell" class="name">
        <a
          href={writeRoute({ view: 'incident', tenantId, incidentId })}
          tabIndex={-1}
          dir="auto"
          title={showControls((name ?? incidentId).slice(0, MAX_NAME))}
        >
          {toOutsideText(name ?? 'Without a name', MAX_NAME)}
        </a>
        <span class="id">#{incidentId}</span>
      </div>
      <div role="gridcell" class="customer">
        <OutsideText text={customerName(incident)} />
      </div>
      <div role="gridcell" class="status">
        {label(status)}
      </div>
      <div role="gridcell" class="assigned">
        {assignedTo === null || assignedTo === '' ? <em>unassigned</em> : <OutsideText text={assignedTo} />}
      </div>
      <div role="gridcell" class="created">
        <Moment at={createdTime} isRelative />
      </div>
      <div role="gridcell" class="updated">
        <Moment at={lastUpdateTime} withUtc="clock" />
      </div>
    </div>
  );
}
