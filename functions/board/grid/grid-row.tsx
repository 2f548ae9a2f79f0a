import type { JSX } from 'preact';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { useBoard } from '../data/board-context.ts';
import type { ColumnKey } from '../model/list-look.ts';
import { writeRoute } from '../model/route.ts';
import type { Sla } from '../model/sla.ts';
import { toOutsideText } from '../parts/outside-text.tsx';
import { showControls } from '../parts/show-controls.ts';
import { LIST_COLUMNS } from './list-columns.tsx';

export interface RowPlace {
  index: number;
  top: number;
  isActive: boolean;
  /** 1 or, in a group, 2; `undefined` where nothing is grouped. */
  level: number | undefined;
  onActivate(index: number): void;
}

interface Props extends RowPlace {
  incident: ListedIncident;
  columns: readonly ColumnKey[];
  sla: Sla;
  isSelected: boolean;
  onSelect(isSelected: boolean): void;
}

/** Longer names are cut off by the layout anyway, and text of 10 KB is slow to lay out. */
const MAX_NAME = 300;

export function GridRow({ incident, columns, sla, isSelected, onSelect, ...place }: Props): JSX.Element {
  const { index, top, isActive, level, onActivate } = place;
  const { nowMs } = useBoard();
  return (
    <div
      role="row"
      id={`row-${index}`}
      class={level === 2 ? 'grid-row inner' : 'grid-row'}
      aria-rowindex={index + 2}
      aria-level={level}
      aria-selected={isActive}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        onActivate(index);
      }}
    >
      <div
        role="gridcell"
        class="select"
        onClick={(event) => {
          // The row is drawn again for a click on it, before the box has told of its own.
          event.stopPropagation();
        }}
      >
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select incident ${incident.incidentId}`}
          checked={isSelected}
          onChange={({ currentTarget }) => {
            onSelect(currentTarget.checked);
          }}
        />
      </div>
      {columns.map((key) =>
        key === 'name' ? (
          <NameCell key={key} incident={incident} />
        ) : (
          <div key={key} role="gridcell" class={key}>
            {LIST_COLUMNS[key].read(incident, { nowMs, sla })}
          </div>
        ),
      )}
    </div>
  );
}

function NameCell({ incident }: { incident: ListedIncident }): JSX.Element {
  const { tenantId, incidentId, name } = incident;
  const isNew = useBoard().news.has(incident);
  return (
    <div role="gridcell" class="name">
      <a
        href={writeRoute({ view: 'incident', tenantId, incidentId })}
        tabIndex={-1}
        dir="auto"
        title={showControls((name ?? incidentId).slice(0, MAX_NAME))}
      >
        {toOutsideText(name ?? 'Without a name', MAX_NAME)}
      </a>
      {isNew && <span class="new-mark">new</span>}
      <span class="id">#{incidentId}</span>
    </div>
  );
}
