import type { Alert } from '../../../shared/domain/incidents/incident.ts';
import type { HistoryEntry } from '../../../shared/domain/rows/incident-rows.ts';
import type { IncidentView } from '../../../shared/domain/views/incident-view.ts';
import { describeChange } from '../model/describe-change.ts';
import { knownSince } from './open-times.ts';

/** One event in an incident's story. */
export interface StoryEntry {
  at: string;
  kind: 'created' | 'change' | 'comment';
  title: string;
  /** Further lines, each one fact. */
  lines: readonly string[];
  /** When it was noticed, if later than it happened. */
  noticed?: { how: string; at: string };
}

export interface StoryParts {
  incident: IncidentView;
  alerts: readonly Alert[];
  history: readonly HistoryEntry[];
}

/** What was done about an incident, newest first; its alerts are told apart. */
export function toStory({ incident, alerts, history }: StoryParts): StoryEntry[] {
  const titles = new Map(alerts.map(({ alertId, title }) => [alertId, title ?? alertId]));
  const entries = [
    ...(incident.createdTime === null ? [] : [createdEntry(incident.createdTime)]),
    ...toBeginning(incident, history),
    ...history.flatMap((entry) => toChangeEntry(entry, titles)),
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

/** Where the history begins, if that is later than the incident itself. */
function toBeginning(incident: IncidentView, history: readonly HistoryEntry[]): StoryEntry[] {
  const { atMs, isWhole } = knownSince(incident, history);
  if (isWhole) return [];
  const noticed = { how: 'First read here', at: incident.firstCollectedAt };
  const lines = ['What changed before is not known.'];
  return [{ at: new Date(atMs).toISOString(), kind: 'created', title: 'The history begins', lines, noticed }];
}
