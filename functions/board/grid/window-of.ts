export interface Sight {
  scrollTop: number;
  height: number;
  rowPx: number;
  count: number;
}

/** Rows beyond the edges, so that a quick scroll shows no blank. */
const MARGIN_ROWS = 12;

/** The rows to draw: from `first` up to, but without, `last`. */
export function windowOf({ scrollTop, height, rowPx, count }: Sight): { first: number; last: number } {
  const first = Math.max(0, Math.min(Math.floor(scrollTop / rowPx), count) - MARGIN_ROWS);
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowPx) + MARGIN_ROWS);
  return { first, last: Math.max(first, last) };
}

export interface Rows {
  /** −1 when no row is active. */
  active: number;
  count: number;
  page: number;
}

/** The row that a key moves to; `undefined` for a key that moves to none. */
export function moveRow(key: string, { active, count, page }: Rows): number | undefined {
  const last = count - 1;
  const to = (index: number): number => Math.max(0, Math.min(last, index));
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return to(active + 1);
    case 'ArrowUp':
    case 'k':
      return to(active - 1);
    case 'PageDown':
      return to(active + Math.max(1, page));
    case 'PageUp':
      return to(active - Math.max(1, page));
    case 'Home':
      return to(0);
    case 'End':
      return to(last);
    default:
      return undefined;
  }
}
