import { isOpen } from '../../../shared/domain/incidents/incident.ts';
import type { FieldChange } from '../../../shared/domain/incidents/incident-changes.ts';
import type { HistoryEntry } from '../../../shared/domain/rows/incident-rows.ts';
import type { IncidentView } from '../../../shared/domain/views/incident-view.ts';

export interface OpenTimes {
  /** While it was open, all in all, as far as that is known. */
  openMs: number;
  isOpen: boolean;
  /** The part of it without an owner. */
  unassignedMs: number;
  isUnassigned: boolean;
  /** Known from its creation on; otherwise only from the first version that was read. */
  isWhole: boolean;
  reopened: number;
}

/** How long the incident has been, or was, open and without an owner, in the time that its stored history covers. */
export function openTimes(
  { incident, history }: { incident: IncidentView; history: readonly HistoryEntry[] },
  nowMs: number,
): OpenTimes {
  const { atMs, isWhole } = knownSince(incident, history);
  const moves = listMoves(history);
  const present = { status: incident.status, assignedTo: incident.assignedTo };
  let { status, assignedTo } = { ...present, ...beforeAll(moves) };
  const sum = { openMs: 0, unassignedMs: 0, reopened: 0 };
  let reachedMs = atMs;
  const passTo = (untilMs: number): void => {
    const passedMs = isOpen(status) ? Math.max(0, untilMs - reachedMs) : 0;
    sum.openMs += passedMs;
    if (isNobody(assignedTo)) sum.unassignedMs += passedMs;
    reachedMs = Math.max(reachedMs, untilMs);
  };
  for (const move of moves) {
    passTo(move.atMs);
    if (move.field === 'assignedTo') assignedTo = move.to;
    else {
      if (!isOpen(status) && isOpen(move.to ?? '')) sum.reopened += 1;
      status = move.to ?? '';
    }
  }
  passTo(nowMs);
  return { ...sum, isOpen: isOpen(present.status), isUnassigned: isNobody(present.assignedTo), isWhole };
}

/** A first version that is no older than this is as good as the creation. */
const MOMENT_MS = 10 * 60_000;

/** From when on it is known how the incident was: from its first version on, which it had until the next one. */
export function knownSince(
  { createdTime, lastUpdateTime }: IncidentView,
  history: readonly HistoryEntry[],
): { atMs: number; isWhole: boolean } {
  const firstMs = Math.min(...history.map((entry) => Date.parse(entry.lastUpdateTime)), Date.parse(lastUpdateTime));
  const createdMs = createdTime === null ? NaN : Date.parse(createdTime);
  const isWhole = firstMs - createdMs <= MOMENT_MS;
  return { atMs: isWhole ? createdMs : firstMs, isWhole };
}

interface Move {
  atMs: number;
  field: 'status' | 'assignedTo';
  from: string | null;
  to: string | null;
}

/** Changes of status and owner, oldest first. */
function listMoves(history: readonly HistoryEntry[]): Move[] {
  return history
    .toSorted((a, b) => (a.lastUpdateTime < b.lastUpdateTime ? -1 : 1))
    .flatMap(({ lastUpdateTime, changes }) => changes.flatMap((change) => toMove(Date.parse(lastUpdateTime), change)));
}

function toMove(atMs: number, change: FieldChange): Move[] {
  const { field } = change;
  if ((field !== 'status' && field !== 'assignedTo') || !('from' in change)) return [];
  return [{ atMs, field, from: textOf(change.from), to: textOf(change.to) }];
}

/** What the first changes say was there before them. */
function beforeAll(moves: readonly Move[]): { status?: string; assignedTo?: string | null } {
  const status = moves.find(({ field }) => field === 'status');
  const owner = moves.find(({ field }) => field === 'assignedTo');
  return {
    ...(status !== undefined && { status: status.from ?? '' }),
    ...(owner !== undefined && { assignedTo: owner.from }),
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const isNobody = (name: string | null): boolean => name === null || name === '';
