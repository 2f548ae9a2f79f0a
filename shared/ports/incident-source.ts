import type { ObservedIncident, SourceName } from '../domain/incidents/incident.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';
import type { Ticks } from '../domain/values/ticks.ts';

/** What to request from the source. Every bound is `ge` for `…From` and `lt` for `…To`, in ticks. */
export interface IncidentQuery {
  updatedFrom: Ticks;
  /** Absent: no upper bound in the filter, so that an incident which changes every second is still in the response. */
  updatedTo?: Ticks;
  createdFrom?: Ticks;
  createdTo?: Ticks;
  /** One status in the source's own spelling, e.g. `InProgress`. */
  status?: string;
  /** Most incidents in the response, 1 to `TenantIncidents.maxTop`. */
  top: number;
  skip?: number;
  /** Incidents come with `missingAlerts`, where the source can leave alerts out. */
  withoutAlerts?: boolean;
}

export interface IncidentPage {
  /** Incidents with an id, in the order of the response, each id as often as it was sent. */
  incidents: ObservedIncident[];
  /** Update times of the entries that had no id and were left out; `updatedFrom` of the query for one without a time. */
  withoutId: Ticks[];
  /** Entries in the response, those without an id included. */
  count: number;
  /** Statuses seen, in the source's own spelling. */
  sourceStatuses: string[];
  /** The same-origin link to more of this response; its presence means that this page proves nothing. */
  nextLink: string | undefined;
  /** The source marked the response as incomplete (status 206, or a `Warning` that says so). */
  isPartial: boolean;
  /** The response's own `Date` minus the request's duration on the monotonic clock minus 1 s. */
  visibleUntil: Ticks;
}

/**
 * One tenant's incidents. Each call is exactly one HTTP request and never repeats itself; failures are `AppError`s:
 * codes `throttled` (retryAfterMs), `source-unavailable` (5xx, reset, time-out; retriable), `unauthorized` (401),
 * `missing-role`, `not-licensed`, `forbidden` (403), `bad-page` (not JSON, cut, HTML), `page-too-large`, `foreign-next-link`,
 * `bad-request` (400).
 */
export interface TenantIncidents {
  readonly source: SourceName;
  /** The documented page limit: 100 for Defender, 50 for Graph. */
  readonly maxTop: number;
  /** Statuses that it is known to have, in its own spelling; it may have others. */
  readonly statuses: readonly string[];
  list(query: IncidentQuery): Promise<IncidentPage>;
  follow(nextLink: string, updatedFrom: Ticks): Promise<IncidentPage>;
  /** One incident by id, or `undefined` when the source returns 404. */
  get(incidentId: string, options?: Pick<IncidentQuery, 'withoutAlerts'>): Promise<ObservedIncident | undefined>;
  /**
   * An incident with `missingAlerts` and the alerts of one more response; some may still be missing. `incomplete-answer` if
   * they cannot be read. Absent: this source always sends all of them, also when they are not requested.
   */
  addAlerts?(observed: ObservedIncident): Promise<ObservedIncident>;
  /** Drops the tenant's token, so that the next call requests a new one from Entra. */
  dropToken(): void;
}

export interface IncidentSource {
  /** Gets and checks the tenant's token (its claims: shared/domain/entra/token-claims.ts) and returns a reader that can see this tenant only. */
  open(tenantId: TenantId): Promise<TenantIncidents>;
}
