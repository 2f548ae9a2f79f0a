import type { ListQuery } from '../../../local/simulator/http/list-query.ts';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import type { SimulatorControl } from '../../../local/simulator/state/simulator.ts';
import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { TimeLimits } from '../../helpers/time-limits.ts';

/** Longer than a test waits for the end of a hanging request. */
const HANGS_MS = 1_000;

/** The ways in which a list can fail for the sake of one incident. */
export const LIST_FAILURES: Readonly<Record<string, Fault>> = {
  'HTTP 500': { kind: 'status', status: 500 },
  'HTTP 502': { kind: 'status', status: 502 },
  'HTTP 503': { kind: 'status', status: 503 },
  'HTTP 504': { kind: 'status', status: 504 },
  'a reset': { kind: 'reset' },
  'a time-out': { kind: 'delay', ms: HANGS_MS },
  'a body that is cut': { kind: 'truncated-json', how: 'abort' },
  HTML: { kind: 'html' },
};

/** Whether the incident lies in the window of update times that is asked for. */
export function isAskedFor({ conditions }: ListQuery, at: Ticks): boolean {
  return conditions.every((condition) => {
    if (condition.field !== 'lastUpdateTime' || !('ticks' in condition)) return true;
    return condition.operator === 'lt' ? at < condition.ticks : at >= condition.ticks;
  });
}

/** Makes every list fail whose window holds the incident; several failures take turns. A list that hangs reaches its limit at once. */
export function poison(
  { control, tenantId }: { control: SimulatorControl; tenantId: string },
  incidentId: string,
  failures: readonly Fault[],
  limits?: TimeLimits,
): void {
  let turn = -1;
  const holds = (query: ListQuery | undefined): boolean => {
    const incident = control.incident(tenantId, incidentId);
    return query !== undefined && incident !== undefined && isAskedFor(query, incident.lastUpdateTime);
  };
  failures.forEach((fault, place) => {
    control.addFault({
      name: `poison ${incidentId}`,
      match: {
        role: 'incident-list',
        tenantId,
        predicate: ({ query }) => {
          if (!holds(query)) return false;
          if (place === 0) turn += 1;
          const fails = turn % failures.length === place;
          if (fails && fault.kind === 'delay') limits?.expire();
          return fails;
        },
      },
      fault,
    });
  });
}
