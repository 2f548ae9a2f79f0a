import type { ListQuery } from './list-query.ts';

export type Role =
  | 'entra-discovery'
  | 'entra-token'
  | 'entra-consent'
  | 'identity'
  | 'vault'
  | 'defender-list'
  | 'defender-get'
  | 'graph-list'
  | 'graph-get'
  | 'graph-alerts'
  | 'graph-tenant'
  | 'unknown';

/** Roles of both sources under one name, for what is played to either. */
const EITHER_SOURCE = {
  'incident-list': ['defender-list', 'graph-list'],
  'incident-get': ['defender-get', 'graph-get'],
} as const satisfies Record<string, readonly Role[]>;

export type RoleName = Role | keyof typeof EITHER_SOURCE;

export function isRole(role: Role, name: RoleName): boolean {
  const roles: readonly Role[] = name === 'incident-list' || name === 'incident-get' ? EITHER_SOURCE[name] : [name];
  return roles.includes(role);
}

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
  /** Of the path (Entra) or of the bearer token's `tid` (Defender, Graph, vault), lower-case; unverified. */
  tenantId: string | undefined;
  /** Lists only, when their options could be read. */
  query?: ListQuery;
  /** Reads by id, and of one incident's alerts. */
  incidentId?: string;
}
