import type { ListQuery } from '../../../local/simulator/http/list-query.ts';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import type { SimulatorControl } from '../../../local/simulator/state/simulator.ts';
import type { Ticks } from '../../../shared/domain/values/ticks.ts';

/** A collector that meets time-outs waits so long for an answer, in real ms: no longer than the tests take, and longer than a busy machine. */
export const TIMEOUT_MS = 200;

/** The ways in which a list can fail for the sake of one incident. */
export const LIST_FAILURES: Readonly<Record<string, Fault>> = {
  'HTTP 500': { kind: 'status', status: 500 },
  'HTTP 502': { kind: 'status', status: 502 },
  'HTTP 503': { kind: 'status', status: 503 },
  'HTTP 504': { kind: 'status', status: 504 },
  'a reset': { kind: 'reset' },
  'a time-out': { kind: 'delay', ms: 5 * TIMEOUT_MS },
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

/** Makes every list fail whose window holds the incident; several failures take turns. */
export function poison(
  { control, tenantId }: { control: SimulatorControl; tenantId: string },
  incidentId: string,
  failures: readonly Fault[],
): void {
  let turn = -1;
  const holds = (query: ListQuery | undefined): boolean => {
    const incident = control.truth(tenantId).incidents.get(incidentId);
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
          return turn % failures.length === place;
        },
      },
      fault,
    });
  });
}
