import { describe, expect, test } from '@jest/globals';
import { createExpiringCache, type ExpiringCache } from '../../../shared/domain/values/expiring-cache.ts';

interface Rig {
  cache: ExpiringCache<string, string>;
  /** One for each load so far, in their order. */
  loads: PromiseWithResolvers<string>[];
  pass(ms: number): void;
}

/** Values are kept for 100 ms, failures held for 10 ms and told again with the time that is left. */
function createRig(): Rig {
  const loads: Rig['loads'] = [];
  let now = 0;
  const cache = createExpiringCache<string, string>({
    monotonicMs: () => now,
    load: (key) => {
      const load = Promise.withResolvers<string>();
      loads.push(load);
      return load.promise.then((value) => `${key}:${value}`);
    },
    keepMs: () => 100,
    holdMs: () => 10,
    again: (error, leftMs) => new Error(`${String(error)}, ${leftMs} ms left`),
  });
  return {
    cache,
    loads,
    pass: (ms) => {
      now += ms;
    },
  };
}

describe('createExpiringCache()', () => {
  test('loads once for all who wait, and again when the value is too old', async () => {
    const { cache, loads, pass } = createRig();
    const waiting = [cache.get('a'), cache.get('a'), cache.get('a')];
    expect(loads).toHaveLength(1);
    loads[0]?.resolve('1');
    expect(await Promise.all(waiting)).toEqual(['a:1', 'a:1', 'a:1']);

    pass(99);
    expect(await cache.get('a')).toBe('a:1');
    pass(1);
    void cache.get('a');
    expect(loads).toHaveLength(2);
  });

  test('keeps keys apart', async () => {
    const { cache, loads } = createRig();
    const [a, b] = [cache.get('a'), cache.get('b')];
    loads[1]?.resolve('2');
    loads[0]?.resolve('1');
    expect(await Promise.all([a, b])).toEqual(['a:1', 'b:2']);
  });

  test('drop() makes the next caller load anew while the old load is on its way, which is not kept', async () => {
    const { cache, loads } = createRig();
    const old = cache.get('a');
    cache.drop('a');
    const fresh = cache.get('a');
    loads[1]?.resolve('new');
    loads[0]?.resolve('old');
    expect(await Promise.all([old, fresh])).toEqual(['a:old', 'a:new']);
    expect(await cache.get('a')).toBe('a:new');
  });

  test('drop() with a condition drops nothing else', async () => {
    const { cache, loads } = createRig();
    const loading = cache.get('a');
    cache.drop('a', () => true);
    loads[0]?.resolve('1');
    await loading;
    cache.drop('a', (value) => value === 'a:0');
    expect(await cache.get('a')).toBe('a:1');
    expect(loads).toHaveLength(1);
  });

  test('holds a failure for its time, whatever is dropped, and loads again after it', async () => {
    const { cache, loads, pass } = createRig();
    const failing = cache.get('a');
    loads[0]?.reject(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');

    pass(4);
    cache.drop('a');
    await expect(cache.get('a')).rejects.toThrow('broken, 6 ms left');
    pass(6);
    const again = cache.get('a');
    loads[1]?.resolve('2');
    expect(await again).toBe('a:2');
  });
});
