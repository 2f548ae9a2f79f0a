import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { INCIDENT_STATUSES, isOpen } from '../../shared/domain/incident.ts';
import type { ListedIncident } from '../../shared/domain/incident-view.ts';
import { useBoard } from './board-context.ts';
import { ChipGroup } from './chip-group.tsx';
import { SORT_KEYS, UNASSIGNED, type IncidentFilter } from './incident-filter.ts';
import { IncidentSearch } from './incident-search.tsx';
import { SavedViews } from './saved-views.tsx';
import { countBy, SEVERITY_ORDER } from './select-incidents.ts';
import { SuggestField } from './suggest-field.tsx';
import { useMedia } from './use-media.ts';

interface Props {
  incidents: readonly ListedIncident[];
  filter: IncidentFilter;
  onChange(filter: IncidentFilter): void;
}

const SORT_NAMES = {
  updated: 'Last update',
  created: 'Creation',
  severity: 'Severity',
  customer: 'Customer',
  name: 'Name',
  status: 'Status',
  assigned: 'Assignee',
} as const;

const OPEN_STATUSES = INCIDENT_STATUSES.filter(isOpen);

export function IncidentFilters({ incidents, filter, onChange }: Props): JSX.Element {
  const isWide = useMedia('(min-width: 60rem)');
  return (
    <div class="filters">
      <div class="filter-row">
        <IncidentSearch filter={filter} onChange={onChange} />
        <SavedViews filter={filter} onChange={onChange} />
      </div>
      <details class="filter-more" open={isWide}>
        <summary>Filters and order</summary>
        <div class="filter-row">
          <WordFilters incidents={incidents} filter={filter} onChange={onChange} />
          <NameFilters incidents={incidents} filter={filter} onChange={onChange} />
          <OrderFields filter={filter} onChange={onChange} />
        </div>
      </details>
    </div>
  );
}

function WordFilters({ incidents, filter, onChange }: Props): JSX.Element {
  const severities = useMemo(() => countBy(incidents, 'severity'), [incidents]);
  const statuses = useMemo(() => countBy(incidents, 'status'), [incidents]);
  const listed = [...new Set([...OPEN_STATUSES, ...statuses.keys(), ...filter.status])];
  return (
    <>
      <ChipGroup
        legend="Severity"
        words={SEVERITY_ORDER}
        counts={severities}
        chosen={filter.severity}
        onChange={(severity) => {
          onChange({ ...filter, severity });
        }}
      />
      <ChipGroup
        legend="Status"
        words={listed}
        counts={statuses}
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
  const fields = [
    { name: 'customer', title: 'Customer', options: customers },
    { name: 'assigned', title: 'Assigned to', options: [UNASSIGNED, ...people] },
  ] as const;
  return (
    <>
      {fields.map(({ name, title, options }) => (
        <SuggestField
          key={name}
          title={title}
          value={filter[name]}
          options={options}
          onChange={(value) => {
            onChange({ ...filter, [name]: value });
          }}
        />
      ))}
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

function OrderFields({ filter, onChange }: Omit<Props, 'incidents'>): JSX.Element {
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
