import type { ObservedIncident, SourceName } from '../../../shared/domain/incidents/incident.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { SourceTenant, SourceVersion } from './sim-source.ts';
import { toGraphObserved } from './graph-entry.ts';

/** How a source has told a version. */
export interface Telling {
  version: SourceVersion;
  source: SourceName;
  /** With all of its alerts. */
  isWhole: boolean;
}

/** Alerts that an answer has shown of its incident; `undefined`: it said nothing of alerts. */
export type AlertsShown = number | undefined;

/** All that Graph has told of one tenant, so that its rows can be traced back to versions. */
export interface GraphTellings {
  observe(version: SourceVersion, shown: AlertsShown): ObservedIncident;
  /** What an incident of this Graph was made of. */
  partsOf(observed: ObservedIncident): { version: SourceVersion; shown: AlertsShown };
  byHash(contentHash: string): Telling | undefined;
}

export function createTellings(tenantId: TenantId): GraphTellings {
  const told = new Map<SourceVersion, Map<AlertsShown, ObservedIncident>>();
  const parts = new WeakMap<ObservedIncident, { version: SourceVersion; shown: AlertsShown }>();
  const hashes = new Map<string, Telling>();
  return {
    observe: (version, wanted) => {
      const shown = wanted === undefined ? undefined : Math.min(wanted, version.alerts.length);
      const known = told.get(version) ?? new Map<AlertsShown, ObservedIncident>();
      told.set(version, known);
      const made = known.get(shown) ?? toGraphObserved(tenantId, version, shown);
      known.set(shown, made);
      parts.set(made, { version, shown });
      hashes.set(made.contentHash, { version, source: 'graph', isWhole: made.missingAlerts === undefined });
      return made;
    },
    partsOf: (observed) => {
      const found = parts.get(observed);
      if (found === undefined) throw new Error(`The simulated Graph has told no such ${observed.incident.incidentId}`);
      return found;
    },
    byHash: (contentHash) => hashes.get(contentHash),
  };
}

/** Who has told what has this hash, and how; `undefined`: nobody has. */
export function tellingOf(
  tellings: ReadonlyMap<TenantId, GraphTellings> | undefined,
  tenant: SourceTenant,
  contentHash: string,
): Telling | undefined {
  const version = tenant.byHash(contentHash);
  if (version !== undefined) return { version, source: 'defender', isWhole: true };
  return tellings?.get(tenant.tenantId)?.byHash(contentHash);
}
