import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import type { Api } from '../data/api.ts';
import { ApiError } from '../data/api-error.ts';
import type { IncidentReference } from '../model/incident-link.ts';

export type FoundIncident = Pick<ListedIncident, 'tenantId' | 'tenantName' | 'incidentId' | 'name'>;

export interface Places {
  api: Pick<Api, 'incident'>;
  /** Incidents that the page has already. */
  loaded: readonly FoundIncident[];
  tenantIds: readonly string[];
}

const AT_ONCE = 8;

/**
 * The stored incidents that a pasted reference may mean, closed ones too. A number is unique only in its tenant, and no list is
 * sorted by it: every tenant is read, which costs the storage one row each.
 */
export async function findIncident(places: Places, reference: IncidentReference): Promise<FoundIncident[]> {
  const { incidentId, tenantId } = reference;
  const loaded = places.loaded.filter((one) => one.incidentId === incidentId);
  const known = tenantId === undefined ? loaded : loaded.filter((one) => one.tenantId === tenantId);
  const rest = (tenantId === undefined ? places.tenantIds : [tenantId]).filter(
    (id) => !known.some((one) => one.tenantId === id),
  );
  const found: FoundIncident[] = [...known];
  for (let at = 0; at < rest.length; at += AT_ONCE) {
    const answers = await Promise.all(rest.slice(at, at + AT_ONCE).map((id) => ask(places.api, id, incidentId)));
    found.push(...answers.flat());
  }
  return found;
}

async function ask(api: Places['api'], tenantId: string, incidentId: string): Promise<FoundIncident[]> {
  try {
    const { incident } = await api.incident(tenantId, incidentId);
    return [incident];
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}
