import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { IncidentQuery } from '../../../shared/ports/incident-source.ts';
import type { SourceVersion } from './sim-source.ts';
import { badKey } from './trouble.ts';
import { note, type World } from './world.ts';

/** Entries of an answer as the adapter tells them apart: those with an id, and the times of those without. */
export function splitNameless(
  world: World,
  tenantId: TenantId,
  { updatedFrom }: IncidentQuery,
  versions: readonly SourceVersion[],
): { named: readonly SourceVersion[]; withoutId: Ticks[] } {
  const { nameless } = world.trouble;
  if (nameless.size === 0) return { named: versions, withoutId: [] };
  const withoutId: Ticks[] = [];
  const named = versions.filter(({ incidentId, updatedAt }) => {
    const missing = nameless.get(badKey(tenantId, incidentId));
    if (missing === undefined) return true;
    note(world, `listed without ${missing}`);
    // Without a time, it is as old as the window at least.
    withoutId.push(missing === 'id' ? updatedAt : updatedFrom);
    return false;
  });
  return { named, withoutId };
}
