import { GAP_REASONS, type Gap } from '../../../shared/domain/reading/gaps.ts';
import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { SourceTenant, SourceVersion } from '../source/sim-source.ts';
import { badKey } from '../source/trouble.ts';
import type { World } from '../source/world.ts';

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
    if (gap.part?.isNarrow === false) return true;
    if (gap.reason === GAP_REASONS.alerts && isUnreadableById(world, tenant, gap.incidentId ?? '')) return false;
    if (gap.entries !== undefined)
      return (
        gap.fewerSince === undefined ||
        versions.filter(({ updatedAt }) => isWithin(gap, updatedAt)).length >= gap.entries
      );
    const inside = [...tenant.visible()].filter(({ updatedAt }) => isWithin(gap, updatedAt));
    return !inside.some((version) => bad.includes(version) || isUnpageable(world, tenant, version));
  });
}

/**
 * Whether no list can show all that is filed with this version: they share their times and status, are more than a page that does
 * not fail, for good, and come in another order each time, so that no passes over them ever agree.
 */
export function isUnpageable({ traits, trouble }: World, tenant: SourceTenant, version: SourceVersion): boolean {
  const { size } = trouble;
  if (size?.untilMs !== Infinity || traits.order !== 'unordered') return false;
  const [at, unit] = [version.updatedAt, traits.filterTicks];
  const alike = [...tenant.visible()].filter(
    ({ updatedAt, createdAt, status }) =>
      updatedAt / unit === at / unit && createdAt === version.createdAt && status === version.status,
  );
  return alike.length > Math.min(size.limit, traits.pageCap);
}

const isWithin = ({ from, to }: Pick<Gap, 'from' | 'to'>, at: Ticks): boolean => at >= from && at < to;

/** It fails by its id, and so do its alerts. */
export const isUnreadableById = ({ trouble }: World, { tenantId }: SourceTenant, incidentId: string): boolean =>
  (trouble.bad.get(badKey(tenantId, incidentId))?.byId ?? []).length > 0;

export const wasEverBad = ({ trouble }: World, { tenantId }: SourceTenant, incidentId: string): boolean =>
  trouble.everBad.has(badKey(tenantId, incidentId));
