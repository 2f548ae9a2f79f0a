/** A name for filters and order; holds nothing of any customer but what was typed into the filters. */
export interface SavedView {
  name: string;
  query: string;
}

const PLACE = 'board.views';

/** What a first visit offers. */
const SUGGESTED: readonly SavedView[] = [
  { name: 'High, unassigned', query: 'severity=high&assigned=unassigned' },
  { name: 'Oldest first', query: 'sort=created' },
];

export function readSavedViews(): SavedView[] {
  const text = localStorage.getItem(PLACE);
  if (text === null) return [...SUGGESTED];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isSavedView) : [];
  } catch {
    return [];
  }
}

export function writeSavedViews(views: readonly SavedView[]): void {
  localStorage.setItem(PLACE, JSON.stringify(views));
}

function isSavedView(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null || !('name' in value && 'query' in value)) return false;
  return typeof value.name === 'string' && typeof value.query === 'string';
}
