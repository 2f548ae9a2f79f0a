import type { JSX } from 'preact';
import type { IncidentFilter, SortKey } from '../model/incident-filter.ts';

interface Props {
  filter: IncidentFilter;
  onChange(filter: IncidentFilter): void;
}

/** The columns of the list, each with its sort key; times and severities begin with the newest and the worst. */
const COLUMNS: readonly { title: string; sort: SortKey; startsDescending?: boolean; area: string }[] = [
  { title: 'Severity', sort: 'severity', startsDescending: true, area: 'severity' },
  { title: 'Incident', sort: 'name', area: 'name' },
  { title: 'Customer', sort: 'customer', area: 'customer' },
  { title: 'Status', sort: 'status', area: 'status' },
  { title: 'Assigned to', sort: 'assigned', area: 'assigned' },
  { title: 'Created', sort: 'created', startsDescending: true, area: 'created' },
  { title: 'Updated', sort: 'updated', startsDescending: true, area: 'updated' },
];

export function GridHead({ filter, onChange }: Props): JSX.Element {
  return (
    <div role="rowgroup" class="grid-head">
      <div role="row" aria-rowindex={1} class="grid-row">
        {COLUMNS.map(({ title, sort, startsDescending = false, area }) => {
          const isSorted = filter.sort === sort;
          const order = filter.isDescending ? 'descending' : 'ascending';
          const isDescending = isSorted ? !filter.isDescending : startsDescending;
          return (
            <div key={sort} role="columnheader" class={area} aria-sort={isSorted ? order : undefined}>
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
        })}
      </div>
    </div>
  );
}
