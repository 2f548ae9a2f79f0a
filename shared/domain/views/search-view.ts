import type { ObservableKind } from '../observables/observable.ts';
import type { Match } from '../rows/stored-index.ts';
import type { KnownTenant } from './coverage.ts';

/** An incident in a result of the search, and why it is there. */
export interface FoundIncident {
  tenantId: string;
  tenantName: string | null;
  customer: string | null;
  incidentId: string;
  name: string | null;
  status: string;
  severity: string;
  createdTime: string | null;
  matches: FoundMatch[];
}

export interface FoundMatch extends Match {
  /** The value itself, not one that begins with it. */
  exact: boolean;
}

/** What was searched; kinds that are not named here were not. */
export interface Searched {
  /** As it was understood. */
  value: string;
  kinds: readonly ObservableKind[];
  /** Values that begin with it were searched too. */
  isPrefix: boolean;
  /** Words of titles that had to be there. */
  words: readonly string[];
  since: string | null;
}

/** Where it was looked. */
export interface SearchedPlace {
  /** The number of stored incidents of the selected tenants. */
  incidents: number;
  /** Everything that was stored before then is in the index; `null` while that of some tenant is not whole. */
  indexedThrough: string | null;
  /** Incidents that hold values by which they are not found, as there are too many of them or not all could be read. */
  leftOutIncidents: number;
  notIndexedCount: number;
  /** Tenants whose incidents from before there was an index have not entered it yet: at most 20. */
  notIndexed: { tenantId: string; tenantName: string | null }[];
}

const SHOWN_TENANTS = 20;

export function toSearchedPlace(tenants: readonly KnownTenant[], completeThrough: string | null): SearchedPlace {
  const notIndexed = tenants.filter(({ state }) => state !== undefined && state.index?.isWhole !== true);
  const sum = (of: (tenant: KnownTenant) => number | undefined): number =>
    tenants.reduce((total, tenant) => total + (of(tenant) ?? 0), 0);
  return {
    incidents: sum(({ state }) => state?.storedIncidents),
    indexedThrough: notIndexed.length === 0 ? completeThrough : null,
    leftOutIncidents: sum(({ state }) => state?.leftOutIncidents),
    notIndexedCount: notIndexed.length,
    notIndexed: notIndexed
      .slice(0, SHOWN_TENANTS)
      .map(({ tenantId, record }) => ({ tenantId, tenantName: record?.displayName ?? null })),
  };
}
