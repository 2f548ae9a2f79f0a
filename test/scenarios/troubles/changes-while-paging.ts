import { isRole } from '../../../local/simulator/http/simulated-request.ts';
import { createCollector, type CollectorOptions } from '../cloud/collector.ts';
import type { World } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import type { ComparedWorld } from '../truth/compare-with-truth.ts';

/** After each list answer so far, `change` happens before the answer is sent. */
export function afterEachPage({ control, tenantId }: ComparedWorld, change: (page: number) => void): void {
  let page = 0;
  control.setAfterPage((request) => {
    if (!isRole(request.role, 'incident-list') || request.tenantId !== tenantId) return;
    page += 1;
    change(page);
  });
}

/**
 * One incident of a later page is edited while the first page is on its way: everything behind its old place moves up by one,
 * over the edge of the next page.
 */
export async function moveItemBetweenPages(world: World, options: CollectorOptions = {}): Promise<{ moved: string }> {
  const { control, tenantId } = world;
  const ids = seedIncidents(world, 240, spreadOver(world, 20, 240));
  const moved = ids[200] ?? '';
  afterEachPage(world, (page) => {
    if (page === 1) control.updateIncident(tenantId, moved, { severity: 'High', incidentName: 'moved' });
  });
  await createCollector(world, options).pollUntilComplete();
  return { moved };
}
