import type { JSX } from 'preact';
import type { IncidentFilter } from '../model/incident-filter.ts';
import type { ColumnKey } from '../model/list-look.ts';
import { columnOf } from './list-columns.tsx';

interface Props {
  filter: IncidentFilter;
  columns: readonly ColumnKey[];
  onChange(filter: IncidentFilter): void;
}

export function GridHead({ filter, columns, onChange }: Props): JSX.Element {
  return (
    <div role="rowgroup" class="grid-head">
      <div role="row" aria-rowindex={1} class="grid-row">
        <div role="columnheader" class="select">
          <span class="unseen">Selected</span>
        </div>
        {columns.map((key) => (
          <HeadCell key={key} column={key} filter={filter} onChange={onChange} />
        ))}
      </div>
    </div>
  );
}

type CellProps = Omit<Props, 'columns'> & { column: ColumnKey };

function HeadCell({ column, filter, onChange }: CellProps): JSX.Element {
  const { title, sort, startsDescending = false } = columnOf(column);
  if (sort === undefined)
    return (
      <div role="columnheader" class={column}>
        <span class="head-title">{title}</span>
      </div>
    );
  const isSorted = filter.sort === sort;
  const order = filter.isDescending ? 'descending' : 'ascending';
  const isDescending = isSorted ? !filter.isDescending : startsDescending;
  return (
    <div role="columnheader" class={column} aria-sort={isSorted ? order : undefined}>
      <button
        type="button"
        onClick={() => {
          onChange({ ...filter, sort, isDescending });
        }}
      >
        {title}
        {isSorted && <span aria-hidden="true">{filter.isDescending ? ' ↓' : ' ↑'}</span>}
      </button>
    </div>
  );
}
