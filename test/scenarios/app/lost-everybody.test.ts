import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import { dispatchCollection } from '../../../shared/collection/dispatch-collection.ts';
import type { Health } from '../../../shared/domain/views/health.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { NO_MESSAGES } from '../../helpers/no-messages.ts';
import { createCollector, INTERVAL_MS, type Collector } from '../cloud/collector.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { HOME, startScenarioCloud, VAULT_READER, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { askOperatorView, createMonitor } from '../lasting/monitor.ts';
import { createCrowd, createCustomers, type Crowd, type Customers } from '../worlds/crowd.ts';

const CUSTOMERS = 6;

let cloud: ScenarioCloud;
let customers: Customers;

beforeAll(async () => {
  cloud = await startScenarioCloud('memory');
  customers = createCustomers(cloud);
  cloud.simulator.control.setTokenLifetime(7 * 86_400);
});
afterAll(() => cloud.stop());

/** What is done at each tick from the loss on; the normal thing where nothing else is said. */
interface Loss {
  happen?(crowd: Crowd): void;
  /** Another process goes on, as after a deployment. */
  restart?(world: World): Collector;
  tick?(collector: Collector, world: World): Promise<void>;
  isLogLost?: boolean;
  /** What else it may be, and so who else is told. */
  mayAlsoBe?: readonly string[];
}

const refuseTokens = ({ world, ids }: Crowd, code: number): void => {
  world.control.addFault({
    name: 'lost',
    match: { role: 'entra-token', predicate: ({ tenantId }) => tenantId !== HOME },
    fault: { kind: 'entra-error', code },
  });
  for (const tenantId of ids) world.control.revokeTokens(tenantId);
};
const failCalls =
  (role: 'incident-list' | 'vault', fault: Fault) =>
  ({ world }: Crowd): void => {
    world.control.addFault({ name: 'lost', match: { role }, fault });
  };
const restart = (world: World): Collector => createCollector(world);
const ahead = (clock: Clock, ms: number): Clock => ({ ...clock, nowMs: () => clock.nowMs() + ms });
const throttled = (table: Table): Table => {
  const fail = (): Promise<never> =>
    Promise.reject(new AppError('storage-unclear', 'Cannot use the table: the service answered 503'));
  return { ...table, get: fail, list: fail, transact: fail };
};

async function dispatchOn(table: Table, world: World): Promise<void> {
  world.time.advance(INTERVAL_MS);
  const { deps } = createCollector(world);
  const { telemetry, tenantConcurrency } = deps;
  const longestIntervalSeconds = INTERVAL_MS / 1_000;
  const settings = { ...deps.settings, sliceSize: 25, tenantConcurrency, longestIntervalSeconds };
  await dispatchCollection({ table, log: () => {}, telemetry, settings, queues: NO_MESSAGES }).catch(
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
    },
  );
}

/** How the loss shows, as in the table of docs/operations.md. */
const LOSSES: [name: string, alert: string, withinMinutes: number, health: string | undefined, loss: Loss][] = [
  [
    "the partner app's registration is disabled (AADSTS7000112)",
    'fleet-refused',
    10,
    'fleet-refused',
    {
      happen: (crowd) => {
        refuseTokens(crowd, 7000112);
      },
    },
  ],
  [
    "the partner app's registration is deleted (AADSTS700016)",
    'fleet-refused',
    10,
    'fleet-refused',
    {
      happen: (crowd) => {
        refuseTokens(crowd, 700016);
      },
    },
  ],
  [
    'a wrong PARTNER_CLIENT_ID is deployed (AADSTS700016)',
    'fleet-refused',
    10,
    'fleet-refused',
    {
      happen: (crowd) => {
        refuseTokens(crowd, 700016);
      },
      restart,
    },
  ],
  [
    'the credential has expired (AADSTS7000222)',
    'credential-refused',
    5,
    'app-credential-refused',
    {
      happen: (crowd) => {
        refuseTokens(crowd, 7000222);
      },
    },
  ],
  [
    'the API answers 403 to everybody',
    'fleet-refused',
    10,
    'fleet-refused',
    {
      happen: failCalls('incident-list', { kind: 'status', status: 403 }),
      // Nobody has written what calls answer once the Defender API has ended.
      mayAlsoBe: defaultSource() === 'defender' ? ['defender-ending'] : [],
    },
  ],
  [
    'the API answers 503 to everybody',
    'tenant-stale',
    25,
    'customers-unread',
    { happen: failCalls('incident-list', { kind: 'status', status: 503 }) },
  ],
  [
    'the vault cannot be reached by a new process',
    'tenant-stale',
    25,
    'customers-unread',
    { happen: failCalls('vault', { kind: 'reset' }), restart },
  ],
  [
    'the vault refuses the identity of a new process',
    'credential-refused',
    5,
    'customers-unread',
    {
      happen: ({ world }) => {
        world.control.setVaultReaders([]);
      },
      restart,
    },
  ],
  [
    'the storage of the state rows is throttled',
    'no-tick',
    20,
    undefined,
    { tick: async (_collector, world) => dispatchOn(throttled(world.incidents.table), world) },
  ],
  [
    'the storage is throttled for the workers',
    'tenant-stale',
    25,
    'customers-unread',
    {
      tick: async (collector) => {
        collector.deps.table = throttled(collector.deps.table);
        await collector.poll();
      },
    },
  ],
  [
    'the clock of the host is two weeks ahead',
    'tenant-stale',
    25,
    'customers-unread',
    { restart: (world) => createCollector(world, { clock: ahead(world.time, 14 * 86_400_000) }) },
  ],
  [
    'the queue is stuck',
    'tenant-stale',
    25,
    'customers-unread',
    {
      tick: async (collector, world) => {
        world.time.advance(INTERVAL_MS);
        await collector.dispatch();
      },
    },
  ],
  ["the log's daily cap is reached", 'no-tick', 20, undefined, { isLogLost: true }],
];

const askHealth = async (world: World): Promise<Health> => (await askOperatorView(world)).health;

/** Nobody has been read for so long before that; longer than any bound here. */
const HEALTHY_TICKS = 5;
/** 503, whatever it is: a lag above 15 minutes is one that a tick has seen. */
const HEALTH_WITHIN_MINUTES = 25;

/** A crowd whose collector has worked for a while; `tick` lets it go on, under the eyes of `monitor`. */
async function startHealthyCrowd() {
  const crowd = await createCrowd(cloud, customers, CUSTOMERS);
  const collector = createCollector(crowd.world);
  const monitor = createMonitor(crowd.world);
  const tick = (): Promise<void> =>
    monitor.watch(collector, async () => {
      await collector.poll();
    });
  for (let ticks = 0; ticks < HEALTHY_TICKS; ticks += 1) await tick();
  return { ...crowd, monitor, tick };
}

describe('everybody is lost, and somebody is told', () => {
  test.each(LOSSES)(
    'when %s: the alert %s within %i minutes, health says %s',
    async (_name, alert, within, health, loss) => {
      cloud.simulator.control.setVaultReaders([VAULT_READER]);
      const crowd = await createCrowd(cloud, customers, CUSTOMERS);
      const { world } = crowd;
      const first = createCollector(world);
      const monitor = createMonitor(world);
      for (let tick = 0; tick < HEALTHY_TICKS; tick += 1)
        await monitor.watch(first, async () => {
          await first.poll();
        });
      expect([monitor.firing(), (await askHealth(world)).status]).toEqual([[], 'ok']);

      loss.happen?.(crowd);
      const lostAt = monitor.minutes();
      const collector = loss.restart?.(world) ?? first;
      let fired: number | undefined;
      const work = async (): Promise<void> => {
        if (loss.tick !== undefined) await loss.tick(collector, world);
        else await collector.poll();
      };
      while (fired === undefined && monitor.minutes() - lostAt <= within) {
        if (loss.isLogLost === true) await work();
        else await monitor.watch(collector, work);
        if (monitor.firing().length > 0) fired = monitor.minutes() - lostAt;
      }
      // One alarm for one cause, and the right one.
      expect([fired, monitor.firing()]).toEqual([expect.any(Number), [alert, ...(loss.mayAlsoBe ?? [])]]);
      expect(fired).toBeLessThanOrEqual(within + 1);

      if (health === undefined) return;
      let found = await askHealth(world);
      while (found.status !== 'failing' && monitor.minutes() - lostAt <= HEALTH_WITHIN_MINUTES) {
        await work();
        found = await askHealth(world);
      }
      expect(found).toMatchObject({ status: 'failing' });
      expect(found.problems.map(({ code }) => code)).toContain(health);
    },
  );

  test('and docs/operations.md says the same', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'operations.md'), 'utf8');
    const [, section = ''] = /### When everybody is lost\n([^]*?)\n### /.exec(text) ?? [];
    const rows = Array.from(
      section.matchAll(/^\| (.+?) +\| `([a-z-]+)` +\| (\d+) minutes +\| (?:`([a-z-]+)`|[^`|]*)\s*\|$/gm),
      ([, name, alert, within, health]) => [name, alert, Number(within), health],
    );
    expect(rows).toEqual(LOSSES.map(([name, alert, within, health]) => [name, alert, within, health]));
  });

  test('one customer that keeps the app out is told within 25 minutes, and hurts nobody else', async () => {
    const { world, monitor, tick } = await startHealthyCrowd();
    world.control.withdrawConsent(world.tenantId, 'refused');
    const lostAt = monitor.minutes();

    while (monitor.firing().length === 0 && monitor.minutes() - lostAt <= 25) await tick();

    expect(monitor.firing()).toEqual(['tenant-stale']);
    expect(await askHealth(world)).toMatchObject({
      status: 'degraded',
      staleTenants: [{ tenantId: world.tenantId, code: 'consent-missing' }],
    });
  });

  test('customers that shut the app out one after another are told as such, not as a refusal of all', async () => {
    const { world, ids, monitor, tick } = await startHealthyCrowd();

    const told: string[][] = [];
    for (const tenantId of ids.slice(0, 3)) {
      world.control.withdrawConsent(tenantId, 'refused');
      for (let ticks = 0; ticks < 2; ticks += 1) await tick();
      told.push(monitor.firing().filter((name) => name !== 'tenant-stale'));
    }

    expect(told).toEqual([[], [], ['tenants-leaving', 'active-drop']]);
  });

  test('a hiccup of one minute costs every customer one interval, and no alert stays', async () => {
    const crowd = await startHealthyCrowd();
    const { world, ids, tick } = crowd;
    failCalls('incident-list', { kind: 'status', status: 403 })(crowd);
    await tick();
    world.control.clearFaults();
    const calls = world.control.countCalls({ role: 'incident-list' });

    await tick();

    expect(world.control.countCalls({ role: 'incident-list' }) - calls).toBeGreaterThanOrEqual(ids.length);
    await tick();
    const { status, tenants } = await askHealth(world);
    expect([status, tenants.byStatus]).toEqual(['ok', { active: CUSTOMERS }]);
  });
});
