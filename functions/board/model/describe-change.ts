import type { Comment } from '../../../shared/domain/incidents/incident.ts';
import type { FieldChange } from '../../../shared/domain/incidents/incident-changes.ts';
import { formatDay } from './format-time.ts';
import { toProductName, toWords } from './words.ts';

const MAX_TEXT = 120;

/** A change as sentences that an analyst reads; alerts by their titles where these are known. */
export function describeChange(change: FieldChange, alertTitles: ReadonlyMap<string, string>): string[] {
  if (!('from' in change)) return describeAlerts(change, alertTitles);
  const { field, from, to } = change;
  switch (field) {
    case 'assignedTo':
      return [isNothing(to) ? `Unassigned from ${show(from)}` : `Assigned to ${show(to)}`];
    case 'status':
      return [`Status: ${word(from)} → ${word(to)}`];
    case 'comments':
      return describeComments(from, to);
    case 'devices':
    case 'users':
      return [`${label(field)}: ${count(from)} → ${count(to)}`];
    case 'serviceSources':
      return [`${label(field)}: ${show(toProducts(from))} → ${show(toProducts(to))}`];
    case 'severity':
    case 'classification':
    case 'determination':
      return [`${label(field)}: ${word(from)} → ${word(to)}`];
    default:
      return [`${label(field)}: ${show(from)} → ${show(to)}`];
  }
}

/** A long list was stored as a cut text; what was added to it is not known then. */
function describeComments(from: unknown, to: unknown): string[] {
  if (!Array.isArray(to)) return ['Comments changed'];
  const before = new Set((Array.isArray(from) ? from : []).map((one) => JSON.stringify(one)));
  const added = to.filter((one) => !before.has(JSON.stringify(one)));
  return added.length === 0 ? ['Comments changed'] : added.map(describeComment);
}

function describeComment(comment: Partial<Comment> | null): string {
  const author = isNothing(comment?.createdBy) ? '' : ` by ${show(comment?.createdBy)}`;
  return `Comment${author}: ${show(comment?.comment)}`;
}

type AlertChange = Extract<FieldChange, { added: string[] }>;

function describeAlerts({ added, removed, changed }: AlertChange, titles: ReadonlyMap<string, string>): string[] {
  const name = (alertId: string): string => shorten(titles.get(alertId) ?? alertId);
  const sentence = (verb: string, ids: readonly string[]): string[] => {
    const [first, ...rest] = ids;
    if (first === undefined) return [];
    return [rest.length === 0 ? `Alert ${verb}: ${name(first)}` : `${ids.length} alerts ${verb}: ${name(first)}, …`];
  };
  return [...sentence('added', added), ...sentence('moved away', removed), ...sentence('changed', changed)];
}

/** Names that are no words. */
const LABELS: Readonly<Record<string, string>> = {
  mitreTechniques: 'MITRE techniques',
  serviceSources: 'Seen by',
  ip: 'IP address',
  url: 'URL',
  redirectIncidentId: 'Merged into',
};

const toProducts = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((one) => toProductName(String(one))) : value;

/** `assignedTo` → `Assigned to`. */
export function label(field: string): string {
  const own = LABELS[field];
  if (own !== undefined) return own;
  const words = toWords(field);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const isNothing = (value: unknown): boolean => value === null || value === '' || value === undefined;
const word = (value: unknown): string => (typeof value === 'string' ? toWords(value) : 'none');
const count = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

/** As the API writes times. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*Z$/;

function show(value: unknown): string {
  if (isNothing(value)) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : shorten(value.map(String).join(', '));
  if (typeof value === 'string') return TIME.test(value) ? formatDay(value) : shorten(value);
  return shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
