import type { Incident, ObservedIncident } from '../incidents/incident.ts';
import type { StoredIncident } from '../incidents/stored-incident.ts';
import { observeIncident, type Observables } from '../observables/observe-incident.ts';
import type { RowOperation, RowProperties } from '../values/table-row.ts';
import type { TenantId } from '../values/tenant-id.ts';
import { draftIndex, indexRowHash, MAX_INLINE_ROWS, toLabels, type IndexDraft } from './index-rows.ts';
import { indexKeysOf, packIndex, unpackIndex, type StoredIndex, type StoredIndexRow } from './stored-index.ts';
import { ROW_VERSION } from './incident-rows.ts';
import { encodeValue, indexKeysAt, looseIndexKey, type IndexPlace } from './row-keys.ts';
import { badValues, ownDomains, type Told } from '../observables/told.ts';

/** A version that is to replace what is stored. */
export interface VersionToIndex {
  tenantId: TenantId;
  observed: Pick<ObservedIncident, 'incident' | 'alerts' | 'missingAlerts'>;
  stored: StoredIncident | undefined;
}

/** What one version changes in the index: rows that are as they should be are not written. */
export interface IndexWrite {
  /** What the incident's own row says of its index rows. */
  column: Uint8Array;
  upserts: RowOperation[];
  /** Rows that no reader may see with the new version: they are deleted in its transaction. */
  removals: RowOperation[];
  /** Rows that the new version does not name, so that no reader believes them: they may go later. */
  laterRemovals: RowOperation[];
  /** Row that says which rows have to be cleared when `upserts` are written ahead of their version. */
  intent(): RowOperation;
  isWide: boolean;
  /** For the log of changes. */
  told: Told;
  /** By how many the incidents change of which something cannot be found. */
  leftOutChange: number;
}

export function planIndexWrite(version: VersionToIndex, shown: Incident): IndexWrite {
  const before = unpackIndex(version.stored?.index);
  const observables = observeIncident(version.observed.incident, version.observed.alerts);
  const plan = (isWide: boolean): IndexWrite =>
    planAs(
      version,
      before,
      draftIndex(version.tenantId, shown, observables, isWide),
      labelChange(version, shown),
      observables,
    );
  const write = plan(before?.isWide === true);
  return write.isWide || write.upserts.length + write.removals.length <= MOST_CHANGES ? write : plan(true);
}

/** With this many there is room for the incident's other rows, except its alerts. */
const MOST_CHANGES = MAX_INLINE_ROWS;

/** What a row shows of its incident, where the version shows it otherwise; nothing when it is as before. */
function labelChange({ stored }: VersionToIndex, { name, status, severity }: Incident): RowProperties | undefined {
  if (stored === undefined) return undefined;
  const { incident } = stored;
  const isAlike = incident.name === name && incident.status === status && incident.severity === severity;
  return isAlike ? undefined : toLabels({ name, status, severity });
}

function planAs(
  version: VersionToIndex,
  before: StoredIndex | undefined,
  draft: IndexDraft,
  labels: RowProperties | undefined,
  observables: Observables,
): IndexWrite {
  const { tenantId, observed, stored } = version;
  const { incidentId } = observed.incident;
  // What is too old is not in the index any more, as far as readers of one row alone could meet it.
  const there = stored?.isExpiring === true && before?.isWide !== true ? undefined : before;
  const after = stored?.isExpiring === true ? build(draft, there, new Map()) : build(draft, there, there?.rows);
  const kept = observed.missingAlerts === undefined ? undefined : keepRows(after, there, labels !== undefined);
  const toKey = indexKeysAt({ createdAt: after.createdAt, tenantId, incidentId });
  const rows = kept?.rows ?? after.rows;
  const result: StoredIndex = { ...after, rows, leftOut: after.leftOut + (kept?.leftOut ?? 0) };
  const known = new Set(
    there === undefined || stored?.isExpiring === true ? [] : indexKeysOf(tenantId, incidentId, there),
  );
  const upserts: RowOperation[] = [];
  for (const [value, { properties }] of draft.rows) {
    const row = rows.get(value);
    if (row === undefined) continue;
    const rowKey = toKey(value, row.generation);
    const isThere = known.has(rowKey) && there?.rows.get(value)?.contentHash === row.contentHash;
    if (!isThere) upserts.push({ kind: 'upsert', rowKey, properties });
  }
  if (labels !== undefined && !result.isWide)
    for (const [value, { generation }] of kept?.others ?? [])
      upserts.push({ kind: 'merge', rowKey: toKey(value, generation), properties: labels });
  const removals = listStale({ tenantId, incidentId }, there, result).map((rowKey): RowOperation => ({
    kind: 'delete',
    rowKey,
  }));
  // Rows that are valid by themselves must not exist together with a version that does not name them.
  const isLater = there?.isWide === true;
  return {
    column: packIndex(result),
    upserts,
    removals: isLater ? [] : removals,
    laterRemovals: isLater ? removals : [],
    intent: () => intentOf(tenantId, incidentId, [isLater ? there : undefined, result]),
    isWide: result.isWide,
    told: tell(version, observables, draft, { before: there, after: rows }),
    leftOutChange: Number(result.leftOut > 0) - Number((before?.leftOut ?? 0) > 0),
  };
}

/** Keys of rows that the new version does not name. */
function listStale(
  { tenantId, incidentId }: Pick<IndexPlace, 'tenantId' | 'incidentId'>,
  there: StoredIndex | undefined,
  result: StoredIndex,
): string[] {
  if (there === undefined) return [];
  const named = new Set(indexKeysOf(tenantId, incidentId, result));
  return indexKeysOf(tenantId, incidentId, there).filter((key) => !named.has(key));
}

/** What a row shows of its incident is no news of its value. */
function tell(
  { observed, stored }: VersionToIndex,
  observables: Observables,
  draft: IndexDraft,
  { before, after }: { before: StoredIndex | undefined; after: StoredIndex['rows'] },
): Told {
  const labels = stored === undefined || draft.isWide ? {} : toLabels(stored.incident);
  const isNews = (value: string): boolean => {
    const [known, row] = [before?.rows.get(value)?.contentHash, draft.rows.get(value)];
    if (known === undefined || row === undefined) return row !== undefined;
    return known !== row.contentHash && known !== indexRowHash({ ...row.properties, ...labels });
  };
  return {
    bad: badValues(observables.found).map(encodeValue).filter(isNews),
    gone: [...(before?.rows.keys() ?? [])].filter((value) => !after.has(value)),
    ownDomains: ownDomains(observed.incident, observed.alerts),
  };
}

/** A row of a wide index is never overwritten: a changed one gets a new key, to which the incident's row switches. */
function build(
  { isWide, createdAt, leftOut, rows: drafted }: IndexDraft,
  there: StoredIndex | undefined,
  known: StoredIndex['rows'] | undefined,
): StoredIndex {
  const isMoved = there === undefined || there.createdAt !== createdAt || there.isWide !== isWide;
  const next = (there?.generation ?? 0) + 1;
  const rows = new Map<string, StoredIndexRow>();
  for (const [value, { contentHash }] of drafted) {
    const old = isMoved ? undefined : known?.get(value);
    rows.set(value, old?.contentHash === contentHash ? old : { contentHash, generation: isWide ? next : 0 });
  }
  const isChanged = [...rows.values()].some(({ generation }) => generation === next);
  return { isWide, createdAt, leftOut, rows, generation: isChanged ? next : (there?.generation ?? 0) };
}

/**
 * A version that does not say all of its alerts keeps what leads to it by the others, as far as one transaction can hold both. It
 * is marked as not whole: the version that says all of them puts it right.
 */
function keepRows(after: StoredIndex, there: StoredIndex | undefined, isRelabelled: boolean): Kept {
  const isAlike = there?.createdAt === after.createdAt && there.isWide === after.isWide;
  if (!isAlike) return { rows: after.rows, others: [], leftOut: 1 + (there?.rows.size ?? 0) };
  const missing = [...there.rows].filter(([value]) => !after.rows.has(value));
  const room = after.isWide ? missing.length : Math.max(0, MAX_INLINE_ROWS - after.rows.size);
  // One that gets other labels has no content that a later version could have: it is written then.
  const others = missing
    .slice(0, room)
    .map(([value, row]) => [value, isRelabelled && !after.isWide ? { ...row, contentHash: '' } : row] as const);
  return { rows: new Map([...after.rows, ...others]), others, leftOut: 1 + missing.length - others.length };
}

interface Kept {
  rows: ReadonlyMap<string, StoredIndexRow>;
  others: readonly (readonly [value: string, row: StoredIndexRow])[];
  leftOut: number;
}

/** Keys of rows before and after, packed as the incident's own row packs them. */
function intentOf(
  tenantId: TenantId,
  incidentId: string,
  [before, after]: [StoredIndex | undefined, StoredIndex],
): RowOperation {
  return {
    kind: 'upsert',
    rowKey: looseIndexKey(tenantId, incidentId),
    properties: {
      v: ROW_VERSION,
      tenantId,
      incidentId,
      after: packIndex(after),
      ...(before !== undefined && { before: packIndex(before) }),
    },
  };
}

/** Keys that lead to an incident and are believed without a look at it: they have to go in the transaction that hides it. */
export function believedIndexKeys(tenantId: TenantId, { incident, index, isExpiring }: StoredIncident): string[] {
  const stored = unpackIndex(index);
  return stored === undefined || stored.isWide || isExpiring ? [] : indexKeysOf(tenantId, incident.incidentId, stored);
}
