import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import { createSortedIndex, type SortedIndex } from '../basics/sorted-index.ts';
import { toIncidentJson, type IncidentContent } from './incident-json.ts';

/** One state of one incident. */
export interface IncidentVersion extends IncidentContent {
  /** Order of writing within the tenant; the highest visible one is served. */
  sequence: number;
  /** From here on (simulator's clock) it is served. */
  visibleAt: Ticks;
  /** False until it was served, and for ever if a later version became visible first. */
  wasShown: boolean;
  /** When another version took its place, or the incident was removed. */
  supersededAt: Ticks | undefined;
  /** Built at the first call. */
  json(): string;
}

/** All versions of one tenant's incidents. */
export interface IncidentStore {
  record(content: IncidentContent, visibleAt: Ticks): IncidentVersion;
  /** The version written last, visible or not. */
  latest(incidentId: string): IncidentVersion | undefined;
  /** What is served for this id now. */
  current(incidentId: string): IncidentVersion | undefined;
  /** What is served now, oldest first. */
  byUpdate(): readonly IncidentVersion[];
  byCreation(): readonly IncidentVersion[];
  /** What was served then, oldest update first. Reads every version. */
  asOf(time: Ticks): IncidentVersion[];
  versions(): readonly IncidentVersion[];
  remove(incidentId: string): void;
}

export function createIncidentStore(now: () => Ticks): IncidentStore {
  const versions: IncidentVersion[] = [];
  const latest = new Map<string, IncidentVersion>();
  const current = new Map<string, IncidentVersion>();
  const waiting = createSortedIndex<IncidentVersion>(
    (a, b) => order(a.visibleAt, b.visibleAt) || a.sequence - b.sequence,
  );
  const updates = createSortedIndex(byTicks((version) => version.updatedAt));
  const creations = createSortedIndex(byTicks((version) => version.createdAt));

  const hide = (incidentId: string, at: Ticks): void => {
    const shown = current.get(incidentId);
    if (shown === undefined) return;
    shown.supersededAt = at;
    updates.remove(shown);
    creations.remove(shown);
    current.delete(incidentId);
  };
  const show = (version: IncidentVersion): void => {
    if ((current.get(version.incidentId)?.sequence ?? -1) > version.sequence) return;
    hide(version.incidentId, version.visibleAt);
    version.wasShown = true;
    current.set(version.incidentId, version);
    updates.add(version);
    creations.add(version);
  };
  const reveal = (): void => {
    for (const version of takeUntil(waiting, now())) show(version);
  };

  return {
    record(content, visibleAt) {
      const version = toVersion(content, versions.length, visibleAt);
      versions.push(version);
      latest.set(content.incidentId, version);
      reveal();
      if (visibleAt <= now()) show(version);
      else waiting.add(version);
      return version;
    },
    latest: (incidentId) => latest.get(incidentId),
    current(incidentId) {
      reveal();
      return current.get(incidentId);
    },
    byUpdate() {
      reveal();
      return updates.items;
    },
    byCreation() {
      reveal();
      return creations.items;
    },
    asOf(time) {
      const then = new Map<string, IncidentVersion>();
      for (const version of versions) if (version.visibleAt <= time) then.set(version.incidentId, version);
      return [...then.values()].sort(byTicks((version) => version.updatedAt));
    },
    versions() {
      reveal();
      return versions;
    },
    remove(incidentId) {
      latest.delete(incidentId);
      for (const version of waiting.items.filter((one) => one.incidentId === incidentId)) waiting.remove(version);
      hide(incidentId, now());
    },
  };
}

function toVersion(content: IncidentContent, sequence: number, visibleAt: Ticks): IncidentVersion {
  let json: string | undefined;
  return {
    ...content,
    sequence,
    visibleAt,
    wasShown: false,
    supersededAt: undefined,
    json: () => (json ??= toIncidentJson(content)),
  };
}

function takeUntil(waiting: SortedIndex<IncidentVersion>, time: Ticks): IncidentVersion[] {
  const due: IncidentVersion[] = [];
  for (const version of waiting.items) {
    if (version.visibleAt > time) break;
    due.push(version);
  }
  for (const version of due) waiting.remove(version);
  return due;
}

function byTicks(timeOf: (version: IncidentVersion) => Ticks): (a: IncidentVersion, b: IncidentVersion) => number {
  return (a, b) => order(timeOf(a), timeOf(b)) || a.sequence - b.sequence;
}

function order(a: Ticks, b: Ticks): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
