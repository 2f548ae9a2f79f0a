import type { Clock } from '../ports/clock.ts';

/** What was read of one partition, kept for a while; callers at the same time share one read. */
export interface ShardCache<T> {
  /** Uses a read that began less than `maxAgeMs` ago, finished or not. 0 reads anew, for all later callers too. */
  read(shard: string, maxAgeMs?: number): Promise<T>;
  /** Makes the next reader of this shard see what was written. */
  forget(shard: string): void;
}

export function createShardCache<T>(clock: Clock, keepMs: number, load: (shard: string) => Promise<T>): ShardCache<T> {
  const kept = new Map<string, { at: number; value: Promise<T>; isLoading: boolean }>();
  return {
    read: (shard, maxAgeMs = keepMs) => {
      const known = kept.get(shard);
      const isYoung = known !== undefined && clock.monotonicMs() - known.at < maxAgeMs;
      // A read that takes longer than that must not be repeated by every caller that comes meanwhile.
      if (known !== undefined && (isYoung || (known.isLoading && maxAgeMs > 0))) return known.value;
      const entry = { at: clock.monotonicMs(), value: load(shard), isLoading: true };
      kept.set(shard, entry);
      entry.value.then(
        () => {
          entry.isLoading = false;
        },
        () => {
          // A failure is not kept; callers that wait for it still get it.
          if (kept.get(shard) === entry) kept.delete(shard);
        },
      );
      return entry.value;
    },
    forget: (shard) => kept.delete(shard),
  };
}
