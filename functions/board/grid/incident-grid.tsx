import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { useBoard } from '../data/board-context.ts';
import { listPlace } from '../data/list-place.ts';
import type { IncidentFilter } from '../model/incident-filter.ts';
import { incidentKey } from '../model/incident-key.ts';
import { PLAIN_LOOK, type ColumnKey, type ListLook } from '../model/list-look.ts';
import { useMedia } from '../parts/use-media.ts';
import { CARDS, PHONE } from './card-widths.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import { toRows, type ListRow } from './group-incidents.ts';
import { GroupRow } from './group-row.tsx';
import { layColumns } from './list-columns.tsx';
import { useScroll } from './use-scroll.ts';
import { moveRow, windowOf } from './window-of.ts';

interface Props {
  incidents: readonly ListedIncident[];
  filter: IncidentFilter;
  look: ListLook;
  /** Keys of incidents. */
  selected: ReadonlySet<string>;
  onSelect(selected: ReadonlySet<string>): void;
  onChange(filter: IncidentFilter): void;
}

const ROW_PX = { comfortable: 46, dense: 30 };
const CARD_PX = { comfortable: 96, dense: 76 };
const MEDIUM = '(max-width: 68rem)';

/** The groups that were opened, for a user who returns from an incident. */
const opened = new Set<string>();

/** Shows the rows in sight only, so that thousands scroll as smoothly as ten. */
export function IncidentGrid({ incidents, filter, look, selected, onSelect, onChange }: Props): JSX.Element {
  const { go } = useBoard();
  const [toggles, setToggles] = useState(0);
  const isCards = useMedia(CARDS);
  const isPhone = useMedia(PHONE);
  const isMedium = useMedia(MEDIUM);
  const columns = useMemo(() => selectColumns(look, isCards, isMedium), [look, isCards, isMedium]);
  // A title has room on one line of a wide card.
  const density = look.isDense || (isCards && !isPhone) ? 'dense' : 'comfortable';
  const rowPx = (isCards ? CARD_PX : ROW_PX)[density];
  const grid = useRef<HTMLDivElement>(null);
  const { scrollTop, height, onScroll } = useScroll(grid);
  const rows = useMemo(() => toRows(incidents, look.group, opened), [incidents, look.group, toggles]);
  const [activeKey, setActiveKey] = useState(listPlace.key);
  const active = rows.findIndex(({ key }) => key === activeKey);
  const { first, last } = windowOf({ scrollTop, height, rowPx, count: rows.length });
  const { tracks, least } = useMemo(() => layColumns(columns, isMedium), [columns, isMedium]);

  const activate = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    listPlace.key = row.key;
    setActiveKey(row.key);
    showRow(grid.current, index, rowPx);
  };
  const toggle = (key: string): void => {
    if (!opened.delete(key)) opened.add(key);
    setToggles((count) => count + 1);
  };
  const select = (row: ListRow, isSelected: boolean): void => {
    const next = new Set(selected);
    for (const key of keysOf(row))
      if (isSelected) next.add(key);
      else next.delete(key);
    onSelect(next);
  };
  const isSelected = (row: ListRow): boolean => keysOf(row).every((key) => selected.has(key));
  useEffect(() => {
    listPlace.items = incidentsOf(rows);
  }, [rows]);
  useEffect(() => {
    // The reader may have gone on to an incident whose row was out of sight.
    if (active >= 0) showRow(grid.current, active, rowPx);
  }, []);
  const act = (key: string, row: ListRow): boolean => {
    if (key === ' ') select(row, !isSelected(row));
    else if (row.kind === 'group') {
      const isOpening = key === 'ArrowRight' || (key === 'Enter' && !row.isOpen);
      if (key !== 'Enter' && key !== 'ArrowRight' && key !== 'ArrowLeft') return false;
      if (isOpening !== row.isOpen) toggle(row.key);
    } else if (key === 'Enter') {
      const { tenantId, incidentId } = row.incident;
      go({ view: 'incident', tenantId, incidentId });
    } else if (key === 'o' && row.incident.url?.startsWith('https://') === true)
      open(row.incident.url, '_blank', 'noopener,noreferrer');
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[active];
    const next = moveRow(event.key, { active, count: rows.length, page: Math.floor(height / rowPx) - 1 });
    if (next !== undefined) activate(next);
    else if (event.target !== grid.current || row === undefined || !act(event.key, row)) return;
    event.preventDefault();
  };
  const isGrouped = look.group !== 'none';
  return (
    <div
      ref={grid}
      role={isGrouped ? 'treegrid' : 'grid'}
      class={`grid ${isCards ? 'cards' : 'columns'} ${density}`}
      aria-label="Open incidents"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={active >= first && active < last ? `row-${active}` : undefined}
      tabIndex={0}
      style={isCards ? {} : { '--tracks': tracks, '--least': `${least}px` }}
      onKeyDown={onKeyDown}
      onScroll={onScroll}
    >
      <GridHead filter={filter} columns={columns} sla={look.sla} onChange={onChange} />
      <div role="rowgroup" class="grid-body" style={{ height: `${rows.length * rowPx}px` }}>
        {rows.slice(first, last).map((row, offset) => {
          const index = first + offset;
          const place = { index, top: index * rowPx, isActive: index === active, onActivate: activate };
          if (row.kind === 'group')
            return (
              <GroupRow
                key={row.key}
                {...place}
                group={row.group}
                grouping={look.group}
                isOpen={row.isOpen}
                columns={columns.length + 1}
                onToggle={() => {
                  toggle(row.key);
                }}
              />
            );
          return (
            <GridRow
              key={row.key}
              {...place}
              level={isGrouped ? (row.isInGroup ? 2 : 1) : undefined}
              incident={row.incident}
              columns={columns}
              sla={look.sla}
              isSelected={selected.has(row.key)}
              onSelect={(isOn) => {
                select(row, isOn);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

/** On a screen of medium width the plain look does without the age; chosen columns are all shown. A card always looks the same. */
function selectColumns({ columns }: ListLook, isCards: boolean, isMedium: boolean): readonly ColumnKey[] {
  const isPlain = isCards || columns.join() === PLAIN_LOOK.columns.join();
  return isMedium && isPlain ? PLAIN_LOOK.columns.filter((key) => key !== 'created') : columns;
}

const incidentsOf = (rows: readonly ListRow[]): ListedIncident[] =>
  rows.flatMap((row) => (row.kind === 'incident' ? [row.incident] : row.isOpen ? [] : row.group.incidents));

function keysOf(row: ListRow): string[] {
  return row.kind === 'incident' ? [row.key] : row.group.incidents.map(incidentKey);
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
