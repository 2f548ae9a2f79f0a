import { describe, expect, test } from '@jest/globals';
import { nextWitness } from '../../shared/polling/witness.ts';

describe('nextWitness()', () => {
  test('is the newest that was seen, or the one before', () => {
    expect(nextWitness([0n, 50_000_000n, 30_000_000n], 40_000_000n)).toBe(50_000_000n);
    expect(nextWitness([0n], 40_000_000n)).toBe(40_000_000n);
    expect(nextWitness([], undefined)).toBeUndefined();
  });

  test('is none where many would be read with it', () => {
    const crowd = Array.from({ length: 21 }, (_, number) => 50_000_000n + BigInt(number));

    expect(nextWitness(crowd, undefined)).toBeUndefined();
    expect(nextWitness(crowd.slice(1), undefined)).toBe(50_000_020n);
  });
});
