import type { ListQuery } from './list-query.ts';

export type Role =
  | 'entra-discovery'
  | 'entra-token'
  | 'entra-consent'
  | 'identity'
  | 'vault'
  | 'defender-list'
  | 'defender-get'
  | 'unknown';

/** One request as the simulator understood it; hooks and predicates of fault rules see this. */
export interface SimulatedRequest {
  /** 1, 2, 3 … in the order of arrival. */
  sequence: number;
  role: Role;
  method: string;
  path: string;
  search: URLSearchParams;
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
  /** Of the path (Entra) or of the bearer token's `tid` (Defender, vault), lower-case; unverified. */
  tenantId: string | undefined;
  /** `defender-list` only, when `$filter`, `$top` and `$skip` could be read. */
  query?: ListQuery;
  /** `defender-get` only. */
  incidentId?: string;
}
