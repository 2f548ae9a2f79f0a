import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { readFilter, writeFilter, type IncidentFilter } from '../model/incident-filter.ts';
import { readSavedViews, writeSavedViews, type SavedView } from './saved-view-store.ts';

interface Props {
  filter: IncidentFilter;
  onChange(filter: IncidentFilter): void;
}

/** Filters under a name, kept in this browser. */
export function SavedViews({ filter, onChange }: Props): JSX.Element {
  const [views, setViews] = useState(readSavedViews);
  const [name, setName] = useState('');
  const keep = (next: SavedView[]): void => {
    writeSavedViews(next);
    setViews(next);
  };
  const save = (event: Event): void => {
    event.preventDefault();
    const query = new URLSearchParams(writeFilter(filter)).toString();
    if (name.trim() === '') return;
    keep([...views.filter((view) => view.name !== name.trim()), { name: name.trim(), query }]);
    setName('');
  };
  return (
    <details class="menu">
      <summary>Views</summary>
      <div class="menu-panel">
        <ul>
          {views.map((view) => (
            <li key={view.name}>
              <button
                type="button"
                onClick={(event) => {
                  event.currentTarget.closest('details')?.removeAttribute('open');
                  onChange(readFilter(new URLSearchParams(view.query)));
                }}
              >
                {view.name}
              </button>
              <button
                type="button"
                aria-label={`Delete the view ${view.name}`}
                onClick={() => {
                  keep(views.filter((one) => one !== view));
                }}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
        <form onSubmit={save}>
          <label class="field">
            Save filters and order as
            <input
              type="text"
              value={name}
              maxLength={60}
              onInput={(event) => {
                setName(event.currentTarget.value);
              }}
            />
          </label>
          <button type="submit">Save</button>
        </form>
      </div>
    </details>
  );
}
