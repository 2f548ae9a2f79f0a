import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRepeatBudget } from '../../../shared/domain/reading/repeat-budget.ts';

describe('createRepeatBudget()', () => {
  test('lets a process repeat ten times at once, and then one call in seven', () => {
    const budget = createRepeatBudget();
    expect(Array.from({ length: 11 }, () => budget.spend())).toEqual([
      ...Array.from({ length: 10 }, () => true),
      false,
    ]);
    for (let call = 0; call < 7; call += 1) budget.earn();
    expect([budget.spend(), budget.spend()]).toEqual([true, false]);
  });

  test('never lets more than ten and 15 % of the calls be repeats', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 500 }), (isRepeat) => {
        const budget = createRepeatBudget();
        let [calls, repeats] = [0, 0];
        for (const wanted of isRepeat) {
          if (!wanted) budget.earn();
          if (!wanted) calls += 1;
          else if (budget.spend()) repeats += 1;
        }
        expect(repeats).toBeLessThanOrEqual(10 + 0.15 * calls + 1e-9);
      }),
    );
  });
});
