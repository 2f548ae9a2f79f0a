import { describe, expect, test } from '@jest/globals';
import { createQueuedControl } from '../../shared/commands/create-queued-control.ts';
import { reportPoisonedCommand } from '../../shared/commands/report-poisoned-command.ts';
import { runTenantCommand } from '../../shared/commands/run-tenant-command.ts';
import { stateKey } from '../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import type { Ticks } from '../../shared/domain/values/ticks.ts';
import type { Table } from '../../shared/ports/table.ts';
import type { TenantControl } from '../../shared/ports/tenant-control.ts';
import { clearCommandOutcomes } from '../../shared/removal/clear-command-outcomes.ts';
import { createTenantControl } from '../../shared/tenants/create-tenant-control.ts';
import { tenantNumber } from '../helpers/seed.ts';
import { createMemoryTable, type MemoryTable } from '../helpers/tables/memory-table.ts';
import { createVirtualClock, type VirtualClock } from '../scenarios/cloud/virtual-clock.ts';

const ALPHA = tenantNumber(1);
const NO_LOG = (): void => undefined;

interface Apps {
  /** What the portal has. */
  queued: TenantControl;
  /** What the collecting app has. */
  direct: TenantControl;
  incidents: MemoryTable;
  tenants: MemoryTable;
  outcomes: MemoryTable;
  clock: VirtualClock;
  /** As they come off the queue. */
  messages: unknown[];
}

/** Two apps with a queue between them; `deliver` is what the queue does with a message at once. */
function createApps(deliver: (apps: Apps, message: unknown) => Promise<void>): Apps & { waitedMs(): number } {
  const clock = createVirtualClock(Date.parse('2026-01-01T00:00:00Z'));
  const [incidents, tenants, outcomes] = [createMemoryTable(), createMemoryTable(), createMemoryTable()];
  const direct = createTenantControl({ incidents, clock, providers: PROVIDERS, defaultSource: 'defender' });
  const messages: unknown[] = [];
  const send = async (sent: object): Promise<void> => {
    const message: unknown = JSON.parse(JSON.stringify(sent));
    messages.push(message);
    await deliver(apps, message);
  };
  const apps: Apps = {
    queued: createQueuedControl({ queue: { send }, tenants, outcomes, clock }),
    direct,
    incidents,
    tenants,
    outcomes,
    clock,
    messages,
  };
  return { ...apps, waitedMs: () => clock.monotonicMs() };
}

const PROVIDERS = { defender: undefined, graph: undefined };

/** What one worker of the collecting app does with a message. */
function carryOut(apps: Apps, message: unknown, insertedAt?: Ticks): Promise<void> {
  const { clock } = apps;
  const controlOn = (incidents: Table): TenantControl =>
    createTenantControl({ incidents, clock, providers: PROVIDERS, defaultSource: 'defender' });
  return runTenantCommand({ ...apps, controlOn, log: NO_LOG }, message, insertedAt);
}

/** What a call ends with, so that two ends can be compared. */
const endOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (answer) => ({ answer }),
    (error: unknown) => error,
  );

describe('createQueuedControl()', () => {
  const CONSENT = { consentId: 'c1', isBound: true, mayRegister: false, comesBack: false, source: undefined };

  test.each<[string, (control: TenantControl) => Promise<unknown>]>([
    ['register', (control) => control.register(ALPHA, { paused: true })],
    ['invite', (control) => control.invite(ALPHA, 'defender')],
    ['decide', (control) => control.decide(ALPHA, 'approve')],
    ['acceptConsent', (control) => control.acceptConsent(ALPHA, CONSENT)],
    ['collectNow', (control) => control.collectNow(ALPHA)],
    ['verify', (control) => control.verify(ALPHA)],
    ['identify', (control) => control.identify(ALPHA)],
  ])('%s ends as it does where nothing lies between', async (_method, call) => {
    const [far, near] = [createApps(carryOut), createApps(carryOut)];
    for (const prepare of ['none', 'registered'] as const) {
      if (prepare === 'registered') await Promise.all([far, near].map(({ direct }) => direct.register(ALPHA, {})));
      expect(await endOf(call(far.queued))).toEqual(await endOf(call(near.direct)));
    }
  });

  test('brings a source of its own to a tenant, and takes it back', async () => {
    const apps = createApps(carryOut);
    const ownSource = async (): Promise<unknown> =>
      (await apps.incidents.get(shardOf(ALPHA), stateKey(ALPHA)))?.properties['ownSource'];

    await apps.queued.register(ALPHA, { source: 'defender' });
    expect(await ownSource()).toBe('defender');
    await apps.queued.register(ALPHA, { source: null });
    expect(await ownSource()).toBe('setting');
  });

  test('says that the command is still to come when the collecting app does not answer in time', async () => {
    const apps = createApps(() => Promise.resolve());
    await expect(apps.queued.verify(ALPHA)).rejects.toMatchObject({ code: 'command-pending', retriable: true });
    expect(apps.waitedMs()).toBeGreaterThanOrEqual(20_000);
    expect(apps.waitedMs()).toBeLessThan(21_000);
  });

  test('tells of a command that killed its workers', async () => {
    const apps = createApps((given, message) => reportPoisonedCommand({ ...given, log: NO_LOG }, message));
    await expect(apps.queued.register(ALPHA, {})).rejects.toMatchObject({ code: 'internal-error', blame: 'collector' });
    expect(apps.tenants.rows('commands').size).toBe(0);
  });
});

describe('runTenantCommand()', () => {
  test('carries out a message once, however often it comes', async () => {
    const apps = createApps(async (given, message) => {
      await carryOut(given, message);
      await carryOut(given, message);
    });
    expect(await apps.queued.register(ALPHA, {})).toBe(true);
  });

  test.each([null, 'text', {}, { id: 'x', day: '2026-01-01', method: 'register', arguments: [] }])(
    'refuses %j, which the portal never sends',
    async (message) => {
      const apps = createApps(carryOut);
      await expect(carryOut(apps, message)).rejects.toMatchObject({ code: 'bad-command' });
    },
  );

  test.each([
    ['a method that there is not', 'constructor', [ALPHA]],
    ['no tenant', 'register', ['everybody', {}]],
    ['a decision that there is not', 'decide', [ALPHA, 'erase']],
    ['a consent without an id', 'acceptConsent', [ALPHA, {}]],
  ])('answers %s with bad-command and changes nothing', async (_case, method, args) => {
    const apps = createApps(carryOut);
    const id = '00000000-0000-4000-8000-000000000001';
    await carryOut(apps, { v: 1, id, day: '2026-01-01', method, arguments: args });
    expect([...apps.outcomes.rows('2026-01-01').values()]).toEqual([
      { kind: 'failed', text: expect.stringContaining('bad-command') },
    ]);
    expect(await apps.direct.decide(ALPHA, 'approve')).toBe('unknown');
  });
});

describe('clearCommandOutcomes()', () => {
  test('deletes what is older than yesterday and nothing else', async () => {
    const outcomes = createMemoryTable();
    const days = ['2025-12-23', '2025-12-30', '2025-12-31', '2026-01-01'];
    for (const day of days)
      for (let count = 0; count < 120; count += 60)
        await outcomes.transact(
          day,
          Array.from({ length: 60 }, (_, index) => ({
            kind: 'insert',
            rowKey: `${String(count + index).padStart(8, '0')}-0000-4000-8000-000000000000`,
            properties: { kind: 'answered', text: '{}' },
          })),
        );

    expect(await clearCommandOutcomes(outcomes, () => false)).toEqual({ rows: 240, isDone: true });
    expect(days.map((day) => outcomes.rows(day).size)).toEqual([0, 0, 120, 120]);
  });
});
