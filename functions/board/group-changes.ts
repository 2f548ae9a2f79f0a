import type { ShownChange } from '../../shared/list-changes.ts';

/** What happened to one incident since the hand-over, all its changes taken together. */
export interface ChangedIncident {
  incidentId: string;
  name: string | null;
  severity: string;
  status: string;
  kinds: readonly string[];
  lastStoredAt: string;
}

export interface TenantChanges {
  tenantId: string;
  tenantName: string | null;
  /** Incidents by what happened to them; one that did several things is in several. */
  counts: Readonly<Record<ShownChange['kind'], number>>;
  /** Incidents of the past that were read for the first time: one line, however many. */
  firstRead: number;
  incidents: readonly ChangedIncident[];
}

const NO_COUNTS = { appeared: 0, changed: 0, resolved: 0, reopened: 0, merged: 0 } as const;

/** Changes as a hand-over tells them: by customer, those with the most news first. */
export function groupChanges(changes: readonly ShownChange[]): TenantChanges[] {
  const byTenant = Map.groupBy(changes, ({ tenantId }) => tenantId);
  return [...byTenant].map(toTenantChanges).sort((a, b) => b.incidents.length - a.incidents.length);
}

function toTenantChanges([tenantId, changes]: [string, ShownChange[]]): TenantChanges {
  const isPast = ({ kind, backfill }: ShownChange): boolean => backfill && kind === 'appeared';
  const idOf = ({ incidentId }: ShownChange): string => incidentId;
  const byIncident = Map.groupBy(
    changes.filter((change) => !isPast(change)),
    idOf,
  );
  const incidents = [...byIncident].map(toChangedIncident);
  return {
    tenantId,
    tenantName: changes.at(-1)?.tenantName ?? null,
    counts: countKinds(incidents),
    firstRead: new Set(changes.filter(isPast).map(idOf)).size,
    incidents: incidents.sort((a, b) => (a.lastStoredAt < b.lastStoredAt ? 1 : -1)),
  };
}

function toChangedIncident([incidentId, changes]: [string, ShownChange[]]): ChangedIncident {
  const last = changes.at(-1);
  return {
    incidentId,
    name: last?.name ?? null,
    severity: last?.severity ?? 'unknown',
    status: last?.status ?? 'unknown',
    kinds: [...new Set(changes.map(({ kind }) => kind))],
    lastStoredAt: last?.storedAt ?? '',
  };
}

function countKinds(incidents: readonly ChangedIncident[]): TenantChanges['counts'] {
  const counts: Record<ShownChange['kind'], number> = { ...NO_COUNTS };
  for (const { kinds } of incidents)
    for (const kind of ['appeared', 'changed', 'resolved', 'reopened', 'merged'] as const)
      if (kinds.includes(kind)) counts[kind] += 1;
  return counts;
}
