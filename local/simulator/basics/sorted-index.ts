/** A list kept in ascending order; finding costs O(log n), changing it one memory move. */
export interface SortedIndex<T> {
  readonly items: readonly T[];
  add(item: T): void;
  remove(item: T): void;
}

/** `compare` must never answer 0 for two different entries. */
export function createSortedIndex<T>(compare: (a: T, b: T) => number): SortedIndex<T> {
  const items: T[] = [];
  const placeOf = (item: T): number => lowerBound(items, (other) => compare(other, item) < 0);
  return {
    items,
    add(item) {
      const newest = items.at(-1);
      if (newest === undefined || compare(newest, item) < 0) items.push(item);
      else items.splice(placeOf(item), 0, item);
    },
    remove(item) {
      const place = placeOf(item);
      if (items[place] === item) items.splice(place, 1);
    },
  };
}

/** The first place whose entry is not `isBefore`. */
export function lowerBound<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && isBefore(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
