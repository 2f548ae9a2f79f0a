import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { cutRange, leapBack, type CreatedRange } from '../domain/reading/created-range.ts';
import { isInside, splitPoints, type InstantProgress, type ReadWindow } from '../domain/reading/read-cycle.ts';
import { gatherIncidents, type GatheredIncidents } from '../domain/rows/gather-incidents.ts';
import { encodeId } from '../domain/rows/row-keys.ts';
import { MAX_TICKS, minTicks, readTicks, type Ticks } from '../domain/values/ticks.ts';
import { hasCode, type AppError } from '../errors.ts';
import type { IncidentPage, IncidentQuery } from '../ports/incident-source.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { readUntilStable } from '../sources/read-until-stable.ts';
import { refusePartial } from '../sources/refuse-partial.ts';
import { isWindowFailure } from '../sources/window-failure.ts';
import { boundsOf, bringsNew } from './read-page.ts';

export interface InstantRead {
  isComplete: boolean;
  /** Why a part of it could not be read. */
  failure: AppError | undefined;
  incidents: ObservedIncident[];
  withoutId: Ticks[];
  visibleUntil: Ticks;
}

export interface InstantPages {
  /** What is asked for. */
  top: number;
  /** What is sent at most. */
  cap: number;
  /** False: a link says nothing about what is behind a page, as it stands on every one. */
  hasUsefulLinks: boolean;
}

/** How the reading of an instant is carried over runs. */
export interface InstantCarry {
  /** What earlier runs have stored of it; `undefined`: this is the first. */
  known: InstantProgress | undefined;
  /** Hears of each page, also of those that prove nothing. */
  onPage(page: IncidentPage): void;
  /** Hears why a part of it could not be read so far. */
  onFailure(failure: AppError | undefined): void;
  /** Hears how much of it is whole by now, each time that it is more, with all that this run has read whole. */
  onPart(progress: InstantProgress, read: Pick<IncidentPage, 'incidents' | 'withoutId'>): Promise<void>;
}

/** With smaller pages the other ways cost more calls than passes do, as long as these agree soon. */
const SMALL_CAP = 10;
const SMALL_PASSES = 3;

/** In small pages without an order, some may by chance hold nothing but what was seen. */
const IDLE_SMALL_PAGES = 10;

type Part = Omit<IncidentQuery, 'top' | 'updatedFrom' | 'updatedTo'>;

/**
 * Reads a full window that time cannot split any more: by creation time, then by status, then by `$skip` in passes that have
 * to agree. One `$skip` of all that was found but one shows at the end whether something is missing; where passes do not
 * agree, the crowd may have gone apart meanwhile, and one answer is enough. A part that fails costs only itself. What is created
 * first is read first, so that a run which ends midway leaves the rest to the next.
 */
export async function readInstant(
  reader: MeteredReader,
  window: ReadWindow & { to: Ticks },
  { top, cap, hasUsefulLinks }: InstantPages,
  first: IncidentPage,
  { known, onPage, onFailure, onPart }: InstantCarry,
): Promise<InstantRead> {
  const found: GatheredIncidents = new Map();
  /** Seen in parts that are not whole. */
  const seenBeside: GatheredIncidents = new Map();
  const withoutId: Ticks[] = [];
  let visibleUntil = known?.visibleUntil ?? MAX_TICKS;
  const statuses = new Set<string>();
  let failure: AppError | undefined;
  /** Everything that was created before the part that is being read is whole. */
  let isContiguous = true;
  const isSmall = cap < Math.min(SMALL_CAP, reader.maxTop);

  function collect(part: Pick<IncidentPage, 'incidents' | 'withoutId' | 'visibleUntil'>): void {
    visibleUntil = minTicks(visibleUntil, part.visibleUntil);
    withoutId.push(...part.withoutId);
    gatherIncidents(found, part.incidents);
  }

  const countFound = (): number => (known?.count ?? 0) + found.size + withoutId.length;

  async function notePart(createdBefore: Ticks): Promise<void> {
    if (!isContiguous) return;
    const { from, to } = window;
    await onPart(
      { from, to, createdBefore, count: countFound(), fruitlessRuns: 0, visibleUntil },
      { incidents: [...found.values()], withoutId: [...withoutId] },
    );
  }

  /** `undefined`: this part fails. */
  async function ask(query: Part): Promise<IncidentPage | undefined> {
    try {
      const page = await reader.list({ ...boundsOf(window), ...query, top });
      refusePartial(page);
      onPage(page);
      for (const status of page.sourceStatuses) statuses.add(status);
      return page;
    } catch (error) {
      if (!isWindowFailure(error)) throw error;
      noteFailure(error);
      return undefined;
    }
  }

  function noteFailure(reason: AppError | undefined): void {
    failure = reason;
    onFailure(reason);
  }

  const isShort = (page: IncidentPage): boolean => page.count < cap && page.nextLink === undefined;
  const isEmptyEnd = (page: IncidentPage): boolean => page.count === 0 && !hasUsefulLinks;
  const isAll = (page: IncidentPage): boolean => isShort(page) || isEmptyEnd(page);

  async function readByPasses(query: Part, first?: IncidentPage, maxPasses?: number): Promise<boolean> {
    let isFirstPass = true;
    let pagesOfPass = 0;
    const passes = await readUntilStable(
      async () => {
        const pages: IncidentPage[] = [];
        const seen = new Set<string>();
        let skip = 0;
        let idlePages = 0;
        for (;;) {
          const page = isFirstPass && first !== undefined ? first : await ask({ ...query, ...(skip > 0 && { skip }) });
          isFirstPass = false;
          if (page === undefined) return undefined;
          pages.push(page);
          pagesOfPass = pages.length;
          // A page that the source cut by itself has a link, and more behind it.
          if (isAll(page)) return pages;
          idlePages = bringsNew(seen, page) ? 0 : idlePages + 1;
          // A source that does not skip would be asked for ever; an empty page with more behind it leads nowhere.
          if (page.count === 0 || idlePages > (isSmall ? IDLE_SMALL_PAGES : 0)) return undefined;
          skip += page.count;
        }
      },
      { from: window.from, isWhole: isShort, maxPasses },
    );
    gatherIncidents(seenBeside, passes.incidents);
    // A source that has nothing behind any `$skip` makes passes agree on their first page.
    const count = passes.incidents.length + passes.withoutId.length;
    const isWhole = passes.isStable && (pagesOfPass === 1 || (await isLastOf(count, query)));
    if (isWhole) collect(passes);
    return isWhole;
  }

  /**
   * Statuses that were seen are asked for, then those that the source is known to have: what leaves the crowd meanwhile and what
   * has another status would make up for each other in the `$skip` that shows at the end whether something is missing. So all of
   * it is read in one run. A status that the source has after all is found by passes.
   */
  async function readByStatus(created: CreatedRange, { count }: IncidentPage): Promise<boolean> {
    const countBefore = countFound();
    let isComplete = true;
    // The set may grow while it is walked: a status seen in one answer is asked for too.
    for (const status of statuses) isComplete = (await readStatus({ ...created, status })) && isComplete;
    for (const status of reader.statuses)
      if (count > 0 && !statuses.has(status)) isComplete = (await readUnseen({ ...created, status })) && isComplete;
    if (!isComplete || (await isLastOf(countFound() - countBefore, created))) return isComplete;
    return readByPasses(created);
  }

  /**
   * All of so many but one are skipped: exactly that one has to come back, and be known. None would mean that something found has
   * moved away meanwhile, and then as many others could hide behind the count. A page of one says nothing of what is behind it.
   */
  async function isLastOf(count: number, query: Part = {}): Promise<boolean> {
    const page = await ask({ ...query, skip: Math.max(0, count - 1) });
    if (page !== undefined) visibleUntil = minTicks(visibleUntil, page.visibleUntil);
    if (page?.count !== 1 || (page.nextLink !== undefined && hasUsefulLinks)) return false;
    // What earlier runs have found is only counted here.
    const areAllHere = known === undefined || query.createdFrom !== undefined;
    if (areAllHere && !page.incidents.every(isFound)) return false;
    return cap > 1 || (await ask({ ...query, skip: count }))?.count === 0;
  }

  const isFound = ({ incident }: ObservedIncident): boolean => {
    const id = encodeId(incident.incidentId);
    return found.has(id) || seenBeside.has(id);
  };

  async function readStatus(query: Part): Promise<boolean> {
    const page = await ask(query);
    return page !== undefined && (await takeAll(query, page));
  }

  async function takeAll(query: Part, page: IncidentPage): Promise<boolean> {
    if (!isAll(page)) return readByPasses(query, page);
    collect(page);
    return true;
  }

  /**
   * A source may refuse a status that it has none with; a status that fails may hide one behind another that leaves meanwhile.
   * What stands behind an empty page with a link, the last `$skip` tells.
   */
  async function readUnseen(query: Part): Promise<boolean> {
    const failureBefore = failure;
    const page = await ask(query);
    if (page !== undefined) return page.count === 0 || (await takeAll(query, page));
    if (!hasCode(failure, 'bad-request')) return false;
    noteFailure(failureBefore);
    return true;
  }

  let isReadInstead: boolean | undefined;

  /** `leaps`: how many full pages in a row have led here, each the oldest part of the one before. */
  async function readByCreation(created: CreatedRange, shown?: IncidentPage, leaps = 0): Promise<boolean> {
    if (isReadInstead !== undefined) return isReadInstead;
    const page = shown ?? (await ask(created));
    if (page === undefined) return false;
    if (isAll(page)) {
      collect(page);
      return true;
    }
    // Its link says nothing, and what is behind it one `$skip` tells.
    if (page.count < cap && !hasUsefulLinks) return readByPasses(created, page);
    const times = page.incidents
      .map(({ incident }) => readTicks(incident.createdTime))
      .filter((at) => at !== undefined);
    const range = { from: created.createdFrom ?? 0n, to: created.createdTo };
    // A source that does not filter by it would be asked for ever smaller parts, each as full as the whole.
    if (!times.every((at) => isInside(range, at))) {
      isContiguous = false;
      return (isReadInstead = await readByPasses({}));
    }
    const points = times.length === 0 ? [] : splitPoints(times, range, 'tick');
    if (points.length === 0) return readByStatus(created, page);
    let isComplete = true;
    for (const [place, part] of cutRange(created, leapBack(points, times, range.from, leaps)).entries()) {
      const isWhole = await readByCreation(part, undefined, place === 0 ? leaps + 1 : 0);
      isComplete = isWhole && isComplete;
      isContiguous &&= isWhole;
      if (part.createdTo !== undefined) await notePart(part.createdTo);
    }
    return isComplete;
  }

  /**
   * A full page with nothing behind it that comes back the same is all there is: what it shows was there all the while. In small
   * pages that is so of most instants.
   */
  async function isExactlyFull(): Promise<boolean> {
    if ((await ask({ skip: first.count }))?.count !== 0) return false;
    const again = await ask({});
    const shown = new Set(first.incidents.map(({ incident }) => incident.incidentId));
    if (again?.count !== first.count || again.incidents.some(({ incident }) => !shown.has(incident.incidentId)))
      return false;
    if (again.withoutId.length !== first.withoutId.length) return false;
    collect(again);
    return true;
  }

  /** From where an earlier run has come to. That one has tried passes already, which cannot be carried over. */
  async function readRest(): Promise<boolean> {
    if (known !== undefined && known.createdBefore > 0n) return readByCreation({ createdFrom: known.createdBefore });
    if (known === undefined && isSmall && (await readByPasses({}, first, SMALL_PASSES))) return true;
    return readByCreation({}, first);
  }

  for (const status of first.sourceStatuses) statuses.add(status);
  if (isSmall && (await isExactlyFull())) return whole({ incidents: [...found.values()], withoutId, visibleUntil });
  let isComplete = await readRest();
  const beside = [...seenBeside.keys()].filter((id) => !found.has(id)).length;
  if (!(await isLastOf(countFound() + beside))) isComplete = await readByPasses({});
  const incidents = (...more: ObservedIncident[]): ObservedIncident[] => [
    ...gatherIncidents(new Map(seenBeside), [...found.values(), ...more]).values(),
  ];
  visibleUntil = minTicks(visibleUntil, first.visibleUntil);
  if (isComplete) return whole({ incidents: incidents(), withoutId, visibleUntil });
  const now = await ask({});
  if (now !== undefined && isAll(now)) return whole({ ...now, incidents: incidents(...now.incidents) });
  // Where parts fail, the first page may have shown more than they did.
  const shown = gatherIncidents(new Map(), [...first.incidents, ...incidents(...(now?.incidents ?? []))]);
  return { isComplete: false, failure, incidents: [...shown.values()], withoutId, visibleUntil };
}

const whole = ({ incidents, withoutId, visibleUntil }: Omit<InstantRead, 'isComplete' | 'failure'>): InstantRead => ({
  isComplete: true,
  failure: undefined,
  incidents,
  withoutId,
  visibleUntil,
});
