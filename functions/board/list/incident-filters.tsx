import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { INCIDENT_STATUSES, isOpen } from '../../../shared/domain/incidents/incident.ts';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import type { BoardTenant } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { useLabels } from '../data/use-labels.ts';
import { SORT_KEYS, UNASSIGNED, type IncidentFilter } from '../model/incident-filter.ts';
import type { ListLook } from '../model/list-look.ts';
import { countBy, filterIncidents, SEVERITY_ORDER } from '../model/select-incidents.ts';
import { useMedia } from '../parts/use-media.ts';
import { ChipGroup } from './chip-group.tsx';
import { IncidentSearch } from './incident-search.tsx';
import { SavedViews } from './saved-views.tsx';
import { SuggestField } from './suggest-field.tsx';

interface Props {
  incidents: readonly ListedIncident[];
  /** There are more than these: a word that none of them has may be one of the others'. */
  isPart: boolean;
  filter: IncidentFilter;
  onChange(filter: IncidentFilter): void;
}

interface FiltersProps extends Props {
  look: ListLook;
  onView(filter: IncidentFilter, look: ListLook | undefined): void;
}

const SORT_NAMES = {
  updated: 'Last update',
  created: 'Creation',
  severity: 'Severity',
  customer: 'Customer',
  name: 'Name',
  status: 'Status',
  assigned: 'Assignee',
  alerts: 'Alerts',
  devices: 'Devices',
  users: 'Users',
  sla: 'SLA: time left',
} as const;

const OPEN_STATUSES = INCIDENT_STATUSES.filter(isOpen);

export function IncidentFilters(props: FiltersProps): JSX.Element {
  const { incidents, isPart, filter, look, onChange, onView } = props;
  const isWide = useMedia('(min-width: 60rem)');
  return (
    <div class="filters">
      <div class="filter-row">
        <IncidentSearch filter={filter} onChange={onChange} />
        <SavedViews filter={filter} look={look} onChange={onView} />
      </div>
      <details class="filter-more" open={isWide}>
        <summary>Filters and order</summary>
        <div class="filter-row">
          <WordFilters incidents={incidents} isPart={isPart} filter={filter} onChange={onChange} />
          <NameFilters incidents={incidents} isPart={isPart} filter={filter} onChange={onChange} />
          <OrderFields filter={filter} onChange={onChange} />
        </div>
      </details>
    </div>
  );
}

function WordFilters({ incidents, isPart, filter, onChange }: Props): JSX.Element {
  const labels = useLabels();
  // As many as a click on the word would show: all the other filters apply.
  const severities = useMemo(
    () => countBy(filterIncidents(incidents, { ...filter, severity: [] }, labels), 'severity'),
    [incidents, filter, labels],
  );
  const statuses = useMemo(
    () => countBy(filterIncidents(incidents, { ...filter, status: [] }, labels), 'status'),
    [incidents, filter, labels],
  );
  // All that any incident has, so that no word leaves its place while somebody filters.
  const known = useMemo(() => new Set(incidents.flatMap(({ severity, status }) => [severity, status])), [incidents]);
  const listed = [...new Set([...OPEN_STATUSES, ...statuses.keys(), ...filter.status])];
  return (
    <>
      <ChipGroup
        legend="Severity"
        words={SEVERITY_ORDER.filter((word) => isPart || known.has(word) || filter.severity.includes(word))}
        counts={severities}
        isPart={isPart}
        chosen={filter.severity}
        onChange={(severity) => {
          onChange({ ...filter, severity });
        }}
      />
      <ChipGroup
        legend="Status"
        words={listed.filter((word) => isPart || known.has(word) || filter.status.includes(word))}
        counts={statuses}
        isPart={isPart}
        chosen={filter.status}
        onChange={(status) => {
          onChange({ ...filter, status });
        }}
      />
    </>
  );
}

function NameFilters({ incidents, filter, onChange }: Props): JSX.Element {
  const { tenants } = useBoard();
  const customers = useMemo(() => {
    const names = tenants.value?.flatMap(({ displayName, customer }) => [displayName, customer]) ?? [];
    return distinct(names);
  }, [tenants.value]);
  const people = useMemo(() => distinct(incidents.map(({ assignedTo }) => assignedTo)), [incidents]);
  const labels = useMemo(() => distinct(tenants.value?.flatMap((tenant) => tenant.labels) ?? []), [tenants.value]);
  const chosen = tenants.value?.find(({ tenantId }) => tenantId === filter.tenant);
  return (
    <>
      <SuggestField
        title="Customer"
        value={filter.tenant === '' ? filter.customer : (chosen?.displayName ?? filter.tenant)}
        options={customers}
        onChange={(value) => {
          onChange({ ...filter, ...readCustomer(value, tenants.value ?? []) });
        }}
      />
      <SuggestField
        title="Assigned to"
        value={filter.assigned}
        options={[UNASSIGNED, ...people]}
        onChange={(assigned) => {
          onChange({ ...filter, assigned });
        }}
      />
      <label class="field">
        Label
        <select
          value={filter.label}
          onChange={(event) => {
            onChange({ ...filter, label: event.currentTarget.value });
          }}
        >
          <option value="">any</option>
          {distinct([...labels, filter.label]).map((label) => (
            <option key={label}>{label}</option>
          ))}
        </select>
      </label>
    </>
  );
}

/** The whole name of one customer, chosen or typed, means this one; anything else every customer that has it in its name. */
function readCustomer(value: string, tenants: readonly BoardTenant[]): Pick<IncidentFilter, 'tenant' | 'customer'> {
  const named = tenants.filter(({ displayName, customer }) => displayName === value || customer === value);
  const [only] = named;
  return only?.displayName === value && named.length === 1
    ? { tenant: only.tenantId, customer: '' }
    : { tenant: '', customer: value };
}

function OrderFields({ filter, onChange }: Pick<Props, 'filter' | 'onChange'>): JSX.Element {
  return (
    <label class="field order">
      Order
      <select
        value={`${filter.isDescending ? '-' : ''}${filter.sort}`}
        onChange={({ currentTarget: { value } }) => {
          const sort = SORT_KEYS.find((key) => key === value.replace('-', '')) ?? filter.sort;
          onChange({ ...filter, sort, isDescending: value.startsWith('-') });
        }}
      >
        {SORT_KEYS.flatMap((key) => [
          <option key={`-${key}`} value={`-${key}`}>{`${SORT_NAMES[key]} ↓`}</option>,
          <option key={key} value={key}>{`${SORT_NAMES[key]} ↑`}</option>,
        ])}
      </select>
    </label>
  );
}

function distinct(names: readonly (string | null)[]): string[] {
  return [...new Set(names.filter((name) => name !== null && name !== ''))]
    .toSorted((a, b) => (a ?? '').localeCompare(b ?? ''))
    .filter((name) => name !== null);
}
