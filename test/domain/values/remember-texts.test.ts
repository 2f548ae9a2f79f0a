import { expect, test } from '@jest/globals';
import { rememberTexts } from '../../../shared/domain/values/remember-texts.ts';

function countCalls(): { answer: (text: string) => string; calls: () => number } {
  let calls = 0;
  const answer = rememberTexts((text) => {
    calls += 1;
    return `${text}!`;
  });
  return { answer, calls: () => calls };
}

test('rememberTexts() computes a word once', () => {
  const { answer, calls } = countCalls();

  expect([answer('High'), answer('Low'), answer('High')]).toEqual(['High!', 'Low!', 'High!']);

  expect(calls()).toBe(2);
});

test('rememberTexts() forgets its words when there are too many, and keeps no long text', () => {
  const { answer, calls } = countCalls();
  const long = 'x'.repeat(101);

  expect([answer(long), answer(long)]).toEqual([`${long}!`, `${long}!`]);
  expect(calls()).toBe(2);

  for (let word = 0; word <= 2_000; word += 1) expect(answer(`w${word}`)).toBe(`w${word}!`);
  expect(calls()).toBe(2_003);

  expect(answer('w0')).toBe('w0!');
  expect(calls()).toBe(2_004);
});
