import type { JSX } from 'preact';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { useBoard } from '../data/board-context.ts';
import { listPlace, neighboursOf } from '../data/list-place.ts';
import { incidentKey } from '../model/incident-key.ts';
import { useLabels } from '../data/use-labels.ts';
import { NO_FILTER } from '../model/incident-filter.ts';
import { selectIncidents } from '../model/select-incidents.ts';
import { useKeys } from '../parts/use-keys.ts';

interface Props {
  tenantId: string;
  incidentId: string;
}

/** The way back, and to the incidents before and after this one in the list that it was opened from. */
export function StoryBar(incident: Props): JSX.Element {
  const { open, go } = useBoard();
  const labels = useLabels();
  const neighbours =
    neighboursOf(listPlace.items, incident) ??
    neighboursOf(selectIncidents(open.value?.items ?? [], NO_FILTER, labels), incident);
  const back = (): void => {
    if (history.length > 1) history.back();
    else go({ view: 'incidents', filter: NO_FILTER });
  };
  const move = (to: ListedIncident | undefined): void => {
    if (to === undefined) return;
    listPlace.key = incidentKey(to);
    go({ view: 'incident', tenantId: to.tenantId, incidentId: to.incidentId }, { isReplacing: true });
  };
  useKeys({
    Escape: back,
    j: () => {
      move(neighbours?.next);
    },
    k: () => {
      move(neighbours?.previous);
    },
  });
  return (
    <nav class="story-bar" aria-label="Incidents of the list">
      <button type="button" onClick={back}>
        ‹ Back
      </button>
      {neighbours !== undefined && (
        <>
          <MoveButton name="Previous" keyName="k" to={neighbours.previous} onMove={move} />
          <MoveButton name="Next" keyName="j" to={neighbours.next} onMove={move} />
          <span class="hint">
            {neighbours.at.toLocaleString('en')} of {neighbours.count.toLocaleString('en')}
          </span>
        </>
      )}
    </nav>
  );
}

interface MoveProps {
  name: string;
  keyName: string;
  to: ListedIncident | undefined;
  onMove(to: ListedIncident | undefined): void;
}

function MoveButton({ name, keyName, to, onMove }: MoveProps): JSX.Element {
  return (
    <button
      type="button"
      disabled={to === undefined}
      title={`${name} incident of the list (${keyName})`}
      onClick={() => {
        onMove(to);
      }}
    >
      {name}
    </button>
  );
}
