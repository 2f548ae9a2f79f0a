import { TICKS_PER_MINUTE, ticksFromMs, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { addVersion, lastVersion } from './churn.ts';
import type { SourceAlert, SourceTenant, SourceVersion } from '../source/sim-source.ts';
import { note, type World } from '../source/world.ts';
import type { GraphWorld } from '../source/graph-world.ts';

const EDITS = 8;
/** Below the overlap of 30 minutes, with room for the poll that has to find it. */
const RECENT = 20n * TICKS_PER_MINUTE;
const STATUSES = ['Active', 'InProgress', 'Resolved'] as const;

/** What Graph's incidents are known to do, among all that every source's do. */
export function scheduleGraphEdits(world: World, graph: GraphWorld, untilMs: number): void {
  const { random } = graph;
  const { time, tenants } = world;
  for (let edit = 0; edit < EDITS; edit += 1)
    time.at(time.now() + random.below(untilMs - time.now()), () => {
      if (world.isChanging) random.pick(KINDS)(world, graph, random.pick([...tenants.values()]));
    });
}

const KINDS = [editTogether, changeAlert, moveAlert, mergeTogether];

/** Incidents whose newest version is shown, so that the next one keeps their order. */
function editable(world: World, tenant: SourceTenant): SourceVersion[] {
  const now = world.time.now();
  return tenant.ids
    .map((id) => lastVersion(tenant, id))
    .filter((version): version is SourceVersion => version !== undefined && version.visibleAtMs <= now);
}

/** A new version now. Of one that was dated later than now, as clocks are put right, none. */
function edit(world: World, tenant: SourceTenant, last: SourceVersion, change: Partial<SourceVersion>): void {
  const { time } = world;
  addVersion(world, tenant, { ...last, updatedAt: ticksFromMs(time.now()), visibleAtMs: time.now(), ...change });
}

/** Somebody resolves several at once: one instant for all of them. */
function editTogether(world: World, { random }: GraphWorld, tenant: SourceTenant): void {
  const some = random.shuffle(editable(world, tenant)).slice(0, 2 + random.below(4));
  const status = random.pick(STATUSES);
  for (const last of some) edit(world, tenant, last, { status });
  if (some.length > 1) note(world, 'several edited in one instant');
}

const isRecent = (world: World, at: Ticks): boolean => ticksFromMs(world.time.now()) - at < RECENT;

/** An alert changes, and its incident's time stays as it was. */
function changeAlert(world: World, { random }: GraphWorld, tenant: SourceTenant): void {
  const some = editable(world, tenant).filter(
    ({ updatedAt, alerts }) => alerts.length > 0 && isRecent(world, updatedAt),
  );
  if (some.length === 0) return;
  const last = random.pick(some);
  const changed = random.below(last.alerts.length);
  const alerts = last.alerts.map((alert, place) => (place === changed ? retitle(3 + random.below(7), alert) : alert));
  edit(world, tenant, last, { updatedAt: last.updatedAt, alerts });
  note(world, 'alert newer than its incident');
}

/** Other titles than new alerts have. */
const retitle = (number: number, alert: SourceAlert): SourceAlert => ({ ...alert, title: `t${number}` });

/** An alert is moved to another incident; the one that it leaves does not say so by its time if it has changed lately. */
function moveAlert(world: World, { random }: GraphWorld, tenant: SourceTenant): void {
  const all = editable(world, tenant);
  const givers = all.filter(({ alerts }) => alerts.length > 0 && alerts.length < MOST_ALERTS);
  if (givers.length === 0 || all.length < 2) return;
  const giver = random.pick(givers);
  const taker = random.pick(all.filter(({ incidentId }) => incidentId !== giver.incidentId));
  const moved = random.pick(giver.alerts);
  const isSilent = isRecent(world, giver.updatedAt) && random.chance(0.5);
  edit(world, tenant, giver, {
    alerts: giver.alerts.filter((alert) => alert !== moved),
    ...(isSilent && { updatedAt: giver.updatedAt }),
  });
  edit(world, tenant, taker, { alerts: withEach(taker.alerts, [takenFrom(giver, moved)]) });
  note(world, 'alert moved to another incident');
}

/** More would fill transactions of their own, which other lives are about. */
const MOST_ALERTS = 20;

/** Ids of alerts are the tenant's, while those of this world are counted by incident. */
function takenFrom({ incidentId }: SourceVersion, { alertId, title }: SourceAlert): SourceAlert {
  return { alertId: alertId.includes('-') ? alertId : `m${Number(incidentId) - 1_000}-${alertId}`, title };
}

/** An incident has each alert once, also one that comes back to it. */
function withEach(known: readonly SourceAlert[], taken: readonly SourceAlert[]): SourceAlert[] {
  const all = [...known];
  for (const alert of taken) if (!all.some(({ alertId }) => alertId === alert.alertId)) all.push(alert);
  return all;
}

/** Several are merged into an older one, in one instant: they keep nothing, and it has all of their alerts. */
function mergeTogether(world: World, { random }: GraphWorld, tenant: SourceTenant): void {
  const [target, ...others] = editable(world, tenant).filter(({ alerts }) => alerts.length < MOST_ALERTS);
  if (target === undefined || others.length === 0) return;
  const merged = random.shuffle(others).slice(0, 1 + random.below(3));
  for (const last of merged)
    edit(world, tenant, last, { status: 'Redirected', redirectIncidentId: target.incidentId, alerts: [] });
  const taken = merged.flatMap((last) => last.alerts.map((alert) => takenFrom(last, alert)));
  edit(world, tenant, target, { alerts: withEach(target.alerts, taken) });
  note(world, 'several merged with their alerts');
}
