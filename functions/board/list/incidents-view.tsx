import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Coverage } from '../../../shared/domain/views/coverage.ts';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import type { BoardTenant } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { coverageOf, countToLookAt } from '../data/coverage-of.ts';
import { MOST_OPEN, type ReadIncidents } from '../data/use-board-data.ts';
import { useLabels } from '../data/use-labels.ts';
import { isFiltering, namesCustomers, NO_FILTER, type IncidentFilter } from '../model/incident-filter.ts';
import { customersOf, selectIncidents } from '../model/select-incidents.ts';
import { countOf } from '../model/words.ts';
import { CoverageNote } from '../parts/coverage-note.tsx';
import { CsvButton } from '../parts/csv-button.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { IncidentFilters } from './incident-filters.tsx';
import { IncidentGrid } from './incident-grid.tsx';
import { useNarrowed, type Looked } from './use-narrowed.ts';

const NONE: readonly ListedIncident[] = [];

/** All open incidents of all customers; what search, filter and order act on is said beside them. */
export function IncidentsView({ filter }: { filter: IncidentFilter }): JSX.Element {
  const { open: all, go } = useBoard();
  const open = useNarrowed(filter);
  const incidents = open.value?.items ?? NONE;
  const labels = useLabels();
  const selected = useMemo(() => selectIncidents(incidents, filter, labels), [incidents, filter, labels]);
  const change = (next: IncidentFilter): void => {
    go({ view: 'incidents', filter: next }, { isReplacing: true });
  };
  return (
    <section class="view fill" aria-labelledby="view-title">
      <h1 id="view-title" class="unseen">
        Open incidents
      </h1>
      <IncidentFilters
        incidents={all.value?.items ?? NONE}
        isPart={all.value?.isCut === true}
        filter={filter}
        onChange={change}
      />
      {open.error !== undefined && (
        <ProblemNote error={open.error} what={describeFailure(open.value)} onRetry={open.refresh} />
      )}
      {open.value !== undefined && <FilteredCoverage open={open.value} filter={filter} />}
      <ShownCount looked={open} shown={selected} filter={filter} onChange={change} />
      {open.value === undefined && open.isLoading && <Skeleton />}
      {selected.length > 0 && <IncidentGrid incidents={selected} filter={filter} onChange={change} />}
      {selected.length === 0 && open.value !== undefined && !open.isLoading && (
        <EmptyList filter={filter} looked={open.value} />
      )}
    </section>
  );
}

/** How complete the list is for the selected customers; the others would only distract. */
function FilteredCoverage({ open, filter }: { open: ReadIncidents; filter: IncidentFilter }): JSX.Element {
  const asked = useMemo(() => selectCustomers(open.tenants, filter), [open, filter]);
  if (!namesCustomers(filter)) return <CoverageNote coverage={open.coverage} />;
  if (asked.length === 0)
    return (
      <p class="note warn coverage" role="status">
        No customer has this name or label, so nothing can be said of it.
      </p>
    );
  const [only] = asked;
  const name = asked.length === 1 ? only?.displayName : undefined;
  return <CoverageNote coverage={coverageOf(asked)} whom={name ?? `the ${countOf(asked.length, 'customer')} shown`} />;
}

function selectCustomers(tenants: readonly BoardTenant[], filter: IncidentFilter): BoardTenant[] {
  const isAskedFor = customersOf(filter);
  return tenants.filter(({ tenantId, displayName, customer, labels }) =>
    isAskedFor({ tenantId, tenantName: displayName, customer }, labels),
  );
}

function describeFailure(value: ReadIncidents | undefined): string {
  if (value === undefined) return 'The open incidents cannot be read';
  return value.isWhole ? 'The list could not be read again' : 'The list is not whole';
}

interface CountProps {
  looked: Looked;
  shown: readonly ListedIncident[];
  filter: IncidentFilter;
  onChange(filter: IncidentFilter): void;
}

function ShownCount({ looked: open, shown, filter, onChange }: CountProps): JSX.Element {
  const all = open.value?.items.length ?? 0;
  const isPartial = open.value !== undefined && !open.value.isWhole;
  const loading = isPartial && open.isLoading ? ' so far, reading on…' : '';
  return (
    <p class="count" role="status">
      {open.value !== undefined && (
        <span>
          {isFiltering(filter) && !open.isNarrowed ? `${shown.length.toLocaleString('en')} of ` : ''}
          {open.isNarrowed
            ? `${countOf(shown.length, 'open incident')}, looked for in all that are stored`
            : countOf(all, 'open incident')}
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
      {open.value !== undefined && <CsvButton incidents={shown} words={wordsOf(filter, open.value.tenants)} />}
      {open.value?.isCut === true && (
        <strong class="cut">
          There are more: these are the {countOf(MOST_OPEN, 'open incident')} updated last. Severity, status, a whole
          customer and a label look through all of them; other words, assignee and order through these.
        </strong>
      )}
    </p>
  );
}

/** The filters, for the name of a file. */
function wordsOf(filter: IncidentFilter, tenants: readonly BoardTenant[]): string[] {
  const { tenant, customer, label, assigned, q } = filter;
  const name = tenants.find(({ tenantId }) => tenantId === tenant)?.displayName ?? tenant;
  return ['open', ...filter.severity, ...filter.status, name, customer, label, assigned, q];
}

/** Says nothing about incidents that were not looked at: those beyond the limit, and those that could not be read. */
function EmptyList({ filter, looked }: { filter: IncidentFilter; looked: ReadIncidents }): JSX.Element {
  const { items, isWhole, isCut } = looked;
  const asked = selectCustomers(looked.tenants, filter);
  const coverage = namesCustomers(filter) ? coverageOf(asked) : looked.coverage;
  const isPart = isCut || !isWhole;
  const part = `None of the ${countOf(items.length, 'open incident')} ${isCut ? 'updated last' : 'read so far'}`;
  const what = isPart
    ? `${part} fits the filters`
    : isFiltering(filter)
      ? filter.q === ''
        ? 'No open incident fits the filters'
        : 'None of the open incidents has this in its number, name, assignee, tags or techniques; what else was searched is said above'
      : 'No open incident';
  const rest = isPart ? '; the others were not searched' : '';
  const but = whyNot(coverage);
  return (
    <p class="empty">
      {what}
      {rest}
      {but}.
    </p>
  );
}

/** What makes an empty list say less than it seems to. */
function whyNot(coverage: Coverage): string {
  if (countToLookAt(coverage) > 0) return ', but the customers named above are blind: nothing is known about them';
  if (coverage.readingCount > 0) return ', but the customers named above are still being read';
  return coverage.stoppedCount > 0 ? '; from those named above nothing is collected' : '';
}

function Skeleton(): JSX.Element {
  return (
    <div class="skeleton" aria-busy="true" role="status">
      Reading the open incidents of all customers…
    </div>
  );
}
