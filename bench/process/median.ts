export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1 + (sorted.length % 2)], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing');
  return (low + high) / 2;
}

/** Medians of pairs that were measured one after the other, so that a busy machine slows both down. */
export function medianRatio<Round>(rounds: readonly Round[], of: (round: Round) => readonly [number, number]): number {
  return median(rounds.map(of).map(([one, other]) => one / other));
}

/** Enough digits to compare, none that another run would change. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
