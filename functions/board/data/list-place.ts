import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { incidentKey } from '../model/incident-key.ts';

/** Where the reader is in the list, for whoever comes back to it or goes on from one incident to the next. */
export interface ListPlace {
  /** What the list shows, in its order. */
  items: readonly ListedIncident[];
  /** The row, as its incident's key; `''` for none. */
  key: string;
  scrollTop: number;
}

export const listPlace: ListPlace = { items: [], key: '', scrollTop: 0 };

export interface Neighbours {
  /** Counted from 1. */
  at: number;
  count: number;
  previous: ListedIncident | undefined;
  next: ListedIncident | undefined;
}

/** What stands before and after an incident in a list; `undefined` where the list does not have it. */
export function neighboursOf(
  items: readonly ListedIncident[],
  incident: Pick<ListedIncident, 'tenantId' | 'incidentId'>,
): Neighbours | undefined {
  const at = items.findIndex((one) => incidentKey(one) === incidentKey(incident));
  if (at < 0) return undefined;
  return { at: at + 1, count: items.length, previous: items[at - 1], next: items[at + 1] };
}
