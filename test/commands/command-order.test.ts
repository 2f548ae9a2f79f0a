import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createQueuedControl } from '../../shared/commands/create-queued-control.ts';
import { listTenantCommands } from '../../shared/commands/list-tenant-commands.ts';
import { recallTenantCommand } from '../../shared/commands/recall-tenant-command.ts';
import { runTenantCommand } from '../../shared/commands/run-tenant-command.ts';
import { tenantRange } from '../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../shared/domain/values/tenant-id.ts';
import { ticksFromMs, type Ticks } from '../../shared/domain/values/ticks.ts';
import { AppError } from '../../shared/errors.ts';
import type { Table } from '../../shared/ports/table.ts';
import type { TenantControl } from '../../shared/ports/tenant-control.ts';
import { getTenant } from '../../shared/querying/get-tenant.ts';
import { createAuditLog } from '../../shared/storing/audit.ts';
import { listAllRows } from '../../shared/tables/list-all-rows.ts';
import { createTenantControl } from '../../shared/tenants/create-tenant-control.ts';
import { deleteTenant } from '../../shared/tenants/delete-tenant.ts';
import { registerTenant } from '../../shared/tenants/register-tenant.ts';
import { anIncident, seedIncidents, seedRecord, seedState, tenantNumber, ticksOf } from '../helpers/seed.ts';
import { createFaultyTable, type Fault, type FaultyTable } from '../helpers/tables/faulty-table.ts';
import { createMemoryTable } from '../helpers/tables/memory-table.ts';
import { createVirtualClock, type VirtualClock } from '../scenarios/cloud/virtual-clock.ts';

const ALPHA = tenantNumber(1);
const START = '2026-01-01T00:00:00Z';
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

interface Sent {
  message: unknown;
  expiresAtMs: number;
}

interface Apps {
  clock: VirtualClock;
  incidents: FaultyTable;
  tenants: FaultyTable;
  outcomes: FaultyTable;
  /** What the queue holds; nobody takes it unless a test does. */
  sent: Sent[];
  queued: TenantControl;
  logged: unknown[];
  /** The API of the portal, each call ended by its answer or its error's code. */
  operator: Record<'pause' | 'resume' | 'purge', () => Promise<string>>;
}

/** Two apps, the queue between them, and an active tenant with incidents; the collecting app does nothing by itself. */
async function createApps(): Promise<Apps> {
  const clock = createVirtualClock(Date.parse(START));
  const open = (): FaultyTable =>
    createFaultyTable({ ...createMemoryTable(), serviceTime: () => ticksFromMs(clock.nowMs()) });
  const [incidents, tenants, outcomes, audit] = [open(), open(), open(), createAuditLog(open())];
  await seedState(incidents, ALPHA, { status: 'active' });
  await seedIncidents(incidents, ALPHA, [anIncident('1', START), anIncident('2', START)]);
  await seedRecord(tenants, ALPHA, { displayName: 'Alpha' });
  const sent: Sent[] = [];
  const send = async (message: object, { lifetimeSeconds = 0 }: { lifetimeSeconds?: number } = {}): Promise<void> => {
    const text: unknown = JSON.parse(JSON.stringify(message));
    sent.push({ message: text, expiresAtMs: clock.nowMs() + lifetimeSeconds * SECOND_MS });
  };
  const queued = createQueuedControl({ queue: { send }, tenants, outcomes, clock });
  const deps = {
    incidents,
    tenants,
    audit,
    control: queued,
    defaultSource: 'defender' as const,
    onChanged: () => undefined,
  };
  const call = async (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'done',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
  return {
    clock,
    incidents,
    tenants,
    outcomes,
    sent,
    queued,
    logged: [],
    operator: {
      pause: () => call(registerTenant(deps, ALPHA, { paused: true }, 'ann')),
      resume: () => call(registerTenant(deps, ALPHA, { paused: false }, 'ann')),
      purge: () => call(deleteTenant(deps, { tenantId: ALPHA, isPurge: true, actor: 'ann' })),
    },
  };
}

/** What one worker of the collecting app does with a message. */
function deliver(apps: Apps, { message }: Pick<Sent, 'message'>, insertedAt?: Ticks): Promise<void> {
  const { clock, logged } = apps;
  const controlOn = (incidents: Table): TenantControl => {
    const providers = { defender: undefined, graph: undefined };
    return createTenantControl({ incidents, clock, providers, defaultSource: 'defender' });
  };
  const log = (_level: string, _event: string, fields: unknown): void => void logged.push(fields);
  return runTenantCommand({ ...apps, controlOn, log }, message, insertedAt);
}

const statusOf = async (apps: Apps): Promise<string> =>
  (await getTenant({ ...apps, defaultSource: 'defender' }, ALPHA)).status;
const countIncidents = async ({ incidents }: Apps): Promise<number> =>
  (await listAllRows(incidents, shardOf(ALPHA), tenantRange('I', ALPHA))).length;
const pending = async (apps: Apps): Promise<string[]> =>
  (await listTenantCommands(apps.tenants, ALPHA)).commands.map(({ command, detail, status }) =>
    [command, detail, status].filter((part) => part !== null).join(' '),
  );

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('an operator whose collecting app is down', () => {
  // With and without the queue's own dropping of old messages; 10 s later the purge has not expired by itself.
  test.each(
    permutations([0, 1, 2]).flatMap((order) =>
      [10 * SECOND_MS, HOUR_MS].flatMap((laterMs) => [true, false].map((drops) => ({ order, laterMs, drops }))),
    ),
  )(
    'pauses, purges and resumes: the tenant is active and nothing is erased (%j)',
    async ({ order, laterMs, drops }) => {
      const apps = await createApps();
      const { operator, clock, sent } = apps;
      expect(await operator.pause()).toBe('command-pending');
      expect(await operator.purge()).toBe('command-pending');
      clock.advance(laterMs);
      expect(await operator.resume()).toBe('command-pending');

      const arriving = order.map((at) => sent[at]).filter((each) => each !== undefined);
      expect(arriving).toHaveLength(3);
      for (const each of arriving) if (!drops || each.expiresAtMs > clock.nowMs()) await deliver(apps, each);

      expect([await statusOf(apps), await countIncidents(apps), await pending(apps)]).toEqual(['active', 2, []]);
    },
  );

  test('pauses and purges: carried out in that order when the app is back within five minutes', async () => {
    const apps = await createApps();
    await apps.operator.pause();
    await apps.operator.purge();
    expect(await pending(apps)).toEqual(['register paused: true waiting', 'purge waiting']);

    for (const each of [...apps.sent].reverse()) await deliver(apps, each);
    expect([await statusOf(apps), await pending(apps)]).toEqual(['purging', []]);
  });

  test('pauses and purges: paused only when the app is back later', async () => {
    const apps = await createApps();
    await apps.operator.pause();
    await apps.operator.purge();
    apps.clock.advance(6 * MINUTE_MS);
    expect(await pending(apps)).toEqual(['register paused: true waiting', 'purge expired']);

    for (const each of apps.sent) await deliver(apps, each);
    expect([await statusOf(apps), await countIncidents(apps), await pending(apps)]).toEqual(['paused', 2, []]);
    expect(apps.logged).toContainEqual({ method: 'purge', code: 'command-expired' });
  });

  test('recalls a purge: it is never carried out, and the audit says who', async () => {
    const apps = await createApps();
    await apps.operator.pause();
    await apps.operator.purge();
    const { commands } = await listTenantCommands(apps.tenants, ALPHA);
    const commandId = commands.at(-1)?.id ?? '';
    const auditTable = createMemoryTable();
    const recall = (): Promise<void> =>
      recallTenantCommand(
        { tenants: apps.tenants, audit: createAuditLog(auditTable) },
        { tenantId: ALPHA, commandId, actor: 'bob' },
      );
    await recall();
    await expect(recall()).rejects.toMatchObject({ code: 'not-found', status: 404 });
    expect(await pending(apps)).toEqual(['register paused: true waiting']);
    expect([...auditTable.rows('2026-01').values()]).toContainEqual(
      expect.objectContaining({ actor: 'bob', action: 'recall-command', detail: commandId }),
    );

    for (const each of apps.sent) await deliver(apps, each);
    expect([await statusOf(apps), await countIncidents(apps)]).toEqual(['paused', 2]);
    expect(apps.logged).toContainEqual({ method: 'purge', code: 'command-recalled' });
  });

  test('takes a purge back and recalls what took it back: it stays taken back', async () => {
    const apps = await createApps();
    const { operator, tenants } = apps;
    await operator.pause();
    await operator.purge();
    await operator.resume();
    expect(await pending(apps)).toEqual([
      'register paused: true waiting',
      'purge superseded',
      'register paused: false waiting',
    ]);
    const { commands } = await listTenantCommands(tenants, ALPHA);
    await recallTenantCommand(
      { tenants, audit: createAuditLog(createMemoryTable()) },
      { tenantId: ALPHA, commandId: commands.at(-1)?.id ?? '', actor: 'ann' },
    );
    await operator.pause();

    for (const each of apps.sent) await deliver(apps, each);
    expect([await statusOf(apps), await countIncidents(apps)]).toEqual(['paused', 2]);
    expect(apps.logged).toContainEqual({ method: 'purge', code: 'command-superseded' });
  });

  test('is told until when a command is carried out and how to recall it', async () => {
    const apps = await createApps();
    await expect(apps.queued.purge(ALPHA)).rejects.toMatchObject({
      code: 'command-pending',
      message: expect.stringContaining('2026-01-01T00:05:'),
      action: expect.stringMatching(/DELETE \/tenants\/[0-9a-f-]{36}\/commands\/[0-9a-f-]{36} recalls it/),
    });
    expect(apps.sent.map(({ expiresAtMs }) => expiresAtMs)).toEqual([Date.parse('2026-01-01T00:05:00Z')]);
  });

  test('rejects and then approves a tenant: it is approved', async () => {
    const apps = await createApps();
    await seedState(apps.incidents, ALPHA, { status: 'awaiting-approval' });
    const ends = [apps.queued.decide(ALPHA, 'reject'), apps.queued.decide(ALPHA, 'approve')];
    await Promise.allSettled(ends);

    for (const each of apps.sent) await deliver(apps, each);
    expect(await statusOf(apps)).toBe('pending');
  });

  test('sends more than fifty commands for a tenant: refused, and none is lost', async () => {
    const apps = await createApps();
    for (let count = 0; count < 50; count += 1) expect(await apps.operator.pause()).toBe('command-pending');
    expect(await apps.operator.resume()).toBe('too-many-commands');
    expect(await pending(apps)).toHaveLength(50);
  });

  test('sends a command while the queue does not answer: it does not wait either', async () => {
    const apps = await createApps();
    const send = async (): Promise<void> => {
      throw new AppError('queue-unavailable', 'Cannot send');
    };
    const control = createQueuedControl({ ...apps, queue: { send } });
    await expect(control.purge(ALPHA)).rejects.toMatchObject({ code: 'queue-unavailable' });
    expect(await pending(apps)).toEqual([]);
  });
});

describe('several workers', () => {
  test('end with the last word, in whatever order and however often messages come', async () => {
    const words = fc.array(fc.constantFrom('pause', 'resume'), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        words,
        fc.array(fc.nat({ max: 3 }), { minLength: 40, maxLength: 40 }),
        fc.nat(),
        async (said, pauses, seed) => {
          const apps = await createApps();
          for (const word of said) await apps.operator[word]();
          let request = 0;
          // Each table request lets the others go first, by chance.
          for (const table of [apps.incidents, apps.tenants, apps.outcomes])
            table.beforeWrite = async () => {
              for (let turns = pauses[request++ % pauses.length] ?? 0; turns > 0; turns -= 1)
                await new Promise((resolve) => setImmediate(resolve));
            };
          const twice = [...apps.sent, ...apps.sent];
          const arriving = twice.map((each, at) => ({ each, rank: ((at + 1) * (seed + 7)) % 13 }));
          arriving.sort((a, b) => a.rank - b.rank);
          await Promise.all(arriving.map(({ each }) => deliver(apps, each)));

          const isPaused = said.at(-1) === 'pause';
          expect([await statusOf(apps), await pending(apps)]).toEqual([isPaused ? 'paused' : 'active', []]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('undo nothing by one that stood still for minutes in the middle of a command', async () => {
    const apps = await createApps();
    await apps.operator.pause();
    await apps.operator.resume();
    const [pause, resume] = apps.sent;
    if (pause === undefined || resume === undefined) throw new Error('Two messages were sent');
    // The slow worker has read the state row and is about to write.
    let [isHeld, goOn] = [false, (): void => undefined];
    const slow: Table = {
      ...apps.incidents,
      get: async (...args) => {
        const row = await apps.incidents.get(...args);
        if (isHeld) return row;
        isHeld = true;
        await new Promise<void>((resolve) => (goOn = resolve));
        return row;
      },
    };
    const standing = deliver({ ...apps, incidents: { ...apps.incidents, ...slow } }, pause);
    while (!isHeld) await new Promise((resolve) => setImmediate(resolve));
    apps.clock.advance(3 * MINUTE_MS);
    await deliver(apps, resume);
    expect(await statusOf(apps)).toBe('active');

    goOn();
    await standing;
    expect([await statusOf(apps), await pending(apps)]).toEqual(['active', []]);
  });

  test.each<[string, Fault[]]>([
    ['lost', ['lost', 'lost', 'lost', 'lost', 'lost']],
    ['dropped', ['dropped', 'none', 'dropped', 'none', 'dropped']],
    ['late', ['late', 'none', 'none', 'late', 'none']],
    ['repeated by the SDK', ['lost-412', 'lost-412', 'lost-412', 'lost-412', 'lost-404']],
  ])('carry out each command when answers about waiting commands are %s', async (_how, faults) => {
    const apps = await createApps();
    apps.tenants.faults.push(...faults.slice(0, 2));
    await apps.operator.pause();
    expect(await pending(apps)).toEqual(['register paused: true waiting']);
    apps.tenants.faults.push(...faults.slice(2));
    for (const each of apps.sent) await deliver(apps, each);
    expect([await statusOf(apps), await pending(apps)]).toEqual(['paused', []]);
  });

  test('do not repeat what one has done that died before it could say so on the list', async () => {
    const apps = await createApps();
    await apps.operator.pause();
    const [pause] = apps.sent;
    if (pause === undefined) throw new Error('A message was sent');
    let writes = 0;
    apps.tenants.beforeWrite = async () => {
      writes += 1;
      if (writes === 2) throw new Error('The process ended');
    };
    await expect(deliver(apps, pause)).rejects.toThrow('ended');
    apps.clock.advance(3 * MINUTE_MS);
    await deliver(apps, pause);
    expect([await statusOf(apps), await pending(apps)]).toEqual(['paused', []]);
    expect(apps.logged).toEqual([{ method: 'register', code: null }]);
  });

  test('go on where one died, and give up a command that kills everybody', async () => {
    const apps = await createApps();
    await apps.operator.pause();
    await apps.operator.resume();
    const [pause, resume] = apps.sent;
    if (pause === undefined || resume === undefined) throw new Error('Two messages were sent');
    const dying: Table = {
      ...apps.outcomes,
      transact: async () => {
        throw new Error('The process ended');
      },
    };
    for (let count = 0; count < 3; count += 1) {
      await expect(deliver({ ...apps, outcomes: { ...apps.outcomes, ...dying } }, pause)).rejects.toThrow('ended');
      apps.clock.advance(3 * MINUTE_MS);
    }
    await deliver(apps, resume);
    expect([await statusOf(apps), await pending(apps)]).toEqual(['active', []]);
    expect(apps.logged.slice(-2)).toEqual([
      { method: 'register', code: 'internal-error' },
      { method: 'register', code: null },
    ]);
  });
});

describe('a message of the version before', () => {
  const v1 = (method: string, given: object | undefined, day = '2026-01-01'): Pick<Sent, 'message'> => ({
    message: {
      v: 1,
      id: '00000000-0000-4000-8000-00000000000a',
      day,
      method,
      arguments: [ALPHA, ...(given === undefined ? [] : [given])],
    },
  });

  test('is carried out', async () => {
    const apps = await createApps();
    await deliver(apps, v1('register', { paused: true }), ticksOf(START));
    expect([await statusOf(apps), await pending(apps)]).toEqual(['paused', []]);
  });

  test('is carried out when the platform does not say since when it waits', async () => {
    const apps = await createApps();
    await deliver(apps, v1('register', { paused: true }));
    expect(await statusOf(apps)).toBe('paused');
  });

  test.each([
    ['was inserted an hour ago', '2026-01-01', ticksOf('2025-12-31T23:00:00Z')],
    ['is of a day before', '2025-12-31', undefined],
  ])('that orders a purge and %s is not carried out', async (_what, day, insertedAt) => {
    const apps = await createApps();
    await seedState(apps.incidents, ALPHA, { status: 'active', isPaused: true });
    apps.clock.advance(10 * MINUTE_MS);
    await deliver(apps, v1('purge', undefined, day), insertedAt);
    expect([await statusOf(apps), await countIncidents(apps)]).toEqual(['paused', 2]);
    expect(apps.logged).toEqual([{ method: 'purge', code: 'command-expired' }]);
  });

  test('that orders a purge is taken back by a later command that waits', async () => {
    const apps = await createApps();
    await seedState(apps.incidents, ALPHA, { status: 'active', isPaused: true });
    apps.clock.advance(MINUTE_MS);
    await apps.operator.resume();
    await deliver(apps, v1('purge', undefined), ticksOf(START));
    expect([await statusOf(apps), await countIncidents(apps)]).toEqual(['active', 2]);
    expect(apps.logged).toContainEqual({ method: 'purge', code: 'command-superseded' });
  });
});
