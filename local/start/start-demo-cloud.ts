import { createHash, randomBytes } from 'node:crypto';
import { ensureLocalCertificates } from '../services/certificates.ts';
import { churn } from '../simulator/content/churn.ts';
import { addCampaign } from '../simulator/content/shared-campaign.ts';
import { seedTenant } from '../simulator/content/seed-tenant.ts';
import { startSimulator } from '../simulator/start-simulator.ts';
import type { Simulator, SimulatorControl } from '../simulator/state/simulator.ts';
import { openChangeLog } from './demo/change-log.ts';
import { damaged, type DemoFolder } from './demo/demo-folder.ts';
import type { DemoRecord } from './demo/demo-record.ts';
import { listDemoTenants, NEWCOMER, PARTNER, type DemoTenant } from './demo/demo-tenants.ts';

export interface DemoCloud {
  readonly simulator: Simulator;
  readonly clientId: string;
  readonly tenants: readonly DemoTenant[];
  /** Changes something now and keeps it, so that it is there again after the next start. */
  change(): void;
}

const CLIENT_ID = '0a0a0a0a-0000-4000-8000-000000000002';
const IDENTITY = {
  clientId: '0a0a0a0a-0000-4000-8000-000000000003',
  principalId: '0a0a0a0a-0000-4000-8000-000000000004',
  tenantId: PARTNER.tenantId,
};
const OTHERS = [PARTNER.tenantId, NEWCOMER.tenantId];
/** Of the Defender API and of Graph, so that each customer can be read from either. */
const ROLES = ['Incident.Read.All', 'SecurityIncident.Read.All'];
const SPAN_DAYS = 28; // less than the lookback of a first read, so that every incident is read

/** Microsoft's cloud with invented customers: those that the record tells, and all that happened to them since. */
export async function startDemoCloud(folder: DemoFolder, plan: Plan): Promise<DemoCloud> {
  const clock = createDemoClock();
  const certificates = await ensureLocalCertificates(folder.certificates);
  const simulator = await startSimulator({ certificates, seed: plan.seed, nowMs: clock.nowMs });
  try {
    const tenants = listDemoTenants(plan.seed, plan.tenants);
    addPartner(simulator.control);
    clock.at(Date.parse(plan.inventedAt), () => {
      seedTenants(simulator.control, tenants, plan);
      addCampaign(simulator.control, victimsOf(tenants), plan.seed);
      addNewcomer(simulator.control, plan);
    });
    await keepRecord(folder, plan, fingerprintOf(simulator.control, tenants));
    return { simulator, clientId: CLIENT_ID, tenants, change: repeatChanges(simulator.control, folder, plan, clock) };
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

type Plan = Omit<DemoRecord, 'fingerprint'>;

interface DemoClock {
  nowMs(): number;
  /** Does something as if it were that time, so that it can be done again later with the same outcome. */
  at(timeMs: number, act: () => void): void;
}

function createDemoClock(): DemoClock {
  let frozenAtMs: number | undefined;
  return {
    nowMs: () => frozenAtMs ?? Date.now(),
    at: (timeMs, act) => {
      frozenAtMs = timeMs;
      try {
        act();
      } finally {
        frozenAtMs = undefined;
      }
    },
  };
}

/** Repeats the changes of earlier starts; answers what makes the next one. */
function repeatChanges(control: SimulatorControl, folder: DemoFolder, { seed }: Plan, clock: DemoClock): () => void {
  const changes = openChangeLog(folder.changes, folder.folder);
  const { change } = churn(ofCustomers(control), 0, seed);
  for (const timeMs of changes.times) clock.at(timeMs, change);
  return () => {
    const nowMs = Date.now();
    changes.add(nowMs);
    clock.at(nowMs, change);
  };
}

function addPartner(control: SimulatorControl): void {
  const secret = randomBytes(24).toString('base64url');
  control.addTenant({ ...PARTNER, roles: ['CrossTenantInformation.ReadBasic.All'] });
  control.addApp({
    clientId: CLIENT_ID,
    homeTenantId: PARTNER.tenantId,
    secrets: [{ value: secret }],
    requiredRoles: ROLES,
  });
  control.addIdentity(IDENTITY);
  control.setSecret('partner-app-secret', secret);
}

function seedTenants(
  control: SimulatorControl,
  tenants: readonly DemoTenant[],
  { incidents, seed }: Pick<DemoRecord, 'incidents' | 'seed'>,
): void {
  for (const [place, { tenantId, displayName, domain }] of tenants.entries()) {
    seedTenant(control, { tenantId, displayName, domain, incidents, seed: seed + place, spanDays: SPAN_DAYS });
    control.setRoles(tenantId, ROLES);
  }
}

const MOST_VICTIMS = 3;

/** One tenant a customer: a campaign is what several customers have. */
function victimsOf(tenants: readonly DemoTenant[]): DemoTenant[] {
  const firsts = tenants.filter(({ customer }, at) => tenants.findIndex((one) => one.customer === customer) === at);
  return firsts.slice(0, MOST_VICTIMS);
}

function addNewcomer(control: SimulatorControl, { incidents, seed }: Pick<DemoRecord, 'incidents' | 'seed'>): void {
  control.addTenant({ ...NEWCOMER, isConsented: false, roles: [] });
  seedTenant(control, { ...NEWCOMER, incidents, seed: seed - 1, spanDays: SPAN_DAYS });
}

/** The partner's own tenant has no incidents; those of the newcomer stay, as nobody may have asked for them yet. */
function ofCustomers(control: SimulatorControl): SimulatorControl {
  return { ...control, tenants: () => control.tenants().filter(({ tenantId }) => !OTHERS.includes(tenantId)) };
}

function fingerprintOf(control: SimulatorControl, tenants: readonly DemoTenant[]): string {
  const hash = createHash('sha256');
  for (const { tenantId } of tenants)
    for (const { incidentId, lastUpdateTime } of control.truth(tenantId).versions)
      hash.update(`${tenantId}|${incidentId}|${lastUpdateTime}\n`);
  return hash.digest('hex');
}

async function keepRecord({ folder, record, saveRecord }: DemoFolder, plan: Plan, fingerprint: string): Promise<void> {
  if (record === undefined) await saveRecord({ ...plan, fingerprint });
  else if (record.fingerprint !== fingerprint)
    throw damaged(folder, 'another version of the simulator made it, and this one invents other incidents');
}
