import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ListedIncident } from '../../shared/domain/incident-view.ts';
import { useBoard } from './board-context.ts';
import { CoverageNote } from './coverage-note.tsx';
import { IncidentFilters } from './incident-filters.tsx';
import { isFiltering, NO_FILTER, type IncidentFilter } from './incident-filter.ts';
import { IncidentGrid } from './incident-grid.tsx';
import { ProblemNote } from './problem-note.tsx';
import { selectIncidents } from './select-incidents.ts';
import { MOST_OPEN, type IncidentSet } from './use-board-data.ts';
import { countOf } from './words.ts';

const NONE: readonly ListedIncident[] = [];

/** All open incidents of all customers; search, filter and order act on every one of them. */
export function IncidentsView({ filter }: { filter: IncidentFilter }): JSX.Element {
  const { open, tenants, go } = useBoard();
  const incidents = open.value?.items ?? NONE;
  const labels = useMemo(
    () => new Map(tenants.value?.map((tenant) => [tenant.tenantId, tenant.labels])),
    [tenants.value],
  );
  const selected = useMemo(() => selectIncidents(incidents, filter, labels), [incidents, filter, labels]);
  const change = (next: IncidentFilter): void => {
    go({ view: 'incidents', filter: next }, { isReplacing: true });
  };
  return (
    <section class="view fill" aria-labelledby="view-title">
      <h1 id="view-title" class="unseen">
        Open incidents
      </h1>
      <IncidentFilters incidents={incidents} filter={filter} onChange={change} />
      {open.error !== undefined && (
        <ProblemNote error={open.error} what={describeFailure(open.value)} onRetry={open.refresh} />
      )}
      {open.value !== undefined && <CoverageNote coverage={open.value.coverage} />}
      <ShownCount shown={selected.length} filter={filter} onChange={change} />
      {open.value === undefined && open.isLoading && <Skeleton />}
      {selected.length > 0 && <IncidentGrid incidents={selected} filter={filter} onChange={change} />}
      {selected.length === 0 && open.value !== undefined && !open.isLoading && (
        <EmptyList isFiltered={isFiltering(filter)} looked={open.value} />
      )}
    </section>
  );
}

function describeFailure(value: IncidentSet | undefined): string {
  if (value === undefined) return 'The open incidents cannot be read';
  return value.isWhole ? 'The list could not be read again' : 'The list is not whole';
}

interface CountProps {
  shown: number;
  filter: IncidentFilter;
  onChange(filter: IncidentFilter): void;
}

function ShownCount({ shown, filter, onChange }: CountProps): JSX.Element {
  const { open } = useBoard();
  const all = open.value?.items.length ?? 0;
  const isPartial = open.value !== undefined && !open.value.isWhole;
  const loading = isPartial && open.isLoading ? ' so far, reading on…' : '';
  return (
    <p class="count" role="status">
      {open.value !== undefined && (
        <span>
          {isFiltering(filter) ? `${shown.toLocaleString('en')} of ` : ''}
          {countOf(all, 'open incident')}
          {loading}
        </span>
      )}
      {isFiltering(filter) && (
        <button
          type="button"
          onClick={() => {
            onChange({ ...NO_FILTER, sort: filter.sort, isDescending: filter.isDescending });
          }}
        >
          Clear filters
        </button>
      )}
      {open.value?.isCut === true && (
        <strong class="cut">
          There are more: these are the {countOf(MOST_OPEN, 'open incident')} updated last. Ask the API for older ones.
        </strong>
      )}
    </p>
  );
}

/** Says nothing about incidents that were not looked at: those beyond the limit, and those that could not be read. */
function EmptyList({ isFiltered, looked }: { isFiltered: boolean; looked: IncidentSet }): JSX.Element {
  const { items, isWhole, isCut, coverage } = looked;
  const isPart = isCut || !isWhole;
  const part = `None of the ${countOf(items.length, 'open incident')} ${isCut ? 'updated last' : 'read so far'}`;
  const what = isPart
    ? `${part} fits the filters`
    : isFiltered
      ? 'No open incident fits the filters'
      : 'No open incident';
  const rest = isPart ? '; the others were not searched' : '';
  const but = coverage.blindCount === 0 ? '' : ', but the customers named above are blind: nothing is known about them';
  return (
    <p class="empty">
      {what}
      {rest}
      {but}.
    </p>
  );
}

function Skeleton(): JSX.Element {
  return (
    <div class="skeleton" aria-busy="true" role="status">
      Reading the open incidents of all customers…
    </div>
  );
}
