import { formatTicks, TICKS_PER_MINUTE } from '../../../shared/domain/values/ticks.ts';
import { createCollector, type CollectorOptions } from '../cloud/collector.ts';
import type { World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver, variedIncident } from '../cloud/seed-incidents.ts';

const LATE = 20n * TICKS_PER_MINUTE;

/** At each of six ticks one incident that can be read 20 minutes after its date, and one that can be read at once. */
export async function showIncidentsLate(world: World, options: CollectorOptions = {}): Promise<void> {
  const { control, tenantId } = world;
  seedIncidents(world, 30, spreadOver(world, 10, 30));
  const collector = createCollector(world, options);
  await collector.pollUntilComplete();
  for (let tick = 1; tick <= 6; tick += 1) {
    const now = control.now();
    control.addIncident(tenantId, { ...variedIncident(tick, now - TICKS_PER_MINUTE), visibleAt: now + LATE });
    control.addIncident(tenantId, { ...variedIncident(tick + 20, now), incidentName: `in time ${formatTicks(now)}` });
    await collector.poll();
  }
  for (let tick = 1; tick <= 6; tick += 1) await collector.poll();
}
