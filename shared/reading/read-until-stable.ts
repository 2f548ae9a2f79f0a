import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { gatherIncidents, type GatheredIncidents } from '../domain/rows/gather-incidents.ts';
import { MAX_TICKS, minTicks, type Ticks } from '../domain/values/ticks.ts';
import type { IncidentPage } from '../ports/incident-source.ts';

const MAX_PASSES = 10;

export interface StablePasses {
  isStable: boolean;
  /** Every incident seen since the total last changed, each in its newest version. */
  incidents: ObservedIncident[];
  /** Update times of entries without an id in the last pass. */
  withoutId: Ticks[];
  /** Up to when the oldest of the passes was current that the incidents come from. */
  visibleUntil: Ticks;
}

interface Sightings {
  seen: GatheredIncidents;
  since: Ticks;
}

/**
 * Repeats a read over moving pages until one pass ends with the same total as the one before and as many distinct ids were
 * seen since. One plain pass loses incidents when one moves, or when the order differs per call. A pass that cannot hold all
 * that there is answers `undefined`, which ends it: two of those would agree on what fits. A pass of one answer that
 * `isWhole` needs no second, as nothing can move within one answer.
 */
export async function readUntilStable(
  readPass: () => Promise<IncidentPage[] | undefined>,
  isWhole: (page: IncidentPage) => boolean = () => false,
  maxPasses = MAX_PASSES,
): Promise<StablePasses> {
  let total = -1;
  let sightings = NOTHING;
  let pages: IncidentPage[] = [];
  for (let pass = 1; pass <= maxPasses; pass += 1) {
    const read = await readPass();
    if (read === undefined) break;
    pages = read;
    if (pages.length === 1 && pages.every(isWhole)) return conclude(true, addPass(NOTHING, pages), pages);
    const passTotal = pages.reduce((sum, page) => sum + page.incidents.length, 0);
    const isSameTotal = passTotal === total;
    // A pass during which the total changed may have seen what left meanwhile; counted, it would hide one that was never seen.
    sightings = isSameTotal ? addPass(sightings, pages) : NOTHING;
    if (sightings.seen.size > passTotal) sightings = addPass(NOTHING, pages);
    else if (isSameTotal && sightings.seen.size === passTotal) return conclude(true, sightings, pages);
    total = passTotal;
  }
  return conclude(false, addPass(sightings, pages), pages);
}

const NOTHING: Sightings = { seen: new Map(), since: MAX_TICKS };

/** An incident may be seen by the first of the passes only: together they are no newer than that one. */
function addPass({ seen, since }: Sightings, pages: readonly IncidentPage[]): Sightings {
  const found = pages.flatMap((page) => page.incidents);
  const oldest = pages.reduce((until, { visibleUntil }) => minTicks(until, visibleUntil), since);
  return { seen: gatherIncidents(new Map(seen), found), since: oldest };
}

function conclude(isStable: boolean, { seen, since }: Sightings, pages: readonly IncidentPage[]): StablePasses {
  const withoutId = pages.flatMap((page) => page.withoutId);
  return { isStable, incidents: [...seen.values()], withoutId, visibleUntil: since };
}
