import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { SEVERITY_ORDER } from '../model/select-incidents.ts';

export type ShownSeverity = (typeof SEVERITY_ORDER)[number];

/** Open incidents of one customer. */
export interface OpenCount {
  all: number;
  by: Readonly<Record<ShownSeverity, number>>;
}

export const NONE_OPEN: OpenCount = { all: 0, by: { high: 0, medium: 0, low: 0, informational: 0, unknown: 0 } };

/** By tenant id; a word of severity that is not known counts as unknown. */
export function countOpen(
  incidents: readonly Pick<ListedIncident, 'tenantId' | 'severity'>[],
): ReadonlyMap<string, OpenCount> {
  const counts = new Map<string, { all: number; by: Record<ShownSeverity, number> }>();
  for (const { tenantId, severity } of incidents) {
    const count = counts.get(tenantId) ?? { all: 0, by: { ...NONE_OPEN.by } };
    count.all += 1;
    count.by[SEVERITY_ORDER.find((one) => one === severity) ?? 'unknown'] += 1;
    counts.set(tenantId, count);
  }
  return counts;
}

/** Negative when the first has the worse ones: more of the worst severity in which they differ. */
export function compareOpen(a: OpenCount, b: OpenCount): number {
  const differing = SEVERITY_ORDER.find((severity) => a.by[severity] !== b.by[severity]);
  return differing === undefined ? 0 : b.by[differing] - a.by[differing];
}
