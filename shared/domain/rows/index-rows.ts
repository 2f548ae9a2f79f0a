import { canonicalJson, hashContent, hashText } from '../incidents/content-hash.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Observable } from '../observables/observable.ts';
import type { Observables } from '../observables/observe-incident.ts';
import { titleWords } from '../observables/other-values.ts';
import type { RowProperties } from '../values/table-row.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { readTicks, type Ticks } from '../values/ticks.ts';
import { ROW_VERSION } from './incident-rows.ts';
import { encodeValue } from './row-keys.ts';
import { buildRow, cutList, cutText, MAX_TEXT_CHARS } from './row-limits.ts';
import type { PackedMatch } from './stored-index.ts';

/** This many rows fit into one transaction, with the incident's other rows and the state row. */
export const MAX_INLINE_ROWS = 84;
/** Words of titles that lead to one incident; those of its own name come first. */
const MAX_WORDS = 24;
const MAX_NAME_CHARS = 300;

export interface IndexDraft {
  isWide: boolean;
  createdAt: Ticks;
  leftOut: number;
  /** By encoded value. */
  rows: ReadonlyMap<string, DraftRow>;
}

export interface DraftRow {
  properties: RowProperties;
  contentHash: string;
}

/** The rows of everything that a version can be found by. One row for all kinds that a value is of, and for all titles with a word. */
export function draftIndex(
  tenantId: TenantId,
  incident: Incident,
  observables: Observables,
  wasWide: boolean,
): IndexDraft {
  const { matches, leftOut } = groupMatches(observables.found);
  const isWide = wasWide || matches.size > MAX_INLINE_ROWS;
  const toRow = rowMaker(sharedColumns(tenantId, incident, isWide));
  return {
    isWide,
    createdAt: readTicks(incident.createdTime) ?? 0n,
    leftOut: observables.leftOut + leftOut,
    rows: new Map(Array.from(matches, ([value, own]) => [value, toRow(own)])),
  };
}

function groupMatches(found: readonly Observable[]): { matches: Map<string, Observable[]>; leftOut: number } {
  const matches = new Map<string, Observable[]>();
  const words = new Set<string>();
  let leftOut = 0;
  for (const observable of found) {
    if (observable.kind !== 'alert-title') {
      addMatch(matches, observable.value, observable);
      continue;
    }
    for (const word of titleWords(observable.value)) {
      if (words.size < MAX_WORDS) words.add(word);
      if (words.has(word)) addMatch(matches, word, observable);
      else leftOut += 1;
    }
  }
  return { matches, leftOut };
}

function addMatch(matches: Map<string, Observable[]>, value: string, observable: Observable): void {
  const key = encodeValue(value);
  if (matches.get(key)?.push(observable) === undefined) matches.set(key, [observable]);
}

function sharedColumns(tenantId: TenantId, incident: Incident, isWide: boolean): RowProperties {
  const row = buildRow();
  row.set('v', ROW_VERSION);
  row.set('tenantId', tenantId);
  row.line('incidentId', incident.incidentId);
  return { ...row.finish(), ...(isWide ? { isWide } : toLabels(incident)) };
}

/** What a result shows of its incident and a later version may change. */
export function toLabels({ name, status, severity }: Pick<Incident, 'name' | 'status' | 'severity'>): RowProperties {
  const row = buildRow();
  row.set('name', name === null ? null : cutText(name, MAX_NAME_CHARS));
  row.line('status', status);
  row.line('severity', severity);
  return row.finish();
}

/** What the rows of an incident have in common becomes canonical once: with 33 of them it is most of what is hashed. */
function rowMaker(shared: RowProperties): (own: readonly Observable[]) => DraftRow {
  const [head = '', tail = ''] = canonicalJson({ ...shared, matches: '' }).split('"matches":""');
  return (own) => {
    const { json, isCut } = cutList(own.map(packMatch), MAX_TEXT_CHARS);
    const properties: RowProperties = { ...shared, matches: json };
    if (isCut) {
      properties['truncated'] = JSON.stringify(['matches']);
      return { properties, contentHash: indexRowHash(properties) };
    }
    return { properties, contentHash: shorten(hashText(`${head}"matches":${JSON.stringify(json)}${tail}`)) };
  };
}

function packMatch({ kind, value, alertId, verdict, remediation, firstSeen, lastSeen }: Observable): PackedMatch {
  return [kind, value, alertId, verdict, remediation, packSeen(firstSeen), packSeen(lastSeen)];
}

/** Ticks, as a text: JSON has no number for them, and a time would be half as long again. */
const packSeen = (at: Ticks | undefined): string | null => at?.toString() ?? null;

/** 6 bytes, hex: whether a row would change, in a set of at most some hundred. */
export const indexRowHash = (properties: RowProperties): string => shorten(hashContent(properties));

const shorten = (hash: string): string => hash.slice(0, 12);
