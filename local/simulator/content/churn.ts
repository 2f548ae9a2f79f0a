import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import { createRandom, type Random } from '../basics/random.ts';
import type { Tenant } from '../state/directory.ts';
import type { IncidentChange, SimulatorControl } from '../state/simulator.ts';
import { sampleComment, sampleIncident, verdict } from './sample-incident.ts';
import { createSampleCompany, type SampleCompany } from './sample-company.ts';
import { INCIDENT_TEMPLATES } from './incident-templates.ts';

export interface Churn {
  /** One change now. */
  change(): void;
  stop(): void;
}

/** Keeps changing all tenants, `ratePerMinute` changes a minute in total: new incidents, edits, resolutions, merges. */
export function churn(control: SimulatorControl, ratePerMinute: number, seed = 1): Churn {
  const random = createRandom(seed);
  const change = (): void => {
    const tenants = control.tenants();
    if (tenants.length > 0) changeTenant(control, random, random.pick(tenants));
  };
  const timer = ratePerMinute > 0 ? setInterval(change, 60_000 / ratePerMinute) : undefined;
  timer?.unref();
  return {
    change,
    stop() {
      clearInterval(timer);
    },
  };
}

function changeTenant(control: SimulatorControl, random: Random, { tenantId, domain }: Tenant): void {
  const company = createSampleCompany(domain);
  const [incidentId, targetId] = pickUnmerged(control, random, tenantId);
  const kind = targetId === undefined ? 'new' : random.weighted(CHANGES);
  const now = control.now();
  if (incidentId === undefined || targetId === undefined || kind === 'new') {
    const incident = sampleIncident(random, company, now, now);
    control.addIncident(tenantId, {
      ...incident,
      createdTime: now,
      lastUpdateTime: now,
      status: 'Active',
      assignedTo: null,
    });
  } else if (kind === 'merge') control.redirectIncident(tenantId, incidentId, targetId);
  else control.updateIncident(tenantId, incidentId, toChange(kind, random, company, now));
}

function toChange(
  kind: 'comment' | 'assign' | 'resolve' | 'severity',
  random: Random,
  company: SampleCompany,
  now: Ticks,
): IncidentChange {
  switch (kind) {
    case 'comment':
      return { addComments: [sampleComment(random, company, now, now)] };
    case 'assign':
      return { status: 'InProgress', assignedTo: random.pick(company.analysts) };
    case 'resolve':
      return { status: 'Resolved', ...verdict(random, random.pick(INCIDENT_TEMPLATES)) };
    case 'severity':
      return { severity: random.pick(['Low', 'Medium', 'High']) };
  }
}

/** Two different incidents that were not merged into others, as far as a few tries find them. */
function pickUnmerged(control: SimulatorControl, random: Random, tenantId: string): string[] {
  const ids = control.incidentIds(tenantId);
  const tries = ids.length === 0 ? [] : Array.from({ length: 10 }, () => random.pick(ids));
  const unmerged = tries.filter(
    (id) => control.incident(tenantId, id)?.json.includes('"status":"Redirected"') === false,
  );
  return [...new Set(unmerged)].slice(0, 2);
}

const CHANGES = [
  ['new', 30],
  ['comment', 25],
  ['assign', 15],
  ['resolve', 20],
  ['severity', 7],
  ['merge', 3],
] as const;
