import { afterEach, expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSchedule } from '../../../local/host/timers/schedule.ts';
import { createApp, listLogged, type AppFixture } from './host-fixture.ts';

let app: AppFixture | undefined;

afterEach(async () => {
  await app?.remove();
});

const writeTick = (runMs: number) => `
import { app } from '@azure/functions';
let running = 0;
app.timer('tick', {
  schedule: '%COLLECT_SCHEDULE%',
  handler: async (timer, context) => {
    running += 1;
    context.log(running + ' ' + timer.isPastDue);
    await new Promise((resolve) => setTimeout(resolve, ${runMs}));
    running -= 1;
  },
});
app.timer('broken', { schedule: '0 0 0 * * *', handler: () => { throw new Error('no storage'); } });
`;

const HOURLY = { COLLECT_SCHEDULE: '0 0 * * * *' };

test.each([
  ['0 */5 * * * *', '2026-01-01T10:03:00Z', '2026-01-01T10:05:00.000Z'],
  ['*/20 * * * * *', '2026-01-01T10:03:20Z', '2026-01-01T10:03:40.000Z'],
  ['0 30 2 * * Mon', '2026-01-01T10:03:00Z', '2026-01-05T02:30:00.000Z'],
  ['0 0 0 13 * 5', '2026-01-01T10:03:00Z', '2026-02-13T00:00:00.000Z'],
])('parseSchedule() reads "%s"', (text, since, next) => {
  expect(parseSchedule(text).next(new Date(since)).toISOString()).toBe(next);
});

test.each(['* * * * *', '0 0 0 L * *', '0 61 * * * *', 'soon'])('parseSchedule() refuses "%s"', (text) => {
  expect(() => parseSchedule(text)).toThrow(/Cannot read the schedule/);
});

test('startHost() runs a timer by an overriding schedule, and never twice at once', async () => {
  app = await createApp({ 'app.js': writeTick(1_100) }, HOURLY);
  const host = await app.start({ manualTimers: false, schedules: { tick: '* * * * * *' } });

  await host.waitForLog(() => listLogged(host, 'tick').length === 2);
  await host.stop();

  expect(listLogged(host, 'tick')).toEqual(['1 false', '1 false']);
});

test('runTimerNow() runs once at a time and rejects with the error of the function', async () => {
  app = await createApp({ 'app.js': writeTick(50) }, HOURLY);
  const host = await app.start();

  await Promise.all([host.runTimerNow('tick'), host.runTimerNow('tick')]);

  expect(listLogged(host, 'tick')).toEqual(['1 false', '1 false']);
  await expect(host.runTimerNow('broken')).rejects.toThrow('no storage');
  await expect(host.runTimerNow('other')).rejects.toThrow('Cannot run "other" now');
});

test('startHost() runs a timer at once, past due, when the last host missed an occurrence', async () => {
  app = await createApp({ 'app.js': writeTick(50) }, HOURLY);
  const timerStatusFolder = join(app.root, 'timers');
  await mkdir(timerStatusFolder);
  const status = { last: '2026-01-01T10:00:00Z', next: '2026-01-01T11:00:00Z' };
  await writeFile(join(timerStatusFolder, 'tick.json'), JSON.stringify(status));

  const host = await app.start({ manualTimers: false, timerStatusFolder });
  await host.waitForLog(({ category }) => category === 'user');
  await host.stop();
  const next = await app.start({ manualTimers: false, timerStatusFolder });

  expect(listLogged(host, 'tick')).toEqual(['1 true']);
  expect(listLogged(next, 'tick')).toEqual([]);
});
