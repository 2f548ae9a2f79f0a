import { gatherIncidents, type GatheredIncidents } from './domain/gather-incidents.ts';
import type { ObservedIncident } from './domain/incident.ts';
import { splitPoints, type ReadWindow } from './domain/read-cycle.ts';
import { MAX_TICKS, minTicks, readTicks, type Ticks } from './domain/ticks.ts';
import type { MeteredReader } from './metered-reader.ts';
import type { IncidentPage, IncidentQuery } from './ports/incident-source.ts';
import { boundsOf, refusePartial } from './read-page.ts';
import { readUntilStable } from './read-until-stable.ts';

export interface InstantRead {
  isComplete: boolean;
  incidents: ObservedIncident[];
  withoutId: Ticks[];
  visibleUntil: Ticks;
}

/**
 * Reads a full window that time cannot split any more: by creation time, then by status, then by `$skip` in passes that have
 * to agree. One `$skip` of all that was found but one shows at the end whether something is missing.
 */
export async function readInstant(
  reader: MeteredReader,
  window: ReadWindow,
  cap: number,
  first: IncidentPage,
): Promise<InstantRead> {
  const found: GatheredIncidents = new Map();
  const withoutId: Ticks[] = [];
  let visibleUntil = MAX_TICKS;
  const statuses = new Set<string>();

  function collect(part: Pick<IncidentPage, 'incidents' | 'withoutId' | 'visibleUntil'>): void {
    visibleUntil = minTicks(visibleUntil, part.visibleUntil);
    withoutId.push(...part.withoutId);
    gatherIncidents(found, part.incidents);
  }

  async function ask(query: Omit<IncidentQuery, 'top' | 'updatedFrom' | 'updatedTo'>): Promise<IncidentPage> {
    const page = await reader.list({ ...boundsOf(window), ...query, top: reader.maxTop });
    refusePartial(page);
    for (const status of page.sourceStatuses) statuses.add(status);
    return page;
  }

  const isShort = (page: IncidentPage): boolean => page.count < cap && page.nextLink === undefined;

  async function readByPasses(
    query: Omit<IncidentQuery, 'top' | 'updatedFrom' | 'updatedTo'>,
    first?: IncidentPage,
  ): Promise<boolean> {
    let isFirstPass = true;
    const passes = await readUntilStable(async () => {
      const pages = isFirstPass && first !== undefined ? [first] : [await ask(query)];
      isFirstPass = false;
      let skip = 0;
      for (let last = pages[0]; last !== undefined && last.count > 0; last = pages.at(-1)) {
        skip += last.count;
        // A page that the source cut by itself has a link, and more behind it.
        if (isShort(last)) break;
        pages.push(await ask({ ...query, skip }));
      }
      return pages;
    });
    collect(passes);
    return passes.isStable;
  }

  /** Only statuses that were seen are asked for; the last `$skip` shows whether there are others. */
  async function readByStatus(created: CreatedRange): Promise<boolean> {
    let isComplete = true;
    // The set may grow while it is walked: a status seen in one answer is asked for too.
    for (const status of statuses) {
      const page = await ask({ ...created, status });
      if (isShort(page)) collect(page);
      else isComplete = (await readByPasses({ ...created, status }, page)) && isComplete;
    }
    return isComplete;
  }

  async function readByCreation(created: CreatedRange, known?: IncidentPage): Promise<boolean> {
    const page = known ?? (await ask(created));
    if (isShort(page)) {
      collect(page);
      return true;
    }
    const times = page.incidents
      .map(({ incident }) => readTicks(incident.createdTime))
      .filter((at) => at !== undefined);
    const range = { from: created.createdFrom ?? 0n, to: created.createdTo };
    const points = times.length === 0 ? [] : splitPoints(times, range, 'tick');
    if (points.length === 0) return readByStatus(created);
    let isComplete = true;
    for (const part of cutRange(created, points)) isComplete = (await readByCreation(part)) && isComplete;
    return isComplete;
  }

  for (const status of first.sourceStatuses) statuses.add(status);
  const isComplete = await readByCreation({}, first);
  // All but one are skipped: exactly that one must come back. None would mean that something found has moved away meanwhile,
  // and then as many others could hide behind the count.
  const rest = await ask({ skip: Math.max(0, found.size + withoutId.length - 1) });
  const isAll = rest.count === 1 ? isComplete : await readByPasses({});
  return {
    isComplete: isAll,
    incidents: [...found.values()],
    withoutId,
    visibleUntil: minTicks(visibleUntil, rest.visibleUntil),
  };
}

type CreatedRange = Pick<IncidentQuery, 'createdFrom' | 'createdTo'>;

function cutRange(created: CreatedRange, points: readonly Ticks[]): CreatedRange[] {
  const [first] = points;
  const from = created.createdFrom === undefined ? {} : { createdFrom: created.createdFrom };
  const to = created.createdTo === undefined ? {} : { createdTo: created.createdTo };
  if (first === undefined) return [created];
  const inner = points.map((createdFrom, index): CreatedRange => {
    const createdTo = points[index + 1];
    return createdTo === undefined ? { createdFrom, ...to } : { createdFrom, createdTo };
  });
  return [{ ...from, createdTo: first }, ...inner];
}
