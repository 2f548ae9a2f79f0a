import { describe, expect, test } from '@jest/globals';
import { isBuildNeeded } from '../../../local/build/build-if-needed.ts';
import { planDemo, readDemoRecord } from '../../../local/start/demo/demo-record.ts';
import { buildDemoSettings, buildHostEnvironment } from '../../../local/start/demo/demo-settings.ts';
import { listDemoTenants } from '../../../local/start/demo/demo-tenants.ts';
import { readStartOptions, START_HELP } from '../../../local/start/demo/start-options.ts';
import { readConfig } from '../../../shared/settings/config.ts';
import { runProgram } from './start-fixture.ts';

const NOW = new Date('2026-11-24T14:02:20Z');

describe('options and settings', () => {
  test('readStartOptions() reads every option that the help names', () => {
    const named = [...START_HELP.matchAll(/^ {2}--([\w-]+)/gm)].map(([, name]) => name);

    const known = [
      'tenants',
      'incidents',
      'seed',
      'churn',
      'every',
      'source',
      'retire-defender-after',
      'port',
      'data',
      'fresh',
    ];
    expect(named).toEqual([...known, 'help']);
    expect(readStartOptions(['--help'])).toBeUndefined();
    expect(readStartOptions(['--tenants', '3', '--port', '0', '--data', 'x', '--fresh'])).toMatchObject({
      tenants: 3,
      incidents: undefined,
      churn: 6,
      every: 20,
      source: 'defender',
      port: 0,
      folder: 'x',
      isFresh: true,
      retireDefenderAfterMs: undefined,
    });
  });

  test('readStartOptions() plays the end of the Defender API for customers on auto, unless told otherwise', () => {
    expect(readStartOptions(['--retire-defender-after', '2m'])).toMatchObject({
      source: 'auto',
      retireDefenderAfterMs: 120_000,
    });
    expect(readStartOptions(['--retire-defender-after', '90s', '--source', 'defender'])).toMatchObject({
      source: 'defender',
      retireDefenderAfterMs: 90_000,
    });
  });

  test.each([
    [['--tenants', '0'], /^Cannot use --tenants as it must be a whole number from 1 to 500: current value is "0"$/],
    [['--port', 'x'], /^Cannot use --port .* from 0 to 65535: current value is "x"$/],
    [['--data', ''], /^Cannot use --data as it must name a folder: current value is ""$/],
    [['--source', 'x'], /^Cannot use --source as it must be defender, graph or auto: current value is "x"$/],
    [
      ['--retire-defender-after', '2'],
      /^Cannot use --retire-defender-after .* such as 2m or 90s.*: current value is "2"$/,
    ],
    [['--retire-defender-after', '9999m'], /at most a day: current value is "9999m"$/],
    [['--colour'], /^Cannot read the command line: Unknown option '--colour'; npm start -- --help lists the options$/],
    [['--tenants', '500', '--incidents', '500'], /as Azurite keeps about 10000 incidents at most/],
  ])('readStartOptions() refuses %j', (args, reason) => {
    expect(() => readStartOptions(args)).toThrow(reason);
  });

  test('readStartOptions() refuses options that npm has kept for itself', () => {
    expect(() => readStartOptions([], { npm_config_fresh: 'true' })).toThrow(/write npm start -- --fresh with "--"/);
  });

  test('planDemo() invents what the folder holds again and refuses what contradicts it', () => {
    const kept = { seed: 4, tenants: 3, incidents: 20, inventedAt: '2026-11-01T00:00:00.000Z', fingerprint: 'f' };
    const options = readStartOptions(['--tenants', '3']);
    if (options === undefined) throw new Error('unreachable');

    expect(planDemo(kept, options, NOW)).toEqual({ seed: 4, tenants: 3, incidents: 20, inventedAt: kept.inventedAt });
    expect(planDemo(undefined, options, NOW)).toEqual({
      seed: 1,
      tenants: 3,
      incidents: 180,
      inventedAt: NOW.toISOString(),
    });
    expect(() => planDemo(kept, { ...options, seed: 5 }, NOW)).toThrow(
      /--seed 5 as ".local" holds .* --seed 4.*--fresh/,
    );
    expect(readDemoRecord(JSON.stringify(kept))).toEqual(kept);
    expect(['', '[]', '{"seed":1}'].map(readDemoRecord)).toEqual([undefined, undefined, undefined]);
  });

  test('listDemoTenants() keeps the first tenants when there are more', () => {
    const six = listDemoTenants(1, 6);

    expect(listDemoTenants(1, 40).slice(0, 6)).toEqual(six);
    expect(new Set(listDemoTenants(1, 40).map(({ domain }) => domain)).size).toBe(40);
    expect(listDemoTenants(2, 6)[0]?.tenantId).not.toBe(six[0]?.tenantId);
  });

  test('buildDemoSettings() makes settings that the app accepts, and nothing of the machine gets beside them', () => {
    const url = 'https://127.0.0.1:4000';
    const simulator = { url, vaultUrl: url, identityEndpoint: 'http://127.0.0.1:4001/msi/token', identityHeader: 'h' };
    const settings = buildDemoSettings({
      clientId: '0a0a0a0a-0000-4000-8000-000000000002',
      homeTenantId: '0a0a0a0a-0000-4000-8000-000000000001',
      simulator,
      connectionString: 'AccountName=a;AccountKey=b',
      publicUrl: 'http://localhost:7071',
      caFile: '/ca.pem',
      source: 'graph',
      tickSeconds: 20,
    });
    const env = buildHostEnvironment(settings, { AZURE_CLIENT_SECRET: 's', CLOUD: 'dod', HOME: '/home/a' });

    expect(readConfig(settings)).toMatchObject({
      authorityHost: url,
      defender: { url },
      collection: { intervalSeconds: 20 },
    });
    expect(env).toMatchObject({ ...settings, AZURE_CLIENT_SECRET: undefined, CLOUD: undefined });
    expect(env).not.toHaveProperty('HOME');
  });

  test('isBuildNeeded() sees what is missing, older or without a source', () => {
    const sources = new Map([['functions/a', 10]]);
    const builtAt = (time: number): boolean => isBuildNeeded(sources, new Map([['functions/a', time]]), 5);

    expect([builtAt(11), builtAt(9)]).toEqual([false, true]);
    expect(isBuildNeeded(sources, new Map(), 5)).toBe(true);
    expect(isBuildNeeded(sources, new Map([['functions/b', 11]]), 5)).toBe(true);
    expect(isBuildNeeded(new Map(), new Map([['functions/b', 11]]), 5)).toBe(true);
    expect(isBuildNeeded(sources, new Map([['functions/a', 11]]), 12)).toBe(true);
  });
});

describe('run.mjs', () => {
  test.each(['v20.20.2', 'v22.18.0', 'v23.11.1', 'v24.4.1'])('refuses Node %s in one sentence', async (version) => {
    const pretend = `Object.defineProperty(process, 'version', { value: '${version}' })`;
    const { code, output } = await runProgram(
      'local/start.ts',
      ['--help'],
      ['--import', `data:text/javascript,${pretend}`],
    );

    expect(output).toBe(
      `Cannot start with Node ${version}: Node 22.19, 24.5 or newer is needed; install one from nodejs.org\n`,
    );
    expect(code).toBe(1);
  });

  test('passes options on and says what is missing', async () => {
    expect(await runProgram('local/start.ts', ['--help'])).toEqual({ code: 0, output: `${START_HELP}\n` });
    expect((await runProgram('local/nothing.ts', [])).output).toMatch(/^Cannot start local\/nothing\.ts: /);
  });
});
