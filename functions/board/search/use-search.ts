import { useEffect, useState } from 'preact/hooks';
import { toShownError, type ApiError } from '../data/api-error.ts';
import { useBoard } from '../data/board-context.ts';
import type { SearchPage } from '../data/answers.ts';

export type Search =
  | { state: 'none' }
  | { state: 'asking'; q: string }
  | { state: 'found'; q: string; page: SearchPage; isReading: boolean }
  | { state: 'failed'; q: string; error: ApiError };

/** Somebody who still types is not asked for yet. */
const PAUSE_MS = 500;
const LEAST_CHARS = 3;

export interface SearchHandle {
  search: Search;
  /** Reads what follows, if there is more. */
  readOn(): void;
}

/** What is found at all customers by what stands in the box; it asks when the typing pauses. */
export function useSearch(q: string): SearchHandle {
  const { api } = useBoard();
  const [search, setSearch] = useState<Search>({ state: 'none' });
  const text = q.trim();
  useEffect(() => {
    if (text.length < LEAST_CHARS) {
      setSearch({ state: 'none' });
      return undefined;
    }
    let isCurrent = true;
    setSearch({ state: 'asking', q: text });
    const timer = setTimeout(() => {
      api.search({ q: text }).then(
        (page) => {
          if (isCurrent) setSearch({ state: 'found', q: text, page, isReading: false });
        },
        (error: unknown) => {
          if (isCurrent) setSearch({ state: 'failed', q: text, error: toShownError(error) });
        },
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [api, text]);
  const readOn = (): void => {
    if (search.state !== 'found' || search.page.cursor === null || search.isReading) return;
    const { page } = search;
    setSearch({ ...search, isReading: true });
    api.search({ q: search.q, cursor: page.cursor ?? '' }).then(
      (next) => {
        const incidents = [...page.incidents, ...next.incidents];
        setSearch((now) =>
          now.state === 'found' && now.q === search.q
            ? { ...now, page: { ...next, incidents }, isReading: false }
            : now,
        );
      },
      (error: unknown) => {
        setSearch((now) =>
          now.state === 'found' && now.q === search.q ? { state: 'failed', q: now.q, error: toShownError(error) } : now,
        );
      },
    );
  };
  return { search, readOn };
}
