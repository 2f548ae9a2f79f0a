import { leaveSearch, type Reading } from './cycle-reading.ts';
import { addBounds, densityOfFullPage, splitPoints, type ReadWindow } from './domain/read-cycle.ts';
import type { Ticks } from './domain/ticks.ts';
import { isWindowFailure, type FailureSearch } from './failing-window.ts';
import { readInstant } from './read-instant.ts';
import { boundsOf, refusePartial, type FullPage, type ShortPage } from './read-page.ts';

/** Cuts a window that is too full; one that time cannot cut any more is read by other means. */
export async function splitOrReadInstant(
  reading: Reading,
  window: ReadWindow,
  full: FullPage,
): Promise<ShortPage | undefined> {
  const { progress, expected } = reading;
  expected.add(full.incidents);
  const times = full.incidents.map(({ updatedAt }) => updatedAt);
  const points = splitPoints(times, window, full.unit);
  if (points.length > 0) {
    reading.density = densityOfFullPage(times, window, full.visibleUntil);
    progress.update({ bounds: addBounds(progress.cycle().bounds, points) });
    if (reading.search !== undefined) reading.search = { ...reading.search, window: undefined };
    return undefined;
  }
  return reading.search === undefined
    ? readWholeInstant(reading, window, full)
    : readSpoiltInstant(reading, reading.search, window, full);
}

/** An instant in a window that fails: with the small pages of the search, one more `$skip` tells whether this is all. */
async function readSpoiltInstant(
  reading: Reading,
  search: FailureSearch,
  window: ReadWindow,
  full: FullPage,
): Promise<ShortPage | undefined> {
  try {
    // All but one are skipped: that one alone comes back when these are all. None would mean that one has moved away.
    const query = { ...boundsOf(window), top: Math.max(2, search.top), skip: full.page.count - 1 };
    const rest = await reading.deps.reader.withoutRepeats().list(query);
    refusePartial(rest);
    if (rest.count === 1 && rest.nextLink === undefined)
      return { ...full, kind: 'proven', withoutId: full.page.withoutId };
    // A crowd that can be read is no part of what fails. No larger page was tested here, so none is believed to be the last.
    return await readWholeInstant(reading, window, full, search.top);
  } catch (error) {
    if (!isWindowFailure(error)) throw error;
    await reading.progress.recordGap({ from: window.from, to: endOf(window) }, error.code, true);
    leaveSearch(reading);
    return undefined;
  }
}

const endOf = ({ from, to }: ReadWindow): Ticks => to ?? from + 1n;

async function readWholeInstant(
  { deps, progress }: Reading,
  window: ReadWindow,
  full: FullPage,
  testedTop = Infinity,
): Promise<ShortPage> {
  const { pageCap } = deps.pageSize;
  const before = deps.reader.callsMade();
  const instant = await readInstant(
    deps.reader,
    window,
    Math.min(deps.reader.maxTop, pageCap ?? Infinity, testedTop),
    full.page,
  );
  progress.update({ calls: progress.cycle().calls + deps.reader.callsMade() - before });
  if (!instant.isComplete)
    await progress.recordGap({ from: window.from, to: endOf(window) }, 'instant-cannot-be-paged', false);
  return { kind: 'proven', ...instant, unit: full.unit, pageCap, longestPage: 0 };
}
