import { INCIDENT_STATUSES, SEVERITIES } from '../../../shared/domain/incidents/incident.ts';
import type { BoardTenant } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { loadWithTenants, MOST_OPEN, type ReadIncidents } from '../data/use-board-data.ts';
import { useLoaded, type LoadedValue } from '../data/use-loaded.ts';
import type { IncidentFilter } from '../model/incident-filter.ts';
import { loadWorstFirst } from './load-worst-first.ts';

const REFRESH_MS = 2 * 60_000;

export interface Looked extends LoadedValue<ReadIncidents> {
  /** Its incidents are those that the API finds for the filter among all that are stored. */
  isNarrowed: boolean;
  /** Where there are more, these are the worst of all that are stored; else those updated last. */
  isWorst: boolean;
}

/**
 * What the filters act on: the open incidents that the page has. Where it does not have all of them, the API is asked for those
 * of the severity, status, customer and label that are wanted, and for the worst of them first where these come first.
 */
export function useNarrowed(filter: IncidentFilter): Looked {
  const { api, open } = useBoard();
  const isPart = open.value?.isCut === true;
  const query = isPart ? writeQuery(filter, open.value?.tenants ?? []) : '';
  const isWorst = isPart && filter.sort === 'severity' && filter.isDescending && filter.severity.length === 0;
  const isAsked = query !== '' || isWorst;
  const narrowed = useLoaded<ReadIncidents | undefined>(
    async (onPart) => {
      if (!isAsked) return undefined;
      const asked = { open: 'true', ...Object.fromEntries(new URLSearchParams(query)) };
      return isWorst ? loadWorstFirst(api, asked, onPart) : loadWithTenants(api, asked, MOST_OPEN, onPart);
    },
    [api, query, isWorst],
    () => REFRESH_MS,
  );
  if (!isAsked) return { ...open, isNarrowed: false, isWorst: false };
  const isNarrowed = narrowed.value !== undefined;
  return { ...narrowed, value: narrowed.value ?? open.value, isNarrowed, isWorst: isNarrowed && isWorst };
}

/** What the API can look for; `''`: nothing of it is asked for. */
function writeQuery({ severity, status, tenant, label }: IncidentFilter, tenants: readonly BoardTenant[]): string {
  const query = new URLSearchParams();
  if (severity.length > 0) query.set('severity', severity.map((word) => orOther(SEVERITIES, word)).join());
  if (status.length > 0) query.set('status', status.map((word) => orOther(INCIDENT_STATUSES, word)).join());
  // The API refuses what no customer has.
  if (tenants.some(({ tenantId }) => tenantId === tenant)) query.set('tenantId', tenant);
  if (tenants.some(({ labels }) => labels.includes(label))) query.set('label', label);
  return query.toString();
}

const orOther = (known: readonly string[], word: string): string => (known.includes(word) ? word : 'other');
