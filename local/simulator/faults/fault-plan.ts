import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import { isRole, type SimulatedRequest } from '../http/simulated-request.ts';
import type { DeliveryFault, Fault, FaultRule, FaultRuleState, ListFault, ReplacingFault } from '../state/fault.ts';

/** What happens to one answer. */
export interface PlannedFaults {
  names: string[];
  replacing: ReplacingFault | undefined;
  delivery: DeliveryFault[];
  list: ListFault[];
}

export interface FaultPlan {
  add(rule: FaultRule): void;
  remove(name: string): void;
  clear(): void;
  states(): FaultRuleState[];
  /** Counts the request in every rule and uses up those that apply; after a replacing fault no later rule is used. */
  take(request: SimulatedRequest): PlannedFaults;
}

const LIST_KINDS: readonly string[] = [
  'clamp-top',
  'ignore-bound',
  'filter-precision',
  'next-link',
  'stale-replica',
] satisfies ListFault['kind'][];
const DELIVERY_KINDS: readonly string[] = [
  'delay',
  'truncated-json',
  'slow-drip',
  'warning',
  'token-claims',
] satisfies DeliveryFault['kind'][];

export function createFaultPlan(now: () => Ticks): FaultPlan {
  let states: FaultRuleState[] = [];
  return {
    add(rule) {
      states = [...states, { rule, matched: 0, served: 0, lastServedAt: undefined }];
    },
    remove(name) {
      states = states.filter(({ rule }) => rule.name !== name);
    },
    clear() {
      states = [];
    },
    states: () => states.map((state) => ({ ...state })),
    take(request) {
      const planned: PlannedFaults = { names: [], replacing: undefined, delivery: [], list: [] };
      for (const state of states) {
        if (!isMatch(state.rule, request)) continue;
        state.matched += 1;
        if (planned.replacing !== undefined || !isDue(state)) continue;
        state.served += 1;
        state.lastServedAt = now();
        planned.names.push(state.rule.name);
        assign(planned, state.rule.fault);
      }
      return planned;
    },
  };
}

function isMatch({ match }: FaultRule, request: SimulatedRequest): boolean {
  return (
    isRole(request.role, match.role) &&
    (match.tenantId === undefined || match.tenantId.toLowerCase() === request.tenantId) &&
    (match.skip === undefined || match.skip === request.query?.skip) &&
    (match.predicate === undefined || match.predicate(request))
  );
}

function isDue({ rule: { match, times }, matched, served }: FaultRuleState): boolean {
  return (
    served < (times ?? Infinity) &&
    matched === (match.nthMatching ?? matched) &&
    matched % (match.every ?? 1) === 0 &&
    matched >= (match.from ?? 1) &&
    matched <= (match.to ?? Infinity)
  );
}

function assign(planned: PlannedFaults, fault: Fault): void {
  if (isListFault(fault)) planned.list.push(fault);
  else if (isDeliveryFault(fault)) planned.delivery.push(fault);
  else planned.replacing = fault;
}

function isListFault(fault: Fault): fault is ListFault {
  return LIST_KINDS.includes(fault.kind);
}

function isDeliveryFault(fault: Fault): fault is DeliveryFault {
  return DELIVERY_KINDS.includes(fault.kind);
}
