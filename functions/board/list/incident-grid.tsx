import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { useBoard } from '../data/board-context.ts';
import { listPlace } from '../data/list-place.ts';
import { incidentKey } from '../model/incident-key.ts';
import type { IncidentFilter } from '../model/incident-filter.ts';
import { useMedia } from '../parts/use-media.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import { moveRow, windowOf } from './window-of.ts';

interface Props {
  incidents: readonly ListedIncident[];
  filter: IncidentFilter;
  onChange(filter: IncidentFilter): void;
}

const ROW_PX = 36;
const CARD_PX = 76;

/** Shows the rows in sight only, so that thousands scroll as smoothly as ten. */
export function IncidentGrid({ incidents, filter, onChange }: Props): JSX.Element {
  const { go } = useBoard();
  const isNarrow = useMedia('(max-width: 47.99rem)');
  const rowPx = isNarrow ? CARD_PX : ROW_PX;
  const grid = useRef<HTMLDivElement>(null);
  const { scrollTop, height, onScroll } = useScroll(grid);
  const [activeKey, setActiveKey] = useState(listPlace.key);
  const active = incidents.findIndex((incident) => incidentKey(incident) === activeKey);
  const { first, last } = windowOf({ scrollTop, height, rowPx, count: incidents.length });

  const activate = (index: number): void => {
    const incident = incidents[index];
    if (incident === undefined) return;
    listPlace.key = incidentKey(incident);
    setActiveKey(listPlace.key);
    showRow(grid.current, index, rowPx);
  };
  useEffect(() => {
    listPlace.items = incidents;
  }, [incidents]);
  useEffect(() => {
    // The reader may have gone on to an incident whose row was out of sight.
    if (active >= 0) showRow(grid.current, active, rowPx);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const incident = incidents[active];
    if (event.key === 'Enter' && event.target === grid.current && incident !== undefined) {
      go({ view: 'incident', tenantId: incident.tenantId, incidentId: incident.incidentId });
      return;
    }
    if (event.key === 'o' && incident?.url?.startsWith('https://') === true) {
      open(incident.url, '_blank', 'noopener,noreferrer');
      return;
    }
    const next = moveRow(event.key, { active, count: incidents.length, page: Math.floor(height / rowPx) - 1 });
    if (next === undefined) return;
    event.preventDefault();
    activate(next);
  };
  return (
    <div
      ref={grid}
      role="grid"
      class={isNarrow ? 'grid cards' : 'grid'}
      aria-label="Open incidents"
      aria-rowcount={incidents.length + 1}
      aria-activedescendant={active >= first && active < last ? `row-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={onScroll}
    >
      <GridHead filter={filter} onChange={onChange} />
      <div role="rowgroup" class="grid-body" style={{ height: `${incidents.length * rowPx}px` }}>
        {incidents.slice(first, last).map((incident, offset) => (
          <GridRow
            key={incidentKey(incident)}
            incident={incident}
            index={first + offset}
            top={(first + offset) * rowPx}
            isActive={first + offset === active}
            onActivate={activate}
          />
        ))}
      </div>
    </div>
  );
}

function useScroll(grid: { current: HTMLElement | null }): { scrollTop: number; height: number; onScroll(): void } {
  const [place, setPlace] = useState({ scrollTop: listPlace.scrollTop, height: 800 });
  const measure = (): void => {
    const element = grid.current;
    if (element === null) return;
    listPlace.scrollTop = element.scrollTop;
    setPlace({ scrollTop: element.scrollTop, height: element.clientHeight });
  };
  useEffect(() => {
    const element = grid.current;
    if (element === null) return undefined;
    element.scrollTop = listPlace.scrollTop;
    // A user who returns from an incident continues with the arrow keys; a user who is typing keeps the focus.
    if (listPlace.key !== '' && document.activeElement === document.body) element.focus({ preventScroll: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return { ...place, onScroll: measure };
}

/** Scrolls as little as it takes to have the row below the head and above the lower edge. */
function showRow(grid: HTMLElement | null, index: number, rowPx: number): void {
  if (grid === null) return;
  const head = grid.querySelector('.grid-head')?.clientHeight ?? 0;
  const top = index * rowPx;
  const room = grid.clientHeight - head - rowPx;
  if (top < grid.scrollTop) grid.scrollTop = top;
  else if (top > grid.scrollTop + room) grid.scrollTop = top - room;
}
