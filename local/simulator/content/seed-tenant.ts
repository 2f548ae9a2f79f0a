import { TICKS_PER_DAY, type Ticks } from '../../../shared/domain/values/ticks.ts';
import { createRandom } from '../basics/random.ts';
import type { IncidentInput, SimulatorControl } from '../state/simulator.ts';
import { sampleIncident } from './sample-incident.ts';
import { createSampleCompany } from './sample-company.ts';

export interface TenantSeed {
  tenantId: string;
  displayName: string;
  domain: string;
  incidents: number;
  seed: number;
  /** The incidents began within this many days before now. */
  spanDays: number;
}

const REDIRECTED_SHARE = 0.03;

/** Registers the tenant if it is new and gives it believable incidents, oldest with the lowest id. */
export function seedTenant(control: SimulatorControl, { tenantId, displayName, domain, ...seed }: TenantSeed): void {
  const isKnown = control.tenants().some((tenant) => tenant.tenantId === tenantId.toLowerCase());
  if (!isKnown) control.addTenant({ tenantId, displayName, domain });
  const random = createRandom(seed.seed);
  const company = createSampleCompany(domain);
  const now = control.now();
  let previousId: string | undefined;
  for (const createdTime of beginnings(seed, now, () => random.next())) {
    const incident = sampleIncident(random, company, createdTime, now);
    const isMerged = previousId !== undefined && random.chance(REDIRECTED_SHARE);
    const added = control.addIncident(
      tenantId,
      shownFromItsUpdate(isMerged ? toMerged(incident, previousId) : incident),
    );
    if (!isMerged) previousId = added.incidentId;
  }
}

function beginnings(
  { incidents, spanDays }: Pick<TenantSeed, 'incidents' | 'spanDays'>,
  now: Ticks,
  next: () => number,
): Ticks[] {
  const span = BigInt(Math.floor(spanDays * Number(TICKS_PER_DAY)));
  const ages = Array.from({ length: incidents }, () => next()).sort((a, b) => b - a);
  return ages.map((age) => now - (span * BigInt(Math.floor(age * 1e9))) / 1_000_000_000n);
}

function toMerged(incident: IncidentInput, targetId: string | undefined): IncidentInput {
  return {
    ...incident,
    status: 'Redirected',
    redirectIncidentId: targetId ?? null,
    severity: 'UnSpecified',
    alerts: [],
  };
}

function shownFromItsUpdate(incident: IncidentInput): IncidentInput {
  return incident.lastUpdateTime === undefined ? incident : { ...incident, visibleAt: incident.lastUpdateTime };
}
