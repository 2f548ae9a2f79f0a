import { incidentKey } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { toCoverage } from '../../../shared/domain/views/coverage.ts';
import type { Health } from '../../../shared/domain/views/health.ts';
import { toTenantView, type TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { createCollector, INTERVAL_MS, type Collector, type CollectorOptions } from '../cloud/collector.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { SECRET, SECRET_NAME, VAULT_READER, type ScenarioCloud, type World } from '../cloud/scenario-cloud.ts';
import { seedIncidents } from '../cloud/seed-incidents.ts';
import { createCrowd, type Customers } from '../worlds/crowd.ts';
import { askOperatorView, createMonitor } from './monitor.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A week takes so many steps: in each, every customer has a new incident, and the schedule ticks once. */
const STEP_MS = 14 * HOUR_MS;
const STEPS = 12;
/** Alerts look at the last quarter of an hour, in which the schedule has to have ticked as it does. */
const TICKS_TO_ALERT = 4;
const TICKS_TO_READ = 2;
/** What a second reading reaches back here: nothing becomes visible later. */
const RECONCILE_DAYS = 1;
const TOKEN_SECONDS = 30 * 86_400;
const ONE_AND_ANOTHER = 2;
/** As many as are refused at once when it is not the customers' own doing. */
const FLEET = 3;

/** Something that goes wrong and stays so until it is ended. */
export interface Failure {
  /** It concerns one customer of two, or all three. */
  hits: 'one' | 'all';
  options?: CollectorOptions;
  /** It is there before the customers are read for the first time. */
  isFirstRead?: boolean;
  /** Answers the incidents that it concerns, where it is not all. */
  begin?(week: Week): readonly string[] | undefined | Promise<undefined>;
  /** What a tick of the schedule does meanwhile, where it is not the usual thing. */
  tick?(week: Week): Promise<void>;
  /** Beside the faults of the simulated cloud, which end all. */
  end?(week: Week): void | Promise<void>;
}

export interface Week {
  world: World;
  ids: readonly TenantId[];
  /** The customers that it concerns. */
  hit: readonly TenantId[];
  collector: Collector;
}

/** What somebody sees who looks, of all and of the first customer that is hit. */
export interface Seen {
  alerts: string[];
  health: Health;
  tenant: TenantView;
  /** Why the lists of incidents call that customer blind. */
  blind: string | undefined;
  /** Incidents of the source that are not stored. */
  lost: { ofHit: string[]; ofOthers: string[] };
}

export interface Life {
  week: Week;
  /** Incidents of the first customer that came since it began, or those that it concerns. */
  concerned(): string[];
  anHour(): Promise<void>;
  aWeek(): Promise<void>;
  end(): Promise<void>;
  /** The next tick of the schedule, or one that is so much later. */
  tick(laterMs?: number): Promise<void>;
  look(): Promise<Seen>;
}

export async function startLife(cloud: ScenarioCloud, customers: Customers, failure: Failure): Promise<Life> {
  openVault(cloud);
  cloud.simulator.control.setTokenLifetime(TOKEN_SECONDS);
  const { world, ids } = await createCrowd(cloud, customers, failure.hits === 'one' ? ONE_AND_ANOTHER : FLEET);
  const hit = failure.hits === 'one' ? ids.slice(0, 1) : ids;
  const [first = world.tenantId] = hit;
  const week: Week = {
    world,
    ids,
    hit,
    collector: createCollector(world, { reconcileDays: RECONCILE_DAYS, ...failure.options }),
  };
  const monitor = createMonitor(world);
  const { time, control } = world;
  let isFailing = false;
  let before: ReadonlySet<string> = new Set();
  let concerned: readonly string[] | undefined;

  async function tick(): Promise<void> {
    time.advanceTo(world.lastTickMs + INTERVAL_MS);
    world.lastTickMs = time.nowMs();
    await monitor.watch(week.collector, async () => {
      if (isFailing && failure.tick !== undefined) await failure.tick(week);
      else await pollAll(week);
    });
  }

  async function pass(ms: number): Promise<void> {
    time.advance(ms);
    world.lastTickMs = time.nowMs() - INTERVAL_MS;
    for (const tenantId of ids) seedIncidents({ control, tenantId }, 1, () => control.now());
    await tick();
  }

  async function begin(): Promise<void> {
    isFailing = true;
    if (failure.isFirstRead !== true) before = new Set(control.incidentIds(first));
    concerned = await failure.begin?.(week);
  }

  async function ticks(count: number): Promise<void> {
    for (let done = 0; done < count; done += 1) await tick();
  }

  if (failure.isFirstRead === true) await begin();
  await ticks(TICKS_TO_READ);
  if (failure.isFirstRead !== true) await begin();
  return {
    week,
    concerned: () => [...(concerned ?? control.incidentIds(first).filter((id) => !before.has(id)))],
    anHour: async () => {
      await pass(20 * MINUTE_MS);
      await pass(20 * MINUTE_MS);
      await ticks(TICKS_TO_ALERT);
    },
    aWeek: async () => {
      for (let step = 0; step < STEPS; step += 1) await pass(STEP_MS);
      await ticks(TICKS_TO_ALERT);
    },
    end: async () => {
      isFailing = false;
      control.clearFaults();
      openVault(cloud);
      await failure.end?.(week);
    },
    tick: async (laterMs = INTERVAL_MS) => {
      time.advance(laterMs);
      world.lastTickMs = time.nowMs() - INTERVAL_MS;
      await tick();
    },
    look: async () => {
      const { health, known, settings } = await askOperatorView(world);
      const now = world.incidents.table.serviceTime();
      const tenant = known.find(({ tenantId }) => tenantId === first);
      if (tenant === undefined) throw new Error('The customer is not known');
      const lost = await Promise.all(ids.map((tenantId) => listLost(world, tenantId)));
      return {
        alerts: monitor.firing(),
        health,
        tenant: toTenantView(tenant, { now, defaultSource: defaultSource() }),
        blind: toCoverage([tenant], settings, { now }).blind[0]?.code,
        lost: { ofHit: lost[0] ?? [], ofOthers: lost.slice(hit.length).flat() },
      };
    },
  };
}

/** Where its secret is, and may be read. */
function openVault({ simulator: { control } }: ScenarioCloud): void {
  control.setVaultReaders([VAULT_READER]);
  control.setSecret(SECRET_NAME, SECRET);
}

export async function pollAll({ collector }: Pick<Week, 'collector'>): Promise<void> {
  for (const message of await collector.dispatch()) await collector.deliver(message);
}

async function listLost({ control, incidents: { table } }: World, tenantId: TenantId): Promise<string[]> {
  const ids = control.incidentIds(tenantId);
  const rows = await Promise.all(ids.map((id) => table.get(shardOf(tenantId), incidentKey(tenantId, id))));
  return ids.filter((_, index) => rows[index] === undefined);
}
