import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toClaim } from '../../local/collect/claim-tenant.ts';
import { COLLECT_HELP, readCollectOptions } from '../../local/collect/collect-options.ts';
import { outcomeText } from '../../local/collect/collect-text.ts';
import { loadSettings } from '../../local/collect/load-settings.ts';
import { withKnownSince, withReadAgain } from '../../local/collect/read-again.ts';
import { chargeCalls, DEFAULT_CALL_LIMITS, EMPTY_BUDGET } from '../../shared/domain/reading/call-budget.ts';
import { startCycle } from '../../shared/domain/reading/read-cycle.ts';
import { newTenantState, type TenantState } from '../../shared/domain/tenants/tenant-state.ts';
import { readTicks, TICKS_PER_DAY, TICKS_PER_HOUR, type Ticks } from '../../shared/domain/values/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import { tenantNumber } from '../helpers/seed.ts';

const TENANT = tenantNumber(1);
const NOW = readTicks('2026-11-24T12:00:00Z') ?? 0n;
const hoursAgo = (hours: bigint): Ticks => NOW - hours * TICKS_PER_HOUR;

function stateWith(change: Partial<TenantState>): TenantState {
  const read = { frontThrough: NOW, completeThrough: NOW, completeFrom: hoursAgo(100n) };
  return { ...newTenantState(TENANT, 'defender', NOW), status: 'active', ...read, ...change };
}

describe('readCollectOptions()', () => {
  test('reads every option that the help names', () => {
    const named = [...COLLECT_HELP.matchAll(/^ {2}--(\w+)/gm)].map(([, name]) => name);

    expect(named).toEqual(['tenant', 'since', 'demo', 'data', 'help']);
    expect(readCollectOptions(['--help'])).toBeUndefined();
    expect(readCollectOptions(['--tenant', TENANT.toUpperCase(), '--since', '2026-11-24', '--demo'])).toEqual({
      tenantId: TENANT,
      since: readTicks('2026-11-24T00:00Z'),
      demoFolder: '.local',
    });
    expect(readCollectOptions(['--tenant', TENANT])).toMatchObject({ since: undefined, demoFolder: undefined });
  });

  test.each([
    [[], /^Cannot collect without a tenant: npm run collect -- --tenant ID$/],
    [['--tenant', 'x'], /^Cannot use --tenant as it must be a tenant id \(a GUID\): current value is "x"$/],
    [['--tenant', TENANT, '--since', 'now'], /^Cannot use --since .*: current value is "now"$/],
    [['--all'], /^Cannot read the command line: Unknown option '--all'; npm run collect -- --help lists the options$/],
  ])('refuses %j', (args, reason) => {
    expect(() => readCollectOptions(args)).toThrow(reason);
  });
});

describe('reading again', () => {
  test('withReadAgain() adds an older part up to what is read, and moves nothing else', () => {
    const state = stateWith({});

    expect(withReadAgain(state, hoursAgo(5n), NOW)).toEqual({ ...state, backfill: startCycle(hoursAgo(5n), NOW, NOW) });
  });

  test('withReadAgain() begins an older part anew only where it is past the wanted time', () => {
    const older = { ...startCycle(hoursAgo(50n), hoursAgo(10n), NOW), cursor: hoursAgo(30n) };
    const state = stateWith({ backfill: older });

    expect(withReadAgain(state, hoursAgo(20n), NOW)).toBe(state);
    expect(withReadAgain(state, hoursAgo(40n), NOW).backfill).toEqual(startCycle(hoursAgo(40n), hoursAgo(10n), NOW));
  });

  test.each([
    ['a tenant that was never read', { frontThrough: undefined }, hoursAgo(1n), /was never read: leave --since out$/],
    ['a time after what is read', {}, NOW, /^Cannot use --since as it must be before 2026-11-24T12:00:00/],
    ['what the source has forgotten', {}, NOW - 200n * TICKS_PER_DAY, /keeps incidents for 180 days/],
  ])('withReadAgain() refuses %s', (_, change, since, reason) => {
    expect(() => withReadAgain(stateWith(change), since, NOW)).toThrow(reason);
  });

  test('withKnownSince() promises the older part only when it is read to its end', () => {
    const since = hoursAgo(200n);
    const isRead = stateWith({});
    const isBeingRead = stateWith({ backfill: startCycle(since, NOW, NOW) });

    expect(withKnownSince(isRead, since).completeFrom).toBe(since);
    expect(withKnownSince(isRead, hoursAgo(5n)).completeFrom).toBe(hoursAgo(100n));
    expect(withKnownSince(isBeingRead, since)).toBe(isBeingRead);
  });
});

describe('toClaim()', () => {
  const settings = { intervalSeconds: 300, quietIntervalMinutes: 5, callLimits: DEFAULT_CALL_LIMITS };

  test('makes the tenant due now, busy for two intervals, and charges one call', () => {
    const columns = toClaim(stateWith({ nextDueAt: hoursAgo(-1n) }), settings, NOW);

    expect(columns).toMatchObject({ nextDueAt: NOW, claimedTick: NOW, busyUntil: NOW + TICKS_PER_HOUR / 6n });
    expect(String(columns['budget'])).toContain(',1]');
  });

  test.each([
    ['paused', { isPaused: true }, /it is paused: end that with PUT/],
    ['not active', { status: 'awaiting-approval' as const }, /its status is "awaiting-approval"$/],
    ['busy', { busyUntil: NOW + 1n }, /a worker is busy with it until 2026-11-24T12:00:00/],
    ['out of calls', { budget: chargeCalls(EMPTY_BUDGET, NOW, 45) }, /its calls are spent: the next one is allowed at/],
  ])('refuses a tenant that is %s', (_, change, reason) => {
    expect(() => toClaim(stateWith(change), settings, NOW)).toThrow(reason);
  });
});

describe('outcomeText()', () => {
  test('says how a turn ended and what to do about a failure', () => {
    const sum = { tenantId: TENANT, calls: 1, throttled: 0, stored: 1_200 };
    const error = new AppError('consent-missing', 'Consent is missing', { blame: 'tenant', action: 'Ask for it' });

    expect(outcomeText({ ...sum, kind: 'failed', error: new Error('It is busy') })).toMatch(/; It is busy$/);
    expect(outcomeText({ ...sum, kind: 'complete' })).toBe('complete: 1 call, 1,200 incidents stored');
    expect(outcomeText({ ...sum, kind: 'more', nextTurnAt: undefined })).toBe(
      'not complete yet: 1 call, 1,200 incidents stored',
    );
    expect(outcomeText({ ...sum, kind: 'failed', error })).toMatch(/^failed: .*; Consent is missing\. Ask for it$/);
  });
});

describe('loadSettings()', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'collect-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const save = (text: string): Promise<void> => writeFile(join(folder, 'local.settings.json'), text);

  test('takes from local.settings.json what the environment lacks', async () => {
    await save('{"IsEncrypted":false,"Values":{"CLOUD":"gcc","SLICE_SIZE":"5"}}');
    const env = { CLOUD: 'dod' };

    await loadSettings(env, folder, undefined);

    expect(env).toEqual({ CLOUD: 'dod', SLICE_SIZE: '5' });
  });

  test('refuses a settings file that cannot be read, and a demo that does not run', async () => {
    await save('{"Values":');
    await expect(loadSettings({}, folder, undefined)).rejects.toThrow(/^Cannot read ".*local\.settings\.json": /);
    await save('{"Values":{"SLICE_SIZE":5}}');
    await expect(loadSettings({}, folder, undefined)).rejects.toThrow(/each of its Values must be a text: SLICE_SIZE/);
    await expect(loadSettings({}, folder, 'demo')).rejects.toThrow(/^Cannot find a running demo in "demo"/);
  });
});
