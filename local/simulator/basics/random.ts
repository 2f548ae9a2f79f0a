/** Repeatable pseudo-random choices: the same seed gives the same sequence on every machine. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** Both ends included. */
  integer(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** `pick`, with a weight for each entry. */
  weighted<T>(list: readonly (readonly [T, number])[]): T;
  hex(digits: number): string;
  guid(): string;
}

export function createRandom(seed: number): Random {
  const next = mulberry32(seed);
  const integer = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const word = (): string =>
    Math.floor(next() * 4_294_967_296)
      .toString(16)
      .padStart(8, '0');
  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) text += word();
    return text.slice(0, digits);
  };
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: (list) => at(list, integer(0, list.length - 1)),
    weighted(list) {
      let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      return at(
        list,
        Math.max(
          0,
          list.findIndex(([, weight]) => (left -= weight) < 0),
        ),
      )[0];
    },
    hex,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${integer(8, 11).toString(16)}${hex(3)}-${hex(12)}`,
  };
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`Cannot pick number ${index} of ${list.length} entries`);
  return found;
}

/** Mulberry32: 32 bits of state, public domain, good enough to vary test data. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
