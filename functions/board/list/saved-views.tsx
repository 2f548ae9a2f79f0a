import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { readFilter, writeFilter, type IncidentFilter } from '../model/incident-filter.ts';
import { readLook, writeLook, type ListLook } from '../model/list-look.ts';
import { Menu } from '../parts/menu.tsx';
import { readSavedViews, writeSavedViews, type SavedView } from './saved-view-store.ts';

interface Props {
  filter: IncidentFilter;
  look: ListLook;
  /** A view that was saved before there were looks has none. */
  onChange(filter: IncidentFilter, look: ListLook | undefined): void;
}

/** Filters, order and look under a name, kept in this browser. */
export function SavedViews({ filter, look, onChange }: Props): JSX.Element {
  const [views, setViews] = useState(readSavedViews);
  const [name, setName] = useState('');
  const keep = (next: SavedView[]): void => {
    writeSavedViews(next);
    setViews(next);
  };
  const save = (event: Event): void => {
    event.preventDefault();
    const query = new URLSearchParams({ ...writeFilter(filter), ...writeLook(look) }).toString();
    if (name.trim() === '') return;
    keep([...views.filter((view) => view.name !== name.trim()), { name: name.trim(), query }]);
    setName('');
  };
  return (
    <Menu name="Views" kind="views">
      {(close) => (
        <>
          <ul>
            {views.map((view) => (
              <li key={view.name}>
                <button
                  type="button"
                  onClick={() => {
                    close();
                    const query = new URLSearchParams(view.query);
                    onChange(readFilter(query), readLook(query));
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
        </>
      )}
    </Menu>
  );
}
