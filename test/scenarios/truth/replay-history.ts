import { isDeepStrictEqual } from 'node:util';
import type { StoredVersion } from './compare-history.ts';
import type { ExpectedIncident } from './expected-content.ts';

/** Applies the changes oldest first: each `from` is what was there before, and at the end stands the shown version. */
export function replayHistory(versions: readonly StoredVersion[], current: ExpectedIncident): string[] {
  const problems: string[] = [];
  const known = new Map<string, unknown>(Object.entries(versions[0]?.content?.incident ?? {}));
  const alerts = versions[0]?.content?.alerts.map(({ alertId }) => String(alertId));
  let ids = alerts === undefined ? undefined : new Set(alerts);
  for (const { changes } of versions.slice(1))
    for (const change of changes) {
      if ('added' in change) ids = ids === undefined ? undefined : applyAlerts(ids, change);
      else if (change.field !== 'wentBack') {
        const before = known.get(change.field);
        if (known.has(change.field) && !isSame(before, change.from))
          problems.push(`${change.field} was something else`);
        known.set(change.field, change.to);
      }
    }
  for (const [field, value] of known)
    if (!UNTRACKED.includes(field) && !isSame(value, current.incident[field])) problems.push(`${field} ends otherwise`);
  const shown = current.alerts.map(({ alertId }) => String(alertId));
  if (ids !== undefined && !isSame([...ids], shown)) problems.push('its alerts end otherwise');
  return problems;
}

/** The times and the count name the version and do not count as changes. */
const UNTRACKED = ['lastUpdateTime', 'alertsCount', 'created'];

function applyAlerts(ids: Set<string>, { added, removed }: { added: string[]; removed: string[] }): Set<string> {
  const kept = [...ids].filter((id) => !removed.includes(id));
  return new Set([...kept, ...added]);
}

function isSame(a: unknown, b: unknown): boolean {
  const inOrder = (value: unknown): unknown =>
    Array.isArray(value) ? value.map((entry) => JSON.stringify(entry)).sort() : value;
  return isDeepStrictEqual(inOrder(a), inOrder(b));
}
