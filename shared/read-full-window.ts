import { leaveSearch, type Reading } from './cycle-reading.ts';
import { addBounds, densityOfFullPage, splitPoints, type ReadWindow } from './domain/read-cycle.ts';
import type { Ticks } from './domain/ticks.ts';
import { readInstant } from './read-instant.ts';
import type { FullPage, ShortPage } from './read-page.ts';

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
  if (reading.search !== undefined) {
    await progress.recordGap({ from: window.from, to: endOf(window) }, reading.search.reason, true);
    leaveSearch(reading);
    return undefined;
  }
  return readWholeInstant(reading, window, full);
}

const endOf = ({ from, to }: ReadWindow): Ticks => to ?? from + 1n;

async function readWholeInstant({ deps, progress }: Reading, window: ReadWindow, full: FullPage): Promise<ShortPage> {
  const { pageCap } = deps.pageSize;
  const before = deps.reader.callsMade();
  const instant = await readInstant(
    deps.reader,
    window,
    Math.min(deps.reader.maxTop, pageCap ?? deps.reader.maxTop),
    full.page,
  );
  progress.update({ calls: progress.cycle().calls + deps.reader.callsMade() - before });
  if (!instant.isComplete)
    await progress.recordGap({ from: window.from, to: endOf(window) }, 'instant-cannot-be-paged', false);
  return { kind: 'proven', ...instant, unit: full.unit, pageCap, longestPage: 0 };
}
