import { createRandom } from '../../local/simulator/basics/random.ts';
import { sampleIncident } from '../../local/simulator/content/sample-incident.ts';
import { createSampleCompany } from '../../local/simulator/content/sample-company.ts';
import type { SimulatorControl } from '../../local/simulator/state/simulator.ts';
import { TICKS_PER_DAY } from '../../shared/domain/values/ticks.ts';

export interface Fleet {
  tenants: number;
  /** Of each tenant. */
  incidents: number;
  /** Of each incident. */
  alerts: number;
}

const SPAN_DAYS = 28n;

/** Tenants with believable incidents of exactly so many alerts; answers their ids. */
export function seedCloud(control: SimulatorControl, { tenants, incidents, alerts }: Fleet): string[] {
  const random = createRandom(17);
  return Array.from({ length: tenants }, (_, number) => {
    const tenantId = random.guid();
    const domain = `customer-${number + 1}.example`;
    control.addTenant({ tenantId, displayName: `Customer ${number + 1}`, domain });
    const company = createSampleCompany(domain);
    const now = control.now();
    const begin = now - SPAN_DAYS * TICKS_PER_DAY;
    for (let place = 0; place < incidents; place += 1) {
      const createdTime = begin + ((now - begin) * BigInt(place)) / BigInt(incidents);
      const incident = sampleIncident(random, company, createdTime, now);
      const shown = [...(incident.alerts ?? [])];
      while (shown.length < alerts) shown.push(...(sampleIncident(random, company, createdTime, now).alerts ?? []));
      control.addIncident(tenantId, { ...incident, alerts: shown.slice(0, alerts), visibleAt: begin });
    }
    return tenantId;
  });
}
