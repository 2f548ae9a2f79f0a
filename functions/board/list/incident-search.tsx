import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Coverage } from '../../../shared/domain/views/coverage.ts';
import { ApiError } from '../data/api-error.ts';
import { useBoard, type BoardContext } from '../data/board-context.ts';
import { namesCustomers, type IncidentFilter } from '../model/incident-filter.ts';
import { writeRoute } from '../model/route.ts';
import { CoverageNote } from '../parts/coverage-note.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { FoundPanel } from '../search/found-panel.tsx';
import { useSearch } from '../search/use-search.ts';
import { findIncident, type FoundIncident, type Places } from './find-incident.ts';
import { readIncidentReference, type IncidentReference } from '../model/incident-link.ts';

interface Props {
  filter: IncidentFilter;
  onChange(filter: IncidentFilter): void;
}

type Finding =
  | { state: 'none' }
  | { state: 'text'; text: string }
  | { state: 'missing'; incidentId: string; coverage: Coverage }
  | { state: 'several'; found: FoundIncident[] };

/**
 * Filters the open incidents, and searches the text in evidence and titles of all customers, closed incidents included; an
 * incident's number or portal link opens it.
 */
export function IncidentSearch({ filter, onChange }: Props): JSX.Element {
  const board = useBoard();
  const [finding, setFinding] = useState<Finding>({ state: 'none' });
  const reference = readIncidentReference(filter.q);
  // An account or a device may have a number for its name.
  const handle = useSearch(reference === undefined || /^\d+$/.test(filter.q.trim()) ? filter.q : '');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (reference === undefined) {
      document.querySelector<HTMLElement>('.found-link, .grid')?.focus();
      return;
    }
    setFinding({ state: 'text', text: 'Looking through all customers…' });
    setFinding(await open(board, reference));
  };
  return (
    <form class="search" role="search" onSubmit={(event) => void submit(event)}>
      <label class="unseen" for="search">
        Search all customers: hash, address, user, device, title, or an incident’s number or portal link
      </label>
      <input
        id="search"
        type="search"
        value={filter.q}
        placeholder="Search all customers, or paste a number or portal link   ( / )"
        autocomplete="off"
        onInput={(event) => {
          setFinding({ state: 'none' });
          onChange({ ...filter, q: event.currentTarget.value });
        }}
      />
      {reference !== undefined && <button type="submit">Open incident {reference.incidentId}</button>}
      <FindingNote finding={finding} />
      <FoundPanel {...handle} isCoverageSaid={board.open.value !== undefined && !namesCustomers(filter)} />
    </form>
  );
}

async function open(
  { api, open: { value }, tenants, go }: BoardContext,
  reference: IncidentReference,
): Promise<Finding> {
  if (tenants.value === undefined)
    return { state: 'text', text: 'The customers are not read yet: try again in a moment' };
  const tenantIds = tenants.value.map(({ tenantId }) => tenantId);
  try {
    const { found, coverage } = await findEverywhere({ api, loaded: value?.items ?? [], tenantIds }, reference);
    const [first, ...others] = found;
    if (first === undefined) return { state: 'missing', incidentId: reference.incidentId, coverage };
    if (others.length > 0) return { state: 'several', found };
    go({ view: 'incident', tenantId: first.tenantId, incidentId: first.incidentId });
    return { state: 'none' };
  } catch (error) {
    return { state: 'text', text: error instanceof ApiError ? error.message : 'The search failed' };
  }
}

/** The index finds a number; customers that are not completely indexed are read one by one. */
async function findEverywhere(
  places: SearchPlaces,
  reference: IncidentReference,
): Promise<{ found: FoundIncident[]; coverage: Coverage }> {
  const { incidentId, tenantId } = reference;
  const scope = tenantId === undefined || !places.tenantIds.includes(tenantId) ? {} : { tenantId };
  const { incidents, searched, coverage } = await places.api.search({ q: incidentId, kind: 'incident', ...scope });
  return { found: searched.notIndexedCount === 0 ? incidents : await findIncident(places, reference), coverage };
}

type SearchPlaces = Places & { api: Pick<BoardContext['api'], 'incident' | 'search'> };

function FindingNote({ finding }: { finding: Finding }): JSX.Element {
  return (
    <div role="status" class="finding">
      {finding.state === 'text' && finding.text}
      {finding.state === 'missing' && (
        <>
          No stored incident, open or closed, has the number {finding.incidentId}.
          <CoverageNote coverage={finding.coverage} />
        </>
      )}
      {finding.state === 'several' && (
        <>
          Several customers have this number:
          <ul>
            {finding.found.map(({ tenantId, tenantName, incidentId, name }) => (
              <li key={tenantId}>
                <a href={writeRoute({ view: 'incident', tenantId, incidentId })}>
                  <OutsideText text={tenantName ?? tenantId} />: <OutsideText text={name ?? incidentId} />
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
