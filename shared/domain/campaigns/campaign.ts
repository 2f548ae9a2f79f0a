import { isBad, verdictRank, type ObservableKind } from '../observables/observable.ts';
import type { Match } from '../rows/stored-index.ts';
import { maxTicks, minTicks, readTicks, TICKS_PER_DAY, type Ticks } from '../values/ticks.ts';
import type { TenantId } from '../values/tenant-id.ts';

/** One match of an index row: a value in an incident. */
export interface Sighting {
  tenantId: TenantId;
  incidentId: string;
  /** Of the incident; 0 where nobody knows. */
  createdAt: Ticks;
  match: Match;
}

/** A value that was malicious or suspicious at two tenants or more, within 30 days. */
export interface Campaign {
  value: string;
  kinds: ObservableKind[];
  /** Where it was seen, with a verdict or without; the newest sighting first. */
  tenants: CampaignTenant[];
  firstSeen: Ticks;
  lastSeen: Ticks;
  /** There are older sightings that were not looked at. */
  isCut: boolean;
}

export interface CampaignTenant {
  tenantId: TenantId;
  /** The worst there. */
  verdict: string | null;
  firstSeen: Ticks;
  lastSeen: Ticks;
  /** The newest first. */
  incidents: CampaignIncident[];
}

export interface CampaignIncident {
  incidentId: string;
  firstSeen: Ticks;
}

export const CAMPAIGN_DAYS = 30n;
const WITHIN: Ticks = CAMPAIGN_DAYS * TICKS_PER_DAY;

/** Names of incidents and of alerts have no verdict. */
const NEVER: readonly ObservableKind[] = ['alert-title', 'incident'];

/** What all sightings of one value come to; the same whatever their order. `undefined`: no campaign. */
export function gatherCampaign(sightings: readonly Sighting[], isCut: boolean): Campaign | undefined {
  const timed = sightings.flatMap(toTimed);
  const bad = gatherTenants(timed.filter(({ verdict }) => isBad(verdict)));
  if (!areWithin(bad)) return undefined;
  const tenants = gatherTenants(timed);
  const [first] = timed;
  if (first === undefined) return undefined;
  return {
    value: first.value,
    kinds: [...new Set(timed.map(({ kind }) => kind))].sort(),
    tenants,
    firstSeen: tenants.map(({ firstSeen }) => firstSeen).reduce(minTicks),
    lastSeen: tenants.map(({ lastSeen }) => lastSeen).reduce(maxTicks),
    isCut,
  };
}

interface TimedSighting extends Pick<Sighting, 'tenantId' | 'incidentId'> {
  kind: ObservableKind;
  value: string;
  verdict: string | null;
  firstSeen: Ticks;
  lastSeen: Ticks;
}

/** One of which nobody knows the time is near no other. */
function toTimed({ tenantId, incidentId, createdAt, match }: Sighting): TimedSighting[] {
  const created = createdAt === 0n ? undefined : createdAt;
  const [first, last] = [readTicks(match.firstSeen), readTicks(match.lastSeen)];
  const firstSeen = first ?? created ?? last;
  if (firstSeen === undefined || NEVER.includes(match.kind)) return [];
  const { kind, value, verdict } = match;
  return [{ tenantId, incidentId, kind, value, verdict, firstSeen, lastSeen: maxTicks(firstSeen, last ?? firstSeen) }];
}

function gatherTenants(timed: readonly TimedSighting[]): CampaignTenant[] {
  const byTenant = new Map<TenantId, CampaignTenant>();
  for (const { tenantId, incidentId, verdict, firstSeen, lastSeen } of timed) {
    const known = byTenant.get(tenantId) ?? { tenantId, verdict, firstSeen, lastSeen, incidents: [] };
    byTenant.set(tenantId, {
      tenantId,
      verdict: verdictRank(verdict) < verdictRank(known.verdict) ? verdict : known.verdict,
      firstSeen: minTicks(known.firstSeen, firstSeen),
      lastSeen: maxTicks(known.lastSeen, lastSeen),
      incidents: withIncident(known.incidents, { incidentId, firstSeen }),
    });
  }
  return [...byTenant.values()].sort((a, b) => compare(b.lastSeen, a.lastSeen) || compare(a.tenantId, b.tenantId));
}

/** An incident may hold a value as several kinds. */
function withIncident(known: readonly CampaignIncident[], incident: CampaignIncident): CampaignIncident[] {
  const same = known.find(({ incidentId }) => incidentId === incident.incidentId);
  const firstSeen = minTicks(incident.firstSeen, same?.firstSeen ?? incident.firstSeen);
  return [...known.filter((other) => other !== same), { ...incident, firstSeen }].sort(
    (a, b) => compare(b.firstSeen, a.firstSeen) || compare(a.incidentId, b.incidentId),
  );
}

const compare = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** Some two of them have at most 30 days between them. */
function areWithin(tenants: readonly CampaignTenant[]): boolean {
  const inTime = [...tenants].sort((a, b) => compare(a.firstSeen, b.firstSeen));
  let latest: Ticks | undefined;
  for (const { firstSeen, lastSeen } of inTime) {
    if (latest !== undefined && firstSeen - latest <= WITHIN) return true;
    latest = maxTicks(latest ?? lastSeen, lastSeen);
  }
  return false;
}
