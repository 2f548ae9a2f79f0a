import { GAP_REASONS, type Gap } from '../../../shared/domain/reading/gaps.ts';
import { incidentKey } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { SourceTenant, SourceVersion } from '../source/sim-source.ts';
import { badKey } from '../source/trouble.ts';
import type { World } from '../source/world.ts';
import { expiryCutoff } from './check-removal.ts';

/** What a tenant's lists fail for now. */
export function badVersions({ trouble }: World, tenant: SourceTenant): SourceVersion[] {
  const { tenantId } = tenant;
  const versions: SourceVersion[] = [];
  for (const [key, { list }] of trouble.bad) {
    const [owner, incidentId = ''] = key.split('|');
    const version = owner === tenantId && list.length > 0 ? tenant.current(incidentId) : undefined;
    if (version !== undefined) versions.push(version);
  }
  return versions;
}

/**
 * Whether some list shows this version without one that makes it fail: in the same instant, as finely as the source compares
 * times, a good one shares the fate of a bad one. `near`, in ticks, excuses what lies no farther from a bad one.
 */
export function isReadable(
  world: World,
  bad: readonly SourceVersion[],
  { updatedAt }: SourceVersion,
  near: Ticks = 0n,
): boolean {
  const unit = world.traits.filterTicks;
  return bad.every((other) => {
    const distance = other.updatedAt > updatedAt ? other.updatedAt - updatedAt : updatedAt - other.updatedAt;
    return distance > near && other.updatedAt / unit !== updatedAt / unit;
  });
}

/**
 * Gaps that can close by now, or shrink: what fails in them can still be cut, or they hold nothing bad and as much as they did.
 * What was listed without an id may have moved since, or share the gap with what fails: once that was looked at, the gap stays
 * for a week.
 */
export function closableGaps(world: World, tenant: SourceTenant, gaps: readonly Gap[]): Gap[] {
  const bad = badVersions(world, tenant);
  const versions = [...tenant.visible()].filter((version) => isReadable(world, bad, version));
  return gaps.filter((gap) => {
    const { part } = gap;
    if (part?.isNarrow === false && part.to - part.from > world.traits.filterTicks) return true;
    // What Graph lists without its alerts is not believed where its read by id fails.
    if (gap.reason === GAP_REASONS.alerts || (gap.incidentId !== undefined && world.graph !== undefined)) {
      const ids = incidentsOf(world, tenant, gap);
      const readable = ids.filter((id) => !isUnreadableById(world, tenant, id));
      if (readable.length < ids.length) return readable.some((id) => isNotWhole(world, tenant, id));
      // It is read by its id, whatever the lists say of its second.
      if (gap.reason === GAP_REASONS.alerts && gap.incidentId !== undefined) return true;
    }
    if (gap.entries !== undefined)
      return (
        gap.fewerSince === undefined ||
        versions.filter(({ updatedAt }) => isWithin(world, part ?? gap, updatedAt)).length >= gap.entries
      );
    const inside = [...tenant.visible()].filter(({ updatedAt }) => isWithin(world, part ?? gap, updatedAt));
    return !inside.some((version) => bad.includes(version) || isUnpageable(world, tenant, version));
  });
}

/**
 * Whether no list can show all that is filed with this version: some of its instant share their times and status, are more than a
 * page that does not fail, for good, or than the pages hold that Graph can be asked for, and come in another order each time, so that no passes over them ever agree. The rest of the
 * instant shares their fate.
 */
export function isUnpageable({ traits, trouble, graph }: World, tenant: SourceTenant, version: SourceVersion): boolean {
  if (traits.order !== 'unordered' || (trouble.size?.untilMs !== Infinity && graph === undefined)) return false;
  const [at, unit] = [version.updatedAt, traits.filterTicks];
  const alike = new Map<string, number>();
  for (const { updatedAt, createdAt, status } of tenant.visible())
    if (updatedAt / unit === at / unit) {
      const kind = `${createdAt} ${status}`;
      alike.set(kind, (alike.get(kind) ?? 0) + 1);
    }
  const limit = trouble.size?.untilMs === Infinity ? trouble.size.limit : Infinity;
  return Math.max(...alike.values()) > Math.min(limit, traits.pageCap, pageOf(graph));
}

/** How many of a crowd Graph shows at once: where the alerts of some fail, pages may have to be small. */
function pageOf(graph: World['graph']): number {
  if (graph === undefined) return Infinity;
  return graph.expand === undefined ? graph.maxTop : Math.min(graph.maxTop, SMALL_PAGE);
}

const SMALL_PAGE = 5;

/** As the source files it: where it compares times coarsely, a window shows all of the units that it touches. */
const isWithin = ({ traits: { filterTicks } }: World, { from, to }: Pick<Gap, 'from' | 'to'>, at: Ticks): boolean =>
  at / filterTicks >= from / filterTicks && at / filterTicks <= (to - 1n) / filterTicks;

/** Which incidents the gap stands for: one by its name, or all that a stretch may show without their alerts. */
export function incidentsOf(world: World, { visible }: SourceTenant, gap: Gap): string[] {
  if (gap.incidentId !== undefined) return [gap.incidentId];
  return [...visible()].filter(({ updatedAt }) => isWithin(world, gap, updatedAt)).map((version) => version.incidentId);
}

/** What is too old may have been deleted since. */
function isNotWhole(world: World, { tenantId, current }: SourceTenant, incidentId: string): boolean {
  const row = world.table.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  if (row === undefined) return (current(incidentId)?.updatedAt ?? 0n) >= expiryCutoff(world);
  return row.properties['alertsCount'] === undefined;
}

/** It fails by its id, and so do its alerts; or these come in more answers than anybody follows. */
export function isUnreadableById(world: World, tenant: SourceTenant, incidentId: string): boolean {
  const byId = world.trouble.bad.get(badKey(tenant.tenantId, incidentId))?.byId ?? [];
  const current = tenant.current(incidentId);
  return byId.length > 0 || (current !== undefined && hasTooManyAnswers(world, current));
}

/** So many answers with alerts of one incident are asked for; what has more waits in a gap. */
const MOST_ANSWERS = 20;

export const hasTooManyAnswers = ({ graph }: World, { alerts }: SourceVersion): boolean =>
  graph !== undefined && alerts.length > MOST_ANSWERS * graph.alertsPerAnswer;

export const wasEverBad = ({ trouble }: World, { tenantId }: SourceTenant, incidentId: string): boolean =>
  trouble.everBad.has(badKey(tenantId, incidentId));
