import type { Clock } from './ports/clock.ts';

/** What was read of one partition, kept for a while; callers at the same time share one read. */
export interface ShardCache<T> {
  read(shard: string): Promise<T>;
  /** Makes the next reader of this shard see what was written. */
  forget(shard: string): void;
}

export function createShardCache<T>(clock: Clock, keepMs: number, load: (shard: string) => Promise<T>): ShardCache<T> {
  const kept = new Map<string, { at: number; value: Promise<T> }>();
  return {
    read: (shard) => {
      const known = kept.get(shard);
      if (known !== undefined && clock.monotonicMs() - known.at < keepMs) return known.value;
      const entry = { at: clock.monotonicMs(), value: load(shard) };
      kept.set(shard, entry);
      entry.value.catch(() => {
        // A failure is not kept; whoever waits for it still gets it.
        if (kept.get(shard) === entry) kept.delete(shard);
      });
      return entry.value;
    },
    forget: (shard) => kept.delete(shard),
  };
}
