import type { HistoryEntry } from '../../shared/domain/incident-rows.ts';
import type { Alert } from '../../shared/domain/incident.ts';
import type { IncidentView } from '../../shared/domain/incident-view.ts';
import { describeChange, label } from './describe-change.ts';

/** One event in an incident's story. */
export interface StoryEntry {
  at: string;
  kind: 'created' | 'change' | 'alert' | 'comment';
  title: string;
  /** Further lines, each one fact. */
  lines: readonly string[];
  severity?: string;
}

export interface StoryParts {
  incident: IncidentView;
  alerts: readonly Alert[];
  history: readonly HistoryEntry[];
}

/** What happened to an incident, newest first. */
export function toStory({ incident, alerts, history }: StoryParts): StoryEntry[] {
  const titles = new Map(alerts.map(({ alertId, title }) => [alertId, title ?? alertId]));
  const entries = [
    ...(incident.createdTime === null ? [] : [createdEntry(incident.createdTime)]),
    ...history.flatMap((entry) => toChangeEntry(entry, titles)),
    ...alerts.flatMap(toAlertEntry),
    ...incident.comments.flatMap(({ comment, createdBy, createdTime }) =>
      createdTime === null ? [] : [commentEntry(createdTime, comment, createdBy)],
    ),
  ];
  return entries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

const createdEntry = (at: string): StoryEntry => ({ at, kind: 'created', title: 'Incident created', lines: [] });

const commentEntry = (at: string, comment: string, author: string | null): StoryEntry => ({
  at,
  kind: 'comment',
  title: `Comment${author === null ? '' : ` by ${author}`}`,
  lines: [comment],
});

function toChangeEntry({ lastUpdateTime, changes }: HistoryEntry, titles: ReadonlyMap<string, string>): StoryEntry[] {
  const lines = changes.filter(({ field }) => field !== 'created').flatMap((change) => describeChange(change, titles));
  const [title, ...others] = lines;
  return title === undefined ? [] : [{ at: lastUpdateTime, kind: 'change', title, lines: others }];
}

function toAlertEntry({ createdTime, firstActivity, title, alertId, severity, category }: Alert): StoryEntry[] {
  const at = createdTime ?? firstActivity;
  if (at === null) return [];
  const lines = category === null ? [] : [label(category)];
  return [{ at, kind: 'alert', title: `Alert: ${title ?? alertId}`, lines, severity }];
}

export interface OpenTimes {
  /** Since creation; until it was resolved. */
  openMs: number | undefined;
  isOpen: boolean;
  /** How long nobody had it, all in all. */
  unassignedMs: number | undefined;
  isUnassigned: boolean;
}

/** How long the incident has been, or was, open and without an owner, as far as its stored history goes. */
export function openTimes({ incident, history }: Omit<StoryParts, 'alerts'>, nowMs: number): OpenTimes {
  const oldestFirst = history.toSorted((a, b) => (a.lastUpdateTime < b.lastUpdateTime ? -1 : 1));
  const isOpen = incident.status !== 'resolved' && incident.status !== 'redirected';
  const startMs = incident.createdTime === null ? undefined : Date.parse(incident.createdTime);
  const endMs = isOpen ? nowMs : endOf(oldestFirst, incident.lastUpdateTime);
  const isUnassigned = isNobody(incident.assignedTo);
  if (startMs === undefined) return { openMs: undefined, isOpen, unassignedMs: undefined, isUnassigned };
  return {
    openMs: endMs - startMs,
    isOpen,
    unassignedMs: sumUnassigned(oldestFirst, { startMs, endMs, isUnassigned }),
    isUnassigned,
  };
}

/** When it was closed the last time. */
function endOf(oldestFirst: readonly HistoryEntry[], lastUpdateTime: string): number {
  const closed = oldestFirst.findLast(({ changes }) => changes.some((change) => isClosing(change)));
  return Date.parse(closed?.lastUpdateTime ?? lastUpdateTime);
}

function isClosing(change: HistoryEntry['changes'][number]): boolean {
  return change.field === 'status' && 'to' in change && (change.to === 'resolved' || change.to === 'redirected');
}

interface Span {
  startMs: number;
  endMs: number;
  isUnassigned: boolean;
}

function sumUnassigned(oldestFirst: readonly HistoryEntry[], { startMs, endMs, isUnassigned }: Span): number {
  const moves = oldestFirst.flatMap(({ lastUpdateTime, changes }) =>
    changes.flatMap((change) =>
      change.field === 'assignedTo' && 'from' in change
        ? [{ atMs: Date.parse(lastUpdateTime), wasNobody: isNobody(change.from) }]
        : [],
    ),
  );
  let sum = 0;
  let fromMs = startMs;
  for (const { atMs, wasNobody } of [...moves, { atMs: endMs, wasNobody: isUnassigned }]) {
    const untilMs = Math.min(Math.max(atMs, fromMs), endMs);
    if (wasNobody) sum += Math.max(0, untilMs - fromMs);
    fromMs = Math.max(fromMs, untilMs);
  }
  return sum;
}

const isNobody = (name: unknown): boolean => name === null || name === '';
