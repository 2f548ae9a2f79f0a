import {
  addBounds,
  advance,
  densityOfFullPage,
  densityOfShortPage,
  isInside,
  MAX_BOUNDS,
  nextWindow,
  splitPoints,
  startCycle,
  ventureWindow,
  widenWindow,
  type Density,
  type FilterUnit,
  type ReadCycle,
} from '../../shared/domain/reading/read-cycle.ts';
import type { Ticks } from '../../shared/domain/values/ticks.ts';

/** A source whose incidents stand still: their update times, the order of its answers and the most it sends in one. */
export interface StaticSource {
  times: readonly Ticks[];
  /** Ranks an incident by its time and its index; the lowest come first in an answer. */
  rank(at: Ticks, index: number, call: number): number;
  cap: number;
}

export interface DriveResult {
  /** How often each incident came back in a proven window, by index. */
  seen: number[];
  calls: number;
  /** Windows that time cannot cut, which the driver takes as read. */
  instants: number;
}

/** Reads one cycle the way `runCycle` does, with nothing between: no store, no repeats, no instants that need paging. */
export function driveCycle(
  source: StaticSource,
  range: { from: Ticks; to: Ticks | undefined; now: Ticks },
  unit: FilterUnit = 'tick',
): DriveResult {
  const incidents = source.times.map((at, index) => ({ at, index }));
  const result: DriveResult = { seen: source.times.map(() => 0), calls: 0, instants: 0 };
  let cycle: ReadCycle = { ...startCycle(range.from, range.to, range.now), unit };
  let density: Density;
  for (;;) {
    const window = ventureWindow(cycle, nextWindow(cycle), { density, now: range.now, top: source.cap });
    if (window.to !== undefined && window.to <= window.from) throw new Error('The window is empty');
    const asked = widenWindow(window, unit);
    const matching = incidents.filter(({ at }) => isInside(asked, at));
    result.calls += 1;
    if (result.calls > 50 * source.times.length + 1_000) throw new Error('The reading does not end');
    cycle = { ...cycle, calls: result.calls };
    const page = matching
      .map((incident) => ({ ...incident, rank: source.rank(incident.at, incident.index, result.calls) }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, source.cap);
    const times = page.map(({ at }) => at);
    const points = page.length >= source.cap ? splitPoints(times, window, unit) : [];
    if (points.length > 0) {
      const bounds = addBounds(cycle.bounds, points);
      if (nextWindow({ ...cycle, bounds }).to === window.to) throw new Error('A full page taught nothing');
      if (bounds.length > MAX_BOUNDS) throw new Error('There are too many bounds');
      density = densityOfFullPage(times, window, range.now);
      cycle = { ...cycle, bounds };
      continue;
    }
    if (page.length >= source.cap) result.instants += 1;
    for (const { index } of matching) result.seen[index] = (result.seen[index] ?? 0) + 1;
    density = densityOfShortPage(matching.length, window);
    cycle = { ...advance(cycle, window.to ?? range.now), incidents: cycle.incidents + matching.length };
    if (window.to === undefined || (range.to !== undefined && window.to >= range.to)) return result;
    if (cycle.cursor !== window.to) throw new Error('The cursor does not follow the window');
  }
}
