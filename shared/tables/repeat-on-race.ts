import { isRace } from '../errors.ts';

export interface Repeats {
  /** Attempts, the first included. */
  tries: number;
  /** What counts as a lost race; `isRace` without it. */
  isLost?: (error: unknown) => boolean;
  /** Comes before the next attempt; `attempt` counts from 1. */
  wait?: (attempt: number) => Promise<void>;
}

/**
 * Reads, decides and writes, and does so anew while another writer was faster in between. `change` does all three, so that each
 * attempt decides on what is stored by then. The last lost race is thrown.
 */
export async function repeatOnRace<Result>(
  { tries, isLost = isRace, wait }: Repeats,
  change: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!isLost(error) || attempt === tries) throw error;
    }
    await wait?.(attempt);
  }
}
