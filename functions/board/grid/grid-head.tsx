import type { JSX } from 'preact';
import type { IncidentFilter } from '../model/incident-filter.ts';
import type { ColumnKey } from '../model/list-look.ts';
import type { Sla } from '../model/sla.ts';
import { columnOf, explainColumn, titleOf } from './list-columns.tsx';

interface Props {
  filter: IncidentFilter;
  columns: readonly ColumnKey[];
  sla: Sla;
  onChange(filter: IncidentFilter): void;
}

export function GridHead({ filter, columns, sla, onChange }: Props): JSX.Element {
  return (
    <div role="rowgroup" class="grid-head">
      <div role="row" aria-rowindex={1} class="grid-row">
        <div role="columnheader" class="select">
          <span class="unseen">Selected</span>
        </div>
        {columns.map((key) => (
          <HeadCell key={key} column={key} sla={sla} filter={filter} onChange={onChange} />
        ))}
      </div>
    </div>
  );
}

type CellProps = Omit<Props, 'columns'> & { column: ColumnKey };

function HeadCell({ column, sla, filter, onChange }: CellProps): JSX.Element {
  const { sort, startsDescending = false } = columnOf(column);
  const title = titleOf(column, sla);
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
        title={explainColumn(column, sla)}
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
