/** How long a value or a failure is returned again, in ms on the monotonic clock. */
export interface ExpiringCacheOptions<Key, Value> {
  monotonicMs: () => number;
  load(key: Key): Promise<Value>;
  keepMs(value: Value): number;
  holdMs(error: unknown): number;
  /** The failure as it is thrown again while it is held, `leftMs` before its end. */
  again(error: unknown, leftMs: number): unknown;
}

export interface ExpiringCache<Key, Value> {
  /** One load at a time for a key, shared by all callers. */
  get(key: Key): Promise<Value>;
  /** Forgets the value, also one that is on its way; a held failure stays. With `isMeant`, only a value it is true for. */
  drop(key: Key, isMeant?: (value: Value) => boolean): void;
}

type Entry<Value> =
  | { state: 'loading'; promise: Promise<Value> }
  | { state: 'loaded'; value: Value; untilMs: number }
  | { state: 'failed'; error: unknown; untilMs: number };

export function createExpiringCache<Key, Value>(options: ExpiringCacheOptions<Key, Value>): ExpiringCache<Key, Value> {
  const { monotonicMs, load, keepMs, holdMs, again } = options;
  const entries = new Map<Key, Entry<Value>>();

  async function loadInto(key: Key, isCurrent: () => boolean): Promise<Value> {
    try {
      const value = await load(key);
      if (isCurrent()) entries.set(key, { state: 'loaded', value, untilMs: monotonicMs() + keepMs(value) });
      return value;
    } catch (error) {
      if (isCurrent()) entries.set(key, { state: 'failed', error, untilMs: monotonicMs() + holdMs(error) });
      throw error;
    }
  }

  function start(key: Key): Promise<Value> {
    // A caller that drops the entry meanwhile wants another value than the one being loaded.
    const promise = loadInto(key, () => entries.get(key) === entry);
    const entry: Entry<Value> = { state: 'loading', promise };
    entries.set(key, entry);
    return promise;
  }

  return {
    // Nothing awaits between the look-up and the set, or two callers would load the same value.
    get: async (key) => {
      const entry = entries.get(key);
      if (entry?.state === 'loading') return entry.promise;
      const leftMs = entry === undefined ? 0 : entry.untilMs - monotonicMs();
      if (entry === undefined || leftMs <= 0) return start(key);
      if (entry.state === 'failed') throw again(entry.error, leftMs);
      return entry.value;
    },
    drop: (key, isMeant) => {
      const entry = entries.get(key);
      if (entry === undefined || entry.state === 'failed') return;
      if (isMeant !== undefined && (entry.state === 'loading' || !isMeant(entry.value))) return;
      entries.delete(key);
    },
  };
}
