import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { readBenchOptions } from '../../bench/options.ts';
import { median, medianRatio } from '../../bench/process/median.ts';

// Every section starts a simulator, a storage and its own processes.
jest.setTimeout(300_000);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** Every number in a value, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

test('npm run bench measures every section, and its last line is one JSON object', async () => {
  const { stdout } = await run(process.execPath, ['local/run.mjs', 'bench/bench.ts', '--tiny', '--json'], {
    cwd: ROOT,
  });

  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(1);
  const { machine, size, rounds, seconds, ...sections } = JSON.parse(lines[0] ?? '') as Record<string, object>;
  expect({ machine, size, rounds, seconds }).toMatchObject({
    machine: { cores: expect.any(Number), node: process.version },
    size: 'tiny',
    rounds: 1,
  });
  expect(Object.keys(sections)).toEqual([
    'firstRead',
    'oneTenant',
    'steadyState',
    'memory',
    'lists',
    'board',
    'coldStart',
    'workers',
  ]);
  for (const section of Object.values(sections)) {
    expect(numbersIn(section).length).toBeGreaterThan(2);
    expect(numbersIn(section).filter((number) => !(number > 0))).toEqual([]);
  }
  // Two customers with five incidents of three alerts: incident, history, log, three alerts, two or three lists, and the state.
  expect(sections['firstRead']).toMatchObject({ incidents: 10 });
  expect(sections['steadyState']).toMatchObject({ nothingNew: { calls: 1 } });
});

test('median() takes the middle, and of an even number the mean of both', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
  expect(() => median([])).toThrow('nothing');
});

test('medianRatio() compares what was measured together', () => {
  // A machine that was ten times slower in one round.
  expect(
    medianRatio(
      [
        [10, 5],
        [100, 50],
        [9, 3],
      ] as const,
      (pair) => pair,
    ),
  ).toBe(2);
});

test('readBenchOptions() takes at least five rounds of everything but the smallest run', () => {
  expect(readBenchOptions([])?.sizes.rounds).toBeGreaterThanOrEqual(5);
  expect(readBenchOptions(['--quick'])?.sizes.rounds).toBeGreaterThanOrEqual(5);
  expect(readBenchOptions(['--help'])).toBeUndefined();
  expect(() => readBenchOptions(['--fast'])).toThrow('--fast');
});

test('readBenchOptions() takes another number of rounds', () => {
  expect(readBenchOptions(['--rounds', '2'])?.sizes.rounds).toBe(2);
  expect(() => readBenchOptions(['--rounds', '0'])).toThrow('--rounds');
});
