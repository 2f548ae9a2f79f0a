import { runQuery, type LoggedLine } from './run-query.ts';
import { listOfType, readShape, valueAt } from './shapes.ts';

/** An alert as it is deployed. */
export interface AlertRule {
  name: string;
  query: string;
  windowMs: number;
  /** How often the query is run, which is how much later than its cause an alert may come. */
  everyMs: number;
  operator: string;
  threshold: number;
}

export function readAlertRules(shape = 'two-apps'): AlertRule[] {
  return listOfType(readShape(shape), 'Microsoft.Insights/scheduledQueryRules').map((rule) => ({
    name: String(valueAt(rule, 'properties.displayName')),
    query: String(valueAt(rule, 'properties.criteria.allOf.0.query')),
    windowMs: readDuration(String(valueAt(rule, 'properties.windowSize'))),
    everyMs: readDuration(String(valueAt(rule, 'properties.evaluationFrequency'))),
    operator: String(valueAt(rule, 'properties.criteria.allOf.0.operator')),
    threshold: Number(valueAt(rule, 'properties.criteria.allOf.0.threshold')),
  }));
}

/** Which alerts a run of all queries at this time fires. */
export function findFiring(rules: readonly AlertRule[], lines: readonly LoggedLine[], nowMs: number): string[] {
  return rules
    .filter(({ query, windowMs, operator, threshold }) => {
      const count = runQuery(
        query,
        lines.filter(({ atMs }) => atMs > nowMs - windowMs && atMs <= nowMs),
        nowMs,
      ).length;
      return operator === 'LessThan' ? count < threshold : count > threshold;
    })
    .map(({ name }) => name);
}

const UNITS_MS: Readonly<Record<string, number>> = { PT_M: 60_000, PT_H: 3_600_000, P_D: 86_400_000 };

function readDuration(text: string): number {
  const [, time, count, unit] = /^(PT?)(\d+)([MHD])$/.exec(text) ?? [];
  const ms = UNITS_MS[`${time ?? ''}_${unit ?? ''}`];
  if (ms === undefined) throw new Error(`Cannot read the duration ${text}`);
  return Number(count) * ms;
}
