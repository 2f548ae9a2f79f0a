import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import {
  formatTicks,
  maxTicks,
  TICKS_PER_MINUTE,
  ticksFromMs,
  type Ticks,
} from '../../../shared/domain/values/ticks.ts';
import type { Random } from '../basics/random.ts';
import { toServiceTime } from '../source/graph-world.ts';
import type { SourceAlert, SourceTenant, SourceVersion } from '../source/sim-source.ts';
import { note, tell, type World } from '../source/world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const STATUSES = ['Active', 'InProgress', 'Resolved', 'New'] as const;
/** Within the lookback of 30 days, even when a first read succeeds only after days. */
const OLDEST_DAYS = 25;
/** Below the overlap of 30 minutes, with room for the poll that has to find it. */
const LATE_INSIDE_MS = 20 * MINUTE_MS;

/** What a tenant holds before it is first read: nothing, a few, more than a page, or a crowd in one instant. */
export function seedTenant(world: World, tenant: SourceTenant): void {
  const { random } = world;
  const now = world.time.now();
  const count = random.pick([0, 3, 3, 8, 8, 25, 25, 40, 60, 90]);
  for (let index = 0; index < count; index += 1) {
    const atMs = now - random.below(random.chance(0.5) ? OLDEST_DAYS * DAY_MS : 3_600_000);
    addIncident(world, tenant, ticksFromMs(atMs) + BigInt(random.below(10_000)), 0);
  }
  if (random.chance(0.1)) seedCrowd(world, tenant, ticksFromMs(now - random.below(20 * DAY_MS)));
}

/** More incidents than a page in one instant; a crowd that even creation time and status cannot part is left to passes. */
function seedCrowd(world: World, tenant: SourceTenant, at: Ticks): void {
  const { random, traits } = world;
  const count = Math.floor(traits.maxTop * random.pick([1.2, 2.3]));
  const alike = random.chance(0.4) ? { createdAt: at, status: 'Active' } : {};
  for (let index = 0; index < count; index += 1) addIncident(world, tenant, at, 0, alike);
  note(world, 'tie over a full page');
}

export function addIncident(
  world: World,
  tenant: SourceTenant,
  updatedAt: Ticks,
  visibleAtMs: number,
  fixed: Partial<SourceVersion> = {},
): void {
  const { random } = world;
  addVersion(world, tenant, {
    incidentId: String(1_000 + tenant.ids.length),
    createdAt: updatedAt - BigInt(random.below(3)) * 10_000n,
    updatedAt,
    visibleAtMs,
    status: random.pick(STATUSES),
    severity: random.pick(['Low', 'Medium', 'High']),
    redirectIncidentId: null,
    alerts: pickAlerts(random),
    ...fixed,
  });
}

export function addVersion(world: World, tenant: SourceTenant, edit: Omit<SourceVersion, 'order'>): void {
  world.edits += 1;
  note(world, 'edit');
  const version = world.graph === undefined ? edit : toGraphVersion(edit);
  const { incidentId, updatedAt, visibleAtMs } = version;
  tell(
    world,
    () =>
      `${tenant.tenantId.slice(0, 8)} ${incidentId} edit ${world.edits} of ${formatTicks(updatedAt)} visible ${new Date(visibleAtMs).toISOString()}`,
  );
  tenant.add({ ...version, order: world.edits });
}

/** As the service of both sources keeps it, and with a text that the two tell differently. */
function toGraphVersion(edit: Omit<SourceVersion, 'order'>): Omit<SourceVersion, 'order'> {
  const { createdAt, updatedAt } = edit;
  return { ...edit, createdAt: toServiceTime(createdAt), updatedAt: toServiceTime(updatedAt), comment: 'seen' };
}

/** The titles are few, so that an alert often stays as it is from one version to the next. */
function pickAlerts(random: Random): SourceAlert[] {
  const count = random.chance(0.0004) ? 110 + random.below(60) : random.pick([0, 0, 1, 2]);
  return Array.from({ length: count }, (_, index) => ({ alertId: `a${index}`, title: `t${random.below(3)}` }));
}

/** One edit at the source: a new incident, an update, one in the same instant as the last, one dated back, a merge; shown at once or later. */
export function editIncident(world: World, tenantId: TenantId): void {
  const { random } = world;
  const tenant = world.tenants.get(tenantId);
  if (tenant === undefined) return;
  const lateMs = pickLateness(world);
  const nowMs = world.time.now();
  const at = ticksFromMs(nowMs) + BigInt(random.chance(0.5) ? 0 : random.below(10_000));
  if (tenant.ids.length === 0 || random.chance(0.3)) addIncident(world, tenant, at, nowMs + lateMs);
  else updateIncident(world, tenant, pickIncident(random, tenant.ids), { at, lateMs });
}

/** Some incidents are worked on all the time, most never. */
function pickIncident(random: Random, ids: readonly string[]): string {
  return random.pick(random.chance(0.4) ? ids.slice(0, BUSY_INCIDENTS) : ids);
}

const BUSY_INCIDENTS = 4;

function pickLateness({ random }: World): number {
  return random.chance(0.05) ? random.below(LATE_INSIDE_MS) : 0;
}

export function updateIncident(
  world: World,
  tenant: SourceTenant,
  incidentId: string,
  { at, lateMs }: { at: Ticks; lateMs: number },
): void {
  const { random } = world;
  const nowMs = world.time.now();
  const last = lastVersion(tenant, incidentId);
  // The source shows the versions of one incident in their order.
  if (last === undefined || last.visibleAtMs > nowMs) return;
  const updatedAt = lateMs === 0 ? dateOf(world, last, at) : at;
  if (lateMs > MINUTE_MS) note(world, 'late inside the overlap');
  const isMerge = random.chance(0.05);
  if (isMerge) note(world, 'merge');
  addVersion(world, tenant, {
    ...last,
    updatedAt,
    visibleAtMs: nowMs + lateMs,
    status: isMerge ? 'Redirected' : random.pick(STATUSES),
    redirectIncidentId: isMerge ? random.pick(tenant.ids) : last.redirectIncidentId,
    alerts: isMerge ? [] : random.chance(0.5) ? last.alerts : pickAlerts(random),
  });
}

/** Most edits are dated now; some keep the date of the version before or follow within its second, and a source whose clock was put right dates one back. */
function dateOf(world: World, last: SourceVersion, at: Ticks): Ticks {
  const { random } = world;
  const isRecent = at - last.updatedAt < 15n * TICKS_PER_MINUTE;
  if (!isRecent || !random.chance(0.1)) return at;
  if (random.chance(0.3)) return last.updatedAt - BigInt(random.below(LATE_INSIDE_MS / 5)) * 10_000n;
  const justAfter = last.updatedAt + 1n + BigInt(random.below(10 ** (1 + random.below(7))));
  if (random.chance(0.5) && justAfter < at) return justAfter;
  note(world, 'equal-time change');
  return last.updatedAt;
}

/** Beyond the overlap by the time of some polls; shown within a day of its date, or later. */
const HIDDEN_AGE_MS = { least: 45 * MINUTE_MS, spread: 120 * MINUTE_MS };

/** A new incident or a new version that comes to light hours after its date, when no poll looks there any more. */
export function hideEdit(world: World, tenant: SourceTenant, visibleAtMs: number): void {
  const { random } = world;
  const nowMs = world.time.now();
  const at =
    ticksFromMs(nowMs - HIDDEN_AGE_MS.least - random.below(HIDDEN_AGE_MS.spread)) + BigInt(random.below(10_000));
  const last = random.chance(0.5) && tenant.ids.length > 0 ? lastVersion(tenant, random.pick(tenant.ids)) : undefined;
  if (last === undefined) addIncident(world, tenant, at, visibleAtMs);
  else if (last.updatedAt < at && last.visibleAtMs <= nowMs)
    addVersion(world, tenant, { ...last, updatedAt: at, visibleAtMs, alerts: pickAlerts(random) });
  else return;
  note(world, 'late beyond the overlap');
  world.hiddenThrough = maxTicks(world.hiddenThrough ?? 0n, at);
}

export const lastVersion = (tenant: SourceTenant, incidentId: string): SourceVersion | undefined =>
  tenant.versions.get(incidentId)?.at(-1);

/** An incident that changes every few seconds for some minutes: whatever window is read, it has just moved to the next. */
export function scheduleHotIncident(world: World, tenant: SourceTenant): void {
  const { random, time } = world;
  const [incidentId] = tenant.ids;
  if (incidentId === undefined) return;
  let at = time.now() + random.below(10 * MINUTE_MS);
  for (let edit = 0; edit < 80; edit += 1) {
    at += 500 + random.below(6_000);
    time.at(at, () => {
      if (world.isChanging) updateIncident(world, tenant, incidentId, { at: ticksFromMs(time.now()), lateMs: 0 });
    });
  }
}
