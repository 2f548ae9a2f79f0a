import type { ObservedIncident } from './domain/incident.ts';
import { encodeId } from './domain/row-keys.ts';
import { minTicks, type Ticks } from './domain/ticks.ts';
import type { IncidentPage } from './ports/incident-source.ts';

const MAX_PASSES = 10;

export interface StablePasses {
  isStable: boolean;
  /** Every incident seen since the total last changed, each in its newest version. */
  incidents: ObservedIncident[];
  /** Pages of the last pass. */
  pages: IncidentPage[];
  visibleUntil: Ticks;
}

/**
 * Repeats a read over moving pages until one pass ends with the same total as the one before and as many distinct ids were
 * seen since. One plain pass loses incidents when one moves, or when the order differs per call.
 */
export async function readUntilStable(readPass: () => Promise<IncidentPage[]>): Promise<StablePasses> {
  let total = -1;
  let seen = new Map<string, ObservedIncident>();
  let pages: IncidentPage[] = [];
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    pages = await readPass();
    const passTotal = pages.reduce((sum, page) => sum + page.incidents.length, 0);
    const isSameTotal = passTotal === total;
    const found = pages.flatMap((page) => page.incidents);
    // A pass during which the total changed may have seen what left meanwhile; counted, it would hide one that was never seen.
    seen = isSameTotal ? addNewest(seen, found) : new Map<string, ObservedIncident>();
    if (seen.size > passTotal) seen = addNewest(new Map(), found);
    else if (isSameTotal && seen.size === passTotal)
      return { isStable: true, incidents: [...seen.values()], pages, visibleUntil: oldestOf(pages) };
    total = passTotal;
  }
  addNewest(
    seen,
    pages.flatMap((page) => page.incidents),
  );
  return { isStable: false, incidents: [...seen.values()], pages, visibleUntil: oldestOf(pages) };
}

function addNewest(
  seen: Map<string, ObservedIncident>,
  found: readonly ObservedIncident[],
): Map<string, ObservedIncident> {
  for (const observed of found) {
    const key = encodeId(observed.incident.incidentId);
    const known = seen.get(key);
    if (known === undefined || observed.updatedAt >= known.updatedAt) seen.set(key, observed);
  }
  return seen;
}

function oldestOf(pages: readonly IncidentPage[]): Ticks {
  const [first] = pages;
  return pages.reduce((oldest, page) => minTicks(oldest, page.visibleUntil), first?.visibleUntil ?? 0n);
}
