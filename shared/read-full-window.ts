import { topOf, type Reading } from './cycle-reading.ts';
import { GAP_REASONS } from './domain/gaps.ts';
import { addBounds, densityOfFullPage, splitPoints, type ReadWindow } from './domain/read-cycle.ts';
import { proveServiceUp } from './failing-window.ts';
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
  if (points.length === 0) return readWholeInstant(reading, window, full);
  reading.density = densityOfFullPage(times, window, full.visibleUntil);
  progress.update({ bounds: addBounds(progress.cycle().bounds, points) });
  return undefined;
}

/** What of it cannot be read is a gap; the rest is stored. */
async function readWholeInstant(reading: Reading, window: ReadWindow, full: FullPage): Promise<ShortPage> {
  const { deps, progress } = reading;
  const { pageCap } = deps.pageSize;
  const top = topOf(reading);
  const before = deps.reader.callsMade();
  const instant = await readInstant(
    deps.reader,
    window,
    { top, cap: Math.min(top, pageCap ?? top), hasUsefulLinks: deps.links.areFollowed },
    full.page,
  );
  progress.update({ calls: progress.cycle().calls + deps.reader.callsMade() - before });
  const { failure } = instant;
  if (failure !== undefined) await proveServiceUp(deps.reader, failure);
  const gap = { from: window.from, to: window.to ?? window.from + 1n };
  if (!instant.isComplete)
    await progress.recordGap(gap, {
      reason: failure?.code ?? GAP_REASONS.instant,
      failsByItself: false,
      isNarrow: false,
    });
  return { kind: 'proven', ...instant, unit: full.unit, pageCap, longestPage: 0 };
}
