import { describe, expect, test } from '@jest/globals';
import { scheduleGaps } from '../../shared/settings/schedule-interval.ts';

const DAY = 86_400;

describe('scheduleGaps().longestSeconds', () => {
  test.each([
    ['0 */5 * * * *', 300],
    ['*/20 * * * * *', 20],
    ['* * * * * *', 1],
    ['0 * * * * *', 60],
    ['0 0 * * * *', 3_600],
    ['0 0 */6 * * *', 6 * 3_600],
    ['0 30 2 * * *', DAY],
    ['0 0,15,30,45 * * * *', 900],
    ['0 0,10,50 * * * *', 2_400],
    ['0 5/20 * * * *', 1_200],
    ['0 */7 * * * *', 420],
    ['0 0-30/10 * * * *', 1_800],
    ['0 */25 * * * *', 1_500],
    ['0 0 0 * * 0', 7 * DAY],
    ['0 0 0 * * sun,WED', 4 * DAY],
    ['0 0 9 * * Mon-Fri', 3 * DAY],
    ['0 0 0 1 * *', 31 * DAY],
    ['0 0 0 29 2 *', 4 * 365 * DAY + DAY],
    ['  0  */5 * * *  * ', 300],
  ])('is for "%s" %i s', (ncrontab, seconds) => {
    expect(scheduleGaps(ncrontab).longestSeconds).toBe(seconds);
  });

  test.each([
    ['five fields', '*/5 * * * *'],
    ['seven fields', '0 */5 * * * * *'],
    ['a time span', '00:05:00'],
    ['a second that is none', '60 * * * * *'],
    ['a weekday that is none', '0 0 0 * * 7'],
    ['a day 0', '0 0 0 0 * *'],
    ['a step of 0', '*/0 * * * * *'],
    ['a range backwards', '0 30-10 * * * *'],
    ['an empty list part', '0 1,,2 * * * *'],
    ['words', '0 a * * * *'],
    ['a star inside a range', '0 *-5 * * * *'],
    ['a day that never comes', '0 0 0 31 4 *'],
    ['nothing', ''],
  ])('refuses %s', (_name, ncrontab) => {
    expect(() => scheduleGaps(ncrontab)).toThrow(expect.objectContaining({ blame: 'partner', code: 'bad-schedule' }));
  });
});

describe('scheduleGaps()', () => {
  test('tells the shortest from the longest for an uneven schedule', () => {
    expect(scheduleGaps('0 */5 8-17 * * *')).toEqual({ shortestSeconds: 300, longestSeconds: 14 * 3_600 + 300 });
  });
});
