import type { StoredCampaign, StoredCampaignTenant } from '../campaigns/campaign-rows.ts';
import { isEverywhere, type LeftOutReason } from '../campaigns/noise.ts';
import { verdictRank, type ObservableKind } from '../observables/observable.ts';
import { normalizeName, type TenantRecord } from '../tenants/tenant-record.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { formatTicks, TICKS_PER_DAY, type Ticks } from '../values/ticks.ts';
import type { KnownTenant } from './coverage.ts';

/** What several customers have in common. */
export interface CampaignView {
  value: string;
  kinds: ObservableKind[];
  /** The worst anywhere. */
  verdict: string | null;
  customerCount: number;
  incidentCount: number;
  firstSeen: string;
  lastSeen: string;
  trend: Trend;
  /** The newest sighting first. */
  tenants: CampaignTenantView[];
  /** It has more sightings than were looked at: all counts are at least what they say. */
  isCut: boolean;
  /** Why it is taken for noise; `null`: it is not. */
  leftOut: LeftOutReason | null;
}

export interface CampaignTenantView {
  tenantId: string;
  tenantName: string | null;
  customer: string | null;
  verdict: string | null;
  firstSeen: string;
  lastSeen: string;
  incidentCount: number;
  /** The newest of them. */
  incidentIds: string[];
}

/** Incidents in which it was seen for the first time. */
export interface Trend {
  last7Days: number;
  before7Days: number;
  direction: (typeof DIRECTIONS)[number];
}

export const DIRECTIONS = ['rising', 'steady', 'falling'] as const;

/** Who is there to have a campaign: nothing is shown of a tenant that is not, or not any more. */
export interface Present {
  records: ReadonlyMap<TenantId, TenantRecord | undefined>;
  customers: number;
}

export function toPresent(tenants: readonly KnownTenant[]): Present {
  const there = tenants.filter(({ state }) => state !== undefined && state.status !== 'purging');
  const records = new Map(there.map(({ tenantId, record }) => [tenantId, record]));
  return { records, customers: countCustomers([...records.keys()], records) };
}

/** Several tenants can be of one customer. */
function countCustomers(tenantIds: readonly TenantId[], records: Present['records']): number {
  const names = tenantIds.map((tenantId) => {
    const customer = records.get(tenantId)?.customer ?? null;
    return customer === null ? tenantId : normalizeName(customer);
  });
  return new Set(names).size;
}

/** `undefined`: of those who are there at most one tenant has it. */
export function toCampaignView(campaign: StoredCampaign, present: Present, now: Ticks): CampaignView | undefined {
  const tenants = campaign.tenants.filter(({ tenantId }) => present.records.has(tenantId));
  if (tenants.length < 2) return undefined;
  const ids = tenants.map(({ tenantId }) => tenantId);
  const customerCount = countCustomers(ids, present.records);
  const [worst] = [...tenants].sort((a, b) => verdictRank(a.verdict) - verdictRank(b.verdict));
  return {
    value: campaign.value,
    kinds: campaign.kinds,
    verdict: worst?.verdict ?? null,
    customerCount,
    incidentCount: tenants.reduce((sum, { incidentCount }) => sum + incidentCount, 0),
    firstSeen: formatTicks(campaign.firstSeen),
    lastSeen: formatTicks(campaign.lastSeen),
    trend: toTrend(tenants, now),
    tenants: tenants.map((tenant) => toTenantView(tenant, present.records.get(tenant.tenantId))),
    isCut: campaign.isCut,
    leftOut: campaign.leftOut ?? whyNone(customerCount, present.customers),
  };
}

function whyNone(having: number, all: number): LeftOutReason | null {
  if (having < 2) return 'one-customer';
  return isEverywhere(having, all) ? 'most-customers' : null;
}

function toTrend(tenants: readonly StoredCampaignTenant[], now: Ticks): Trend {
  const times = tenants.flatMap(({ incidents }) => incidents.map(({ firstSeen }) => firstSeen));
  const since = (from: Ticks): number => times.filter((at) => at > from).length;
  const week = 7n * TICKS_PER_DAY;
  const last7Days = since(now - week);
  const before7Days = since(now - 2n * week) - last7Days;
  const direction = last7Days === before7Days ? 'steady' : last7Days > before7Days ? 'rising' : 'falling';
  return { last7Days, before7Days, direction };
}

function toTenantView(tenant: StoredCampaignTenant, record: TenantRecord | undefined): CampaignTenantView {
  return {
    tenantId: tenant.tenantId,
    tenantName: record?.displayName ?? null,
    customer: record?.customer ?? null,
    verdict: tenant.verdict,
    firstSeen: formatTicks(tenant.firstSeen),
    lastSeen: formatTicks(tenant.lastSeen),
    incidentCount: tenant.incidentCount,
    incidentIds: tenant.incidents.map(({ incidentId }) => incidentId),
  };
}
