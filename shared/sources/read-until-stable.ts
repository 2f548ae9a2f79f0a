import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { gatherIncidents, type GatheredIncidents } from '../domain/rows/gather-incidents.ts';
import { MAX_TICKS, minTicks, type Ticks } from '../domain/values/ticks.ts';
import type { IncidentPage } from '../ports/incident-source.ts';

const MAX_PASSES = 10;

export interface StablePasses {
  isStable: boolean;
  /** Every incident seen since the total last changed, each in its newest version. */
  incidents: ObservedIncident[];
  /** Update times of entries without an id, seen since the total last changed, each as often as one page has shown it. */
  withoutId: Ticks[];
  /** Up to when the oldest of the passes was current that the incidents come from. */
  visibleUntil: Ticks;
}

interface Sightings {
  seen: GatheredIncidents;
  /** Update time → most entries without an id that one page has shown with it. */
  nameless: ReadonlyMap<Ticks, number>;
  since: Ticks;
}

export interface StableOptions {
  /** Where the window begins. An entry without an id at it may have no time, and leaves all of the window unknown. */
  from: Ticks;
  isWhole?(page: IncidentPage): boolean;
  maxPasses?: number | undefined;
}

/**
 * Repeats a read over moving pages until one pass ends with the same total as the one before and as many distinct ids were
 * seen since. One plain pass loses incidents when one moves, or when the order differs per call. A pass that cannot hold all
 * that there is answers `undefined`, which ends it: two of those would agree on what fits. A pass of one answer that
 * `isWhole` needs no second, as nothing can move within one answer. Entries without an id are told apart by their times.
 */
export async function readUntilStable(
  readPass: () => Promise<IncidentPage[] | undefined>,
  { from, isWhole = () => false, maxPasses = MAX_PASSES }: StableOptions,
): Promise<StablePasses> {
  let last: PassTotal | undefined;
  let sightings = NOTHING;
  let pages: IncidentPage[] = [];
  for (let pass = 1; pass <= maxPasses; pass += 1) {
    const read = await readPass();
    if (read === undefined) break;
    pages = read;
    if (pages.length === 1 && pages.every(isWhole)) return conclude(true, addPass(NOTHING, pages));
    const total = totalOf(pages);
    const isSameTotal = last?.withId === total.withId && last.withoutId === total.withoutId;
    // A pass during which the total changed may have seen what left meanwhile; counted, it would hide one that was never seen.
    sightings = isSameTotal ? addPass(sightings, pages) : NOTHING;
    if (sightings.seen.size > total.withId) sightings = addPass(NOTHING, pages);
    else if (isSameTotal && sightings.seen.size === total.withId && areNamelessSeen(sightings, pages, from))
      return conclude(true, sightings);
    last = total;
  }
  return conclude(false, addPass(sightings, pages));
}

/** Entries of a pass. One without an id that moves to another page is missed like any other. */
interface PassTotal {
  withId: number;
  withoutId: number;
}

const totalOf = (pages: readonly IncidentPage[]): PassTotal => ({
  withId: pages.reduce((sum, { incidents }) => sum + incidents.length, 0),
  withoutId: pages.reduce((sum, { withoutId }) => sum + withoutId.length, 0),
});

const NOTHING: Sightings = { seen: new Map(), nameless: new Map(), since: MAX_TICKS };

const countNameless = ({ nameless }: Sightings): number =>
  [...nameless.values()].reduce((sum, count) => sum + count, 0);

/** In pages without an order, one pass may show one of them twice and another one not at all. */
function areNamelessSeen(sightings: Sightings, pages: readonly IncidentPage[], from: Ticks): boolean {
  const times = pages.flatMap(({ withoutId }) => withoutId);
  return times.some((at) => at <= from) || countNameless(sightings) >= times.length;
}

/** An incident may be seen by the first of the passes only: together they are no newer than that one. */
function addPass({ seen, nameless, since }: Sightings, pages: readonly IncidentPage[]): Sightings {
  const found = pages.flatMap((page) => page.incidents);
  const oldest = pages.reduce((until, { visibleUntil }) => minTicks(until, visibleUntil), since);
  const most = new Map(nameless);
  for (const { withoutId } of pages)
    for (const at of new Set(withoutId)) {
      const onPage = withoutId.filter((other) => other === at).length;
      most.set(at, Math.max(most.get(at) ?? 0, onPage));
    }
  return { seen: gatherIncidents(new Map(seen), found), nameless: most, since: oldest };
}

function conclude(isStable: boolean, { seen, nameless, since }: Sightings): StablePasses {
  const withoutId = [...nameless].flatMap(([at, count]) => Array.from({ length: count }, () => at));
  return { isStable, incidents: [...seen.values()], withoutId, visibleUntil: since };
}
