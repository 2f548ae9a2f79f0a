import type { ObservableKind } from '../../../shared/domain/observables/observable.ts';
import type { FoundIncident, FoundMatch, Searched, SearchedPlace } from '../../../shared/domain/views/search-view.ts';
import { formatLocal } from '../model/format-time.ts';
import { kindName } from '../model/kind-name.ts';
import { countOf } from '../model/words.ts';

/** What was looked at, as a sentence: an empty answer means no more than this. */
export function describeSearched(searched: Searched & SearchedPlace, nowMs: number): string {
  const { kinds, incidents, since, indexedThrough, isPrefix, words } = searched;
  const what = kinds.map(kindName).join(', ');
  const begins = isPrefix ? ', or what begins so' : '';
  const how = words.length > 1 ? ` (every word${begins})` : isPrefix ? ' (or what begins so)' : '';
  const when = since === null ? 'since the first read' : `last seen since ${formatLocal(since, nowMs)}`;
  const until = indexedThrough === null ? '' : `, indexed up to ${formatLocal(indexedThrough, nowMs)}`;
  return `Searched: ${what}${how} in ${countOf(incidents, 'stored incident')}, open and closed, of all customers, ${when}${until}.${isName(searched) ? ' Subdomains of it were not.' : ''}`;
}

const isName = ({ kinds, value }: Searched): boolean => kinds.includes('domain') && value.includes('.');

/** What of it was not looked at, as sentences. */
export function describeHoles({ notIndexed, notIndexedCount, leftOutIncidents }: SearchedPlace): string | undefined {
  const names = notIndexed.map(({ tenantName, tenantId }) => tenantName ?? tenantId).join(', ');
  const more = notIndexedCount > notIndexed.length ? ` and ${notIndexedCount - notIndexed.length} more` : '';
  const parts = [
    ...(notIndexedCount > 0 ? [`Older incidents are not searched yet at: ${names}${more}.`] : []),
    ...(leftOutIncidents > 0
      ? [`${countOf(leftOutIncidents, 'incident')} hold more values than can be searched.`]
      : []),
  ];
  return parts.length === 0 ? undefined : parts.join(' ');
}

export interface FoundGroup {
  kind: ObservableKind;
  entries: { incident: FoundIncident; match: FoundMatch }[];
}

/** By kind, in the order of the answer; an incident stands below each kind by which it was found, once for each value. */
export function groupByKind(incidents: readonly FoundIncident[]): FoundGroup[] {
  const groups = new Map<ObservableKind, FoundGroup>();
  for (const incident of incidents)
    for (const match of incident.matches) {
      const group = groups.get(match.kind) ?? { kind: match.kind, entries: [] };
      group.entries.push({ incident, match });
      groups.set(match.kind, group);
    }
  return [...groups.values()];
}

/** The value in three parts, the second of which was asked for. */
export function markValue(value: string, sought: Pick<Searched, 'value' | 'words'>): [string, string, string] {
  const folded = value.toLowerCase();
  const [text = ''] = [sought.value.toLowerCase(), ...sought.words].filter((part) => folded.includes(part));
  const at = folded.indexOf(text);
  return [value.slice(0, at), value.slice(at, at + text.length), value.slice(at + text.length)];
}
