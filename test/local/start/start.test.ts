import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../../local/services/ports.ts';
import { listIncidents, runProgram, startProgram, type Program } from './start-fixture.ts';

const MINUTE_MS = 60_000;

let folder: string;
let port: number;
let demo: Program;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-test-'));
  port = await findFreePort();
  demo = startProgram('local/start.ts', ['--data', folder, '--port', `${port}`, ...SMALL, ...OFTEN, '--churn', '120']);
  await demo.waitForLine(/^The schedule at work/, MINUTE_MS);
}, 2 * MINUTE_MS);

afterAll(async () => {
  await demo.kill();
  await rm(folder, { recursive: true, force: true });
});

/** The tests wait for ticks. */
const OFTEN = ['--every', '10'];
const SMALL = ['--tenants', '6', '--incidents', '15'];

describe('npm start', () => {
  test('is ready within a minute, after at most 25 lines that say what to open, to try and how to stop', () => {
    const ready = demo.lines().findIndex((line) => line.startsWith('Ready: '));
    const shown = demo.lines().slice(0, ready + 12);

    expect(ready).toBeGreaterThan(0);
    expect(shown.findIndex((line) => line.startsWith('Ctrl-C'))).toBeLessThan(25);
    expect(shown).toEqual(
      expect.arrayContaining([
        `Ready: http://localhost:${port}`,
        expect.stringMatching(/^ {2}http:.*\/api\/board .*browser/),
        expect.stringMatching(/^ {2}http:.*\/api\/incidents .*newest/),
        expect.stringMatching(/^ {2}curl "http:.*\/api\/incidents\?open=true/),
        expect.stringMatching(/^ {2}curl "http:.*\/api\/tenants\/[0-9a-f-]{36}"/),
      ]),
    );
  });

  test('answers the incidents of at least 5 tenants, newest first', async () => {
    const incidents = await listIncidents(port);
    const times = incidents.map(({ lastUpdateTime }) => lastUpdateTime);

    expect(new Set(incidents.map(({ tenantId }) => tenantId)).size).toBeGreaterThanOrEqual(5);
    expect(incidents.length).toBeGreaterThanOrEqual(6 * 15);
    expect(times).toEqual([...times].sort().reverse());
  });

  test('shows one line for a tick of the schedule', async () => {
    const line = await demo.waitForLine(/^\d\d:\d\d:\d\d {2}6 tenants due/, MINUTE_MS);

    expect(line).toMatch(/6 polled with \d+ calls, \d+ incidents? stored$/);
  });

  // Making folders there used to take for ever.
  test('refuses a folder that cannot be made', async () => {
    const { code, output } = await runProgram('local/start.ts', ['--data', '/proc/nowhere/deep', '--port', '0']);

    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/"\/proc\/nowhere\/deep" .* not a folder that can be written/),
    ]);
  });

  test('refuses a port in use and a folder in use in one sentence each', async () => {
    const other = join(folder, 'other');
    const samePort = await runProgram('local/start.ts', ['--data', other, '--port', `${port}`]);
    const sameFolder = await runProgram('local/start.ts', ['--data', folder, '--port', '0']);

    expect(samePort).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^Cannot start as port \d+ .*--port N\n$/),
    });
    expect(sameFolder).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^Cannot start as a demo is running on/),
    });
  });

  test(
    'ends with 0 at SIGINT, and a second start finds what was stored and loses nothing',
    async () => {
      const before = await listIncidents(port);
      expect(await demo.interrupt()).toBe(0);
      expect(demo.lines().at(-1)).toMatch(/^Stopped; the data is kept in/);

      demo = startProgram('local/start.ts', ['--data', folder, '--port', `${port}`, ...OFTEN, '--churn', '0']);
      const found = await demo.waitForLine(/^Found in .* 6 tenants with \d+ incidents stored$/, MINUTE_MS);
      await demo.waitForLine(/6 polled/, MINUTE_MS);
      const after = new Map((await listIncidents(port)).map((incident) => [incident.key, incident.lastUpdateTime]));

      expect(Number(/(\d+) incidents/.exec(found)?.[1])).toBeGreaterThanOrEqual(before.length);
      expect(before.filter(({ key, lastUpdateTime }) => (after.get(key) ?? '') < lastUpdateTime)).toEqual([]);
    },
    2 * MINUTE_MS,
  );

  test('has the same incidents at its simulated source again: reading them once more stores nothing', async () => {
    const since = new Date(Date.now() - 40 * 24 * 60 * MINUTE_MS).toISOString();
    const tenantIds = [...new Set((await listIncidents(port)).map(({ tenantId }) => tenantId))];
    const args = (tenantId: string): string[] => ['--data', folder, '--tenant', tenantId, '--since', since];
    const runs = await Promise.all(tenantIds.slice(0, 3).map((id) => runProgram('local/collect.ts', args(id))));

    for (const { code, output } of runs) {
      expect(output).toMatch(/^complete: \d+ calls?, 0 incidents stored$/m);
      expect(output).toMatch(/is active, complete through 20/);
      expect(code).toBe(0);
    }
  });

  test('refuses options that contradict the folder, and a damaged folder, and names --fresh', async () => {
    await demo.interrupt();

    const other = await runProgram('local/start.ts', ['--data', folder, '--port', '0', '--seed', '2']);
    await rm(join(folder, 'demo.json'));
    const damaged = await runProgram('local/start.ts', ['--data', folder, '--port', '0']);

    expect(other).toMatchObject({ code: 1, output: expect.stringMatching(/^Cannot start with --seed 2 as .*--fresh/) });
    expect(damaged).toMatchObject({ code: 1, output: expect.stringMatching(/no demo\.json .*; add --fresh/) });
  });
});
