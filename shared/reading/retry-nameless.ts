import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { GAP_REASONS, type Gap } from '../domain/reading/gaps.ts';
import { restOfNameless } from '../domain/reading/nameless.ts';
import { isInside, type ReadCycle } from '../domain/reading/read-cycle.ts';
import type { Ticks } from '../domain/values/ticks.ts';

/** What a gap with incidents without an id shows while it is read again. */
export interface NamelessRetry {
  note(read: { incidents: readonly ObservedIncident[]; withoutId: readonly Ticks[] }): void;
  /** What is left of it, with what could not be read; `cursor`: up to where it was read. */
  restWith(found: readonly Gap[], cursor: Ticks, now: Ticks): readonly Gap[];
}

/** Watches the gap that this cycle reads again; `undefined`: it is of another kind. */
export function watchNameless(gaps: readonly Gap[], { from, to }: ReadCycle): NamelessRetry | undefined {
  const gap = gaps.find((known) => {
    const stretch = known.part ?? known;
    return known.reason === GAP_REASONS.withoutId && stretch.from === from && stretch.to === to;
  });
  if (gap === undefined || to === undefined) return undefined;
  const listed = new Set<string>();
  let nameless = 0;
  return {
    note: ({ incidents, withoutId }) => {
      nameless += withoutId.length;
      for (const { incident, updatedAt } of incidents)
        if (isInside({ from, to }, updatedAt)) listed.add(incident.incidentId);
    },
    restWith: (found, cursor, now) =>
      restOfNameless(gap, { found, entries: listed.size, withoutId: nameless, isWhole: cursor >= to }, now),
  };
}
