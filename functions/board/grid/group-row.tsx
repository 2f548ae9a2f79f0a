import type { JSX } from 'preact';
import type { Grouping } from '../model/list-look.ts';
import { countOf } from '../model/words.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import type { IncidentGroup } from './group-incidents.ts';
import type { RowPlace } from './grid-row.tsx';

interface Props extends Omit<RowPlace, 'level'> {
  group: IncidentGroup;
  grouping: Grouping;
  isOpen: boolean;
  columns: number;
  onToggle(): void;
}

const MAX_TITLE = 300;

/** What several incidents have in common, in one row that opens. */
export function GroupRow({ group, grouping, isOpen, columns, onToggle, ...place }: Props): JSX.Element {
  const { index, top, isActive, onActivate } = place;
  const { title, incidents, customers, worst, unassigned, updatedAt } = group;
  return (
    <div
      role="row"
      id={`row-${index}`}
      class="group-row"
      aria-rowindex={index + 2}
      aria-level={1}
      aria-expanded={isOpen}
      aria-selected={isActive}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        onActivate(index);
        onToggle();
      }}
    >
      <div role="gridcell" aria-colspan={columns}>
        <span class="twist" aria-hidden="true" />
        <SeverityMark severity={worst} />
        <strong>
          {grouping === 'title' && `${incidents.length.toLocaleString('en')} × `}
          <OutsideText text={title} most={MAX_TITLE} />
        </strong>
        <span class="hint">
          {grouping === 'title' ? `at ${countOf(customers, 'customer')}` : countOf(incidents.length, 'incident')}
          {unassigned > 0 && ` · ${unassigned.toLocaleString('en')} unassigned`} · <Moment at={updatedAt} isRelative />
        </span>
      </div>
    </div>
  );
}
