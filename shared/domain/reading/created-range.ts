import { maxTicks, minTicks, type Ticks } from '../values/ticks.ts';

/** Creation times that a query asks for. */
export interface CreatedRange {
  createdFrom?: Ticks;
  createdTo?: Ticks;
}

export function cutRange(created: CreatedRange, points: readonly Ticks[]): CreatedRange[] {
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

/**
 * Where a page shows the newest of a crowd, its oldest part is as full again, page after page, and a run would end before it has
 * read any: each in a row is cut twice as far back as the one before.
 */
export function leapBack(
  points: readonly Ticks[],
  times: readonly Ticks[],
  from: Ticks,
  leaps: number,
): readonly Ticks[] {
  const [first] = points;
  if (leaps === 0 || first === undefined) return points;
  const width = times.reduce(maxTicks) - times.reduce(minTicks) + 1n;
  const far = first - width * 2n ** BigInt(leaps);
  return far > from ? [far, ...points] : points;
}
