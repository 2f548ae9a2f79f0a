import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { ListQuery } from '../http/list-query.ts';
import { isRole, type Role, type RoleName } from '../http/simulated-request.ts';

/** One answer that left the simulator. */
export interface LogEntry {
  sequence: number;
  /** Simulator's clock, when the request had arrived. */
  at: Ticks;
  role: Role;
  method: string;
  path: string;
  tenantId: string | undefined;
  query: ListQuery | undefined;
  incidentId: string | undefined;
  /** 0: the connection was cut without an answer. */
  status: number;
  /** Names of the fault rules that touched this answer, in the order of the rules. */
  faults: string[];
  /** A list fault made this page differ from the one that would have been sent. */
  isAltered: boolean;
  /** Incidents in the answer. */
  items: number;
  /** The `error.code` (Defender, vault) or AADSTS number (Entra) of a refusal. */
  code: string | undefined;
}

/** Every given part must be equal; `fault` is one rule name among the entry's. */
export interface LogMatch {
  role?: RoleName;
  tenantId?: string;
  status?: number;
  fault?: string;
  code?: string;
  /** Only entries after this sequence number. */
  after?: number;
}

export function isLogMatch(entry: LogEntry, match: LogMatch): boolean {
  return (
    (match.role === undefined || isRole(entry.role, match.role)) &&
    (match.tenantId === undefined || entry.tenantId === match.tenantId.toLowerCase()) &&
    (match.status === undefined || entry.status === match.status) &&
    (match.code === undefined || entry.code === match.code) &&
    (match.after === undefined || entry.sequence > match.after) &&
    (match.fault === undefined || entry.faults.includes(match.fault))
  );
}
