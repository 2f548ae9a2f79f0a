import type { FieldChange } from '../../../shared/domain/incidents/incident-changes.ts';
import type { ShownChange } from '../../../shared/domain/views/change-list.ts';
import { describeChange, label } from '../model/describe-change.ts';
import { toWords } from '../model/words.ts';

type ValueChange = Extract<FieldChange, { from: unknown }>;
type AlertChange = Extract<FieldChange, { added: string[] }>;

const NO_TITLES: ReadonlyMap<string, string> = new Map();

/** What happened to one incident, in words; several changes of a field are one, from the first value to the last. */
export function describeNews(changes: readonly ShownChange[]): string[] {
  const kinds = new Set(changes.map(({ kind }) => kind));
  const fields = changes.flatMap((change) => change.changes);
  const values = mergeValues(fields.filter((change): change is ValueChange => 'from' in change));
  const isClosed = changes.at(-1)?.status === 'resolved' && kinds.has('resolved');
  const rest = [...values.values()].filter(({ field }) => !isRedundant(field, isClosed, kinds.has('reopened')));
  return [
    ...(kinds.has('appeared') ? ['New'] : []),
    ...(kinds.has('reopened') ? ['Reopened'] : []),
    ...(isClosed ? [describeVerdict(values)] : []),
    ...(kinds.has('merged') ? ['Merged into another incident'] : []),
    ...rest.sort(severityFirst).flatMap((change) => describeValue(change)),
    ...describeAlerts(fields.filter((change): change is AlertChange => 'added' in change)),
  ];
}

function mergeValues(changes: readonly ValueChange[]): Map<string, ValueChange> {
  const merged = new Map<string, ValueChange>();
  for (const { field, from, to } of changes) merged.set(field, { field, from: merged.get(field)?.from ?? from, to });
  for (const [field, { from, to }] of merged) if (JSON.stringify(from) === JSON.stringify(to)) merged.delete(field);
  return merged;
}

/** What the words for a whole kind of change say already. */
function isRedundant(field: string, isClosed: boolean, isReopened: boolean): boolean {
  if (field === 'created') return true;
  if (field === 'status') return isClosed || isReopened;
  return isClosed && (field === 'classification' || field === 'determination');
}

/** The source names only the owner, not who resolved the incident. */
function describeVerdict(values: ReadonlyMap<string, ValueChange>): string {
  const verdict = ['classification', 'determination'].flatMap((field) => {
    const to = values.get(field)?.to;
    return typeof to === 'string' && to !== '' ? [toWords(to)] : [];
  });
  return verdict.length === 0 ? 'Resolved' : `Resolved as ${verdict.join(', ')}`;
}

const severityFirst = (a: ValueChange, b: ValueChange): number =>
  Number(b.field === 'severity') - Number(a.field === 'severity');

function describeValue(change: ValueChange): string[] {
  if (change.field !== 'severity') return describeChange(change, NO_TITLES);
  return [`Severity ${severityWord(change.from)} → ${severityWord(change.to)}`];
}

const severityWord = (value: unknown): string => (typeof value === 'string' ? label(value) : 'none');

function describeAlerts(changes: readonly AlertChange[]): string[] {
  const countOf = (name: 'added' | 'removed' | 'changed'): number =>
    new Set(changes.flatMap((change) => change[name])).size;
  const sentence = (verb: string, count: number): string[] =>
    count === 0 ? [] : [`${count} ${count === 1 ? 'alert' : 'alerts'} ${verb}`];
  return [
    ...sentence('added', countOf('added')),
    ...sentence('moved away', countOf('removed')),
    ...sentence('changed', countOf('changed')),
  ];
}
