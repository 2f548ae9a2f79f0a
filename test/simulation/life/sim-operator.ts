import { readTenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import { AppError } from '../../../shared/errors.ts';
import { getIncident } from '../../../shared/querying/get-incident.ts';
import { orderOfName, type SourceTenant } from '../source/sim-source.ts';
import { newMachine, report, type World } from '../source/world.ts';
import { createSimTable } from './sim-table-port.ts';

const READS = 6;

/** An operator looks at incidents while they are being written, and must see one whole version each time. */
export function readAtRandom(world: World, until: number): void {
  const { random, time, tenants } = world;
  for (let read = 0; read < READS; read += 1)
    time.at(time.now() + random.below(until - time.now()), () => {
      const tenant = random.pick([...tenants.values()]);
      if (tenant.ids.length > 0) void lookAt(world, tenant, random.pick(tenant.ids));
    });
}

async function lookAt(world: World, tenant: SourceTenant, incidentId: string): Promise<void> {
  const tenantId = readTenantId(tenant.tenantId);
  if (tenantId === undefined) return;
  const incidents = createSimTable(world, newMachine(world));
  const names = { read: async () => new Map(), forget: () => undefined };
  try {
    const detail = await getIncident({ incidents, names }, { tenantId, incidentId, start: { alert: '', history: '' } });
    checkDetail(world, tenant, detail);
  } catch (error) {
    if (!(error instanceof AppError)) report(world, `bug: ${String(error)}`);
  }
}

/** A row that a reader sees is never half of a version. */
function checkDetail(world: World, tenant: SourceTenant, { incident, alerts, history }: IncidentDetail): void {
  const order = orderOfName(incident.name);
  const version = tenant.versions.get(incident.incidentId)?.find((known) => known.order === order);
  const titles = new Map(alerts.map(({ alertId, title }) => [alertId, title]));
  // One whose alerts are pending may keep older ones, and says so.
  const isWhole =
    incident.alertsPending ||
    (version?.alerts.length === alerts.length &&
      version.alerts.every(({ alertId, title }) => titles.get(alertId) === title) &&
      history.some(({ lastUpdateTime }) => lastUpdateTime === incident.lastUpdateTime));
  if (!isWhole) report(world, `a reader saw half a version of ${incident.incidentId}: edit ${order}`);
}
