import type { Gap } from '../../shared/domain/gaps.ts';
import type { Ticks } from '../../shared/domain/ticks.ts';
import type { SourceTenant, SourceVersion } from './sim-source.ts';
import { badKey } from './trouble.ts';
import type { World } from './world.ts';

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
 * Forty halvings lead from 30 days to some microseconds: what is as near to a bad one as this, in ticks, may share its fate. So
 * may what the source cannot tell from it, as finely as it compares times.
 */
const NEAR: Ticks = 100n;

/** Whether some list shows this version without one that makes it fail. */
export function isReadable(world: World, bad: readonly SourceVersion[], { updatedAt }: SourceVersion): boolean {
  const unit = world.traits.filterTicks;
  return bad.every((other) => {
    const distance = other.updatedAt > updatedAt ? other.updatedAt - updatedAt : updatedAt - other.updatedAt;
    return distance > NEAR && other.updatedAt / unit !== updatedAt / unit;
  });
}

/** Gaps that can close by now: they hold nothing bad, and what two lists disagree on can be read by its id. */
export function closableGaps(world: World, tenant: SourceTenant, gaps: readonly Gap[]): Gap[] {
  const bad = badVersions(world, tenant);
  return gaps.filter(
    (gap) => !bad.some(({ updatedAt }) => isWithin(gap, updatedAt)) && !isUnreadableById(world, tenant, gap.incidentId),
  );
}

function isUnreadableById({ trouble }: World, { tenantId }: SourceTenant, incidentId: string | undefined): boolean {
  if (incidentId === undefined) return false;
  const how = trouble.bad.get(badKey(tenantId, incidentId));
  return how !== undefined && how.byId.length > 0;
}

/** Incidents that are named as unreadable by their id, and are. */
export function unreadableIds(world: World, tenant: SourceTenant, gaps: readonly Gap[]): ReadonlySet<string> {
  const ids = gaps.map(({ incidentId }) => incidentId).filter((id) => id !== undefined);
  return new Set(ids.filter((id) => isUnreadableById(world, tenant, id)));
}

const isWithin = ({ from, to }: Pick<Gap, 'from' | 'to'>, at: Ticks): boolean => at >= from && at < to;

export const wasEverBad = ({ trouble }: World, { tenantId }: SourceTenant, incidentId: string): boolean =>
  trouble.everBad.has(badKey(tenantId, incidentId));
