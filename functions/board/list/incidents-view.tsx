import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Coverage } from '../../../shared/domain/views/coverage.ts';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import type { BoardTenant } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { coverageOf, countToLookAt } from '../data/coverage-of.ts';
import type { ReadIncidents } from '../data/use-board-data.ts';
import { useLabels } from '../data/use-labels.ts';
import { IncidentGrid } from '../grid/incident-grid.tsx';
import { isFiltering, namesCustomers, type IncidentFilter } from '../model/incident-filter.ts';
import { isPlainLook, type ListLook } from '../model/list-look.ts';
import { customersOf, selectIncidents } from '../model/select-incidents.ts';
import { countOf } from '../model/words.ts';
import { CoverageNote } from '../parts/coverage-note.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useTitle } from '../parts/use-title.ts';
import { IncidentFilters } from './incident-filters.tsx';
import { keepLook, readKeptLook } from './kept-look.ts';
import { ShownBar } from './shown-bar.tsx';
import { useNarrowed } from './use-narrowed.ts';
import { titleWords } from './words-of.ts';

const NONE: readonly ListedIncident[] = [];

interface Props {
  filter: IncidentFilter;
  /** What the address says of it. */
  look: ListLook | undefined;
}

/** All open incidents of all customers; what search, filter and order act on is said beside them. */
export function IncidentsView({ filter, look: asked }: Props): JSX.Element {
  const { open: all, go } = useBoard();
  const look = useMemo(() => asked ?? readKeptLook(), [asked]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const open = useNarrowed(filter);
  const incidents = open.value?.items ?? NONE;
  const labels = useLabels();
  const shown = useMemo(
    () => selectIncidents(incidents, filter, labels, look.sla),
    [incidents, filter, labels, look.sla],
  );
  useTitle([...titleWords(filter, all.value?.tenants ?? []), 'Open incidents'].join(' · '));
  const view = (next: IncidentFilter, nextLook: ListLook): void => {
    go({ view: 'incidents', filter: next, look: nextLook }, { isReplacing: true });
  };
  const change = (next: IncidentFilter): void => {
    view(next, look);
  };
  const changeLook = (next: ListLook): void => {
    keepLook(next);
    view(filter, next);
  };
  useEffect(() => {
    // The address holds the look too, so that it can be sent to somebody.
    if (asked === undefined && !isPlainLook(look)) view(filter, look);
  }, [asked, look]);
  return (
    <section class="view fill" aria-labelledby="view-title">
      <h1 id="view-title" class="unseen">
        Open incidents
      </h1>
      <IncidentFilters
        incidents={all.value?.items ?? NONE}
        isPart={all.value?.isCut === true}
        filter={filter}
        look={look}
        onChange={change}
        onView={(next, nextLook) => {
          view(next, nextLook ?? look);
        }}
      />
      {open.error !== undefined && (
        <ProblemNote error={open.error} what={describeFailure(open.value)} onRetry={open.refresh} />
      )}
      {open.value !== undefined && <FilteredCoverage open={open.value} filter={filter} />}
      <ShownBar
        looked={open}
        shown={shown}
        filter={filter}
        look={look}
        selected={selected}
        onChange={change}
        onLook={changeLook}
        onSelect={setSelected}
      />
      {open.value === undefined && open.isLoading && <Skeleton />}
      {shown.length > 0 && (
        <IncidentGrid
          incidents={shown}
          filter={filter}
          look={look}
          selected={selected}
          onSelect={setSelected}
          onChange={change}
        />
      )}
      {shown.length === 0 && open.value !== undefined && !open.isLoading && (
        <EmptyList filter={filter} looked={open.value} isWorst={open.isWorst} />
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

interface EmptyProps {
  filter: IncidentFilter;
  looked: ReadIncidents;
  isWorst: boolean;
}

/** Says nothing about incidents that were not looked at: those beyond the limit, and those that could not be read. */
function EmptyList({ filter, looked, isWorst }: EmptyProps): JSX.Element {
  const { items, isWhole, isCut } = looked;
  const which = isCut ? (isWorst ? 'of the highest severity' : 'updated last') : 'read so far';
  const asked = selectCustomers(looked.tenants, filter);
  const coverage = namesCustomers(filter) ? coverageOf(asked) : looked.coverage;
  const isPart = isCut || !isWhole;
  const part = `None of the ${countOf(items.length, 'open incident')} ${which}`;
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
