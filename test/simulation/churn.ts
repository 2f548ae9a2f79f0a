import { formatTicks, ticksFromMs, type Ticks } from '../../shared/domain/ticks.ts';
import type { Random } from './random.ts';
import { note, type World } from './sim-ports.ts';
import type { SourceTenant, SourceVersion } from './sim-source.ts';

const MINUTE_MS = 60_000;
const STATUSES = ['active', 'inProgress', 'resolved', 'new'] as const;

/** What a tenant holds before it is first read: nothing, a few, more than a page, or a crowd in one instant. */
export function seedTenant(world: World, tenant: SourceTenant, random: Random): void {
  const count = random.pick([0, 5, 40, 130, 260]);
  const now = world.time.now();
  const tieAt = now - random.below(20 * 86_400_000);
  const tied = random.chance(0.2) ? random.pick([120, 230]) : 0;
  // A crowd that even creation time and status cannot part is left to passes.
  const isDeep = random.chance(0.4);
  for (let index = 0; index < count + tied; index += 1) {
    const atMs = index < tied ? tieAt : now - random.below(random.chance(0.5) ? 29 * 86_400_000 : 3_600_000);
    const updatedAt = ticksFromMs(atMs) + (index < tied ? 0n : BigInt(random.below(10_000)));
    const isAlike = isDeep && index < tied;
    add(world, tenant, random, updatedAt, 0, isAlike ? { createdAt: updatedAt, status: 'active' } : {});
  }
  if (tied > 0) note(world, 'tie over a full page');
}

function add(
  world: World,
  tenant: SourceTenant,
  random: Random,
  updatedAt: Ticks,
  visibleAtMs: number,
  fixed: Partial<SourceVersion> = {},
): void {
  world.edits += 1;
  tenant.add({
    incidentId: String(1_000 + tenant.versions.size),
    order: world.edits,
    createdAt: updatedAt - BigInt(random.below(3)) * 10_000n,
    updatedAt,
    visibleAtMs,
    status: random.pick(STATUSES),
    severity: random.pick(['low', 'medium', 'high']),
    redirectIncidentId: null,
    alerts: alertsOf(random),
    ...fixed,
  });
  world.tell(
    `${tenant.tenantId.slice(0, 1)} new ${tenant.versions.size + 999} edit ${world.edits} at ${formatTicks(updatedAt)} visible ${new Date(visibleAtMs).toISOString()}`,
  );
  note(world, 'edit');
}

function alertsOf(random: Random): SourceVersion['alerts'] {
  const count = random.chance(0.01) ? 110 + random.below(60) : random.below(4);
  return Array.from({ length: count }, (_, index) => ({ alertId: `a${index}`, title: `t${random.below(3)}` }));
}

/** One edit at the source: a new incident, an update, one in the same instant as the last, a merge, or one that shows up late. */
export function editIncident(world: World, tenantId: string, random: Random): void {
  const tenant = world.tenants.get(tenantId);
  if (tenant === undefined) return;
  const nowMs = world.time.now();
  const ids = [...tenant.versions.keys()];
  const lateMs = random.chance(0.05) ? random.below(20 * MINUTE_MS) : 0;
  if (lateMs > MINUTE_MS) note(world, 'late inside the overlap');
  const at = ticksFromMs(nowMs) + BigInt(random.below(10_000));
  if (ids.length === 0 || random.chance(0.3)) {
    add(world, tenant, random, at, nowMs + lateMs);
    return;
  }
  const last = tenant.versions.get(random.pick(ids))?.at(-1);
  if (last === undefined || last.visibleAtMs > nowMs) return;
  world.edits += 1;
  const isSameInstant = lateMs === 0 && random.chance(0.05) && ticksFromMs(nowMs - 20 * MINUTE_MS) < last.updatedAt;
  if (isSameInstant) note(world, 'equal-time change');
  const isMerge = random.chance(0.05);
  if (isMerge) note(world, 'merge');
  tenant.add({
    ...last,
    order: world.edits,
    updatedAt: isSameInstant ? last.updatedAt : at,
    visibleAtMs: nowMs + lateMs,
    status: isMerge ? 'redirected' : random.pick(STATUSES),
    redirectIncidentId: isMerge ? random.pick(ids) : last.redirectIncidentId,
    alerts: isMerge ? [] : random.chance(0.5) ? last.alerts : alertsOf(random),
  });
  world.tell(
    `${tenantId.slice(0, 1)} edit ${world.edits} of ${last.incidentId} at ${formatTicks(isSameInstant ? last.updatedAt : at)} visible ${new Date(nowMs + lateMs).toISOString()}`,
  );
  note(world, 'edit');
}
