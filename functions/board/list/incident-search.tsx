import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '../data/api-error.ts';
import { useBoard, type BoardContext } from '../data/board-context.ts';
import type { IncidentFilter } from '../model/incident-filter.ts';
import { writeRoute } from '../model/route.ts';
import { OutsideText } from '../parts/outside-text.tsx';
import { findIncident, type FoundIncident } from './find-incident.ts';
import { readIncidentReference, type IncidentReference } from './incident-link.ts';

interface Props {
  filter: IncidentFilter;
  onChange(filter: IncidentFilter): void;
}

type Finding = { state: 'none' } | { state: 'text'; text: string } | { state: 'several'; found: FoundIncident[] };

/** Searches the open incidents; an incident's number or portal link opens any stored one. */
export function IncidentSearch({ filter, onChange }: Props): JSX.Element {
  const board = useBoard();
  const [finding, setFinding] = useState<Finding>({ state: 'none' });
  const reference = readIncidentReference(filter.q);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (reference === undefined) {
      document.querySelector<HTMLElement>('[role=grid]')?.focus();
      return;
    }
    setFinding({ state: 'text', text: 'Looking through all customers…' });
    setFinding(await open(board, reference));
  };
  return (
    <form class="search" role="search" onSubmit={(event) => void submit(event)}>
      <label class="unseen" for="search">
        Search, or an incident’s number or portal link
      </label>
      <input
        id="search"
        type="search"
        value={filter.q}
        placeholder="Search, or paste a number or portal link   ( / )"
        autocomplete="off"
        onInput={(event) => {
          setFinding({ state: 'none' });
          onChange({ ...filter, q: event.currentTarget.value });
        }}
      />
      {reference !== undefined && <button type="submit">Open incident {reference.incidentId}</button>}
      <FindingNote finding={finding} />
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
    const found = await findIncident({ api, loaded: value?.items ?? [], tenantIds }, reference);
    const [first, ...others] = found;
    if (first === undefined) return { state: 'text', text: `No customer has an incident ${reference.incidentId}` };
    if (others.length > 0) return { state: 'several', found };
    go({ view: 'incident', tenantId: first.tenantId, incidentId: first.incidentId });
    return { state: 'none' };
  } catch (error) {
    return { state: 'text', text: error instanceof ApiError ? error.message : 'The search failed' };
  }
}

function FindingNote({ finding }: { finding: Finding }): JSX.Element {
  return (
    <div role="status" class="finding">
      {finding.state === 'text' && finding.text}
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
