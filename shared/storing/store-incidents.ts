import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { saysTheSame } from '../domain/incidents/incident-changes.ts';
import type { StoredAlertKey, StoredIncident } from '../domain/incidents/stored-incident.ts';
import { GAP_REASONS, waitsForAlerts, type Gap } from '../domain/reading/gaps.ts';
import type { IncidentVersion } from '../domain/rows/draft-incident-rows.ts';
import { fingerprintOf } from '../domain/rows/fingerprints.ts';
import { gatherIncidents } from '../domain/rows/gather-incidents.ts';
import { keepKnownAlerts } from '../domain/rows/keep-known-alerts.ts';
import { ALERT_KEY_COLUMNS, readAlertKey, readIncidentRow } from '../domain/rows/read-incident-rows.ts';
import { textColumn } from '../domain/rows/row-columns.ts';
import { alertRange, encodeId, incidentKey, tenantListRange } from '../domain/rows/row-keys.ts';
import { mapLimited } from '../domain/values/map-limited.ts';
import { shardOf } from '../domain/values/tenant-id.ts';
import { maxTicks, minTicks, readTicks, TICKS_PER_DAY, TICKS_PER_MS, type Ticks } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import { isStorageFailure } from '../tables/is-storage-failure.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import type { WriteDeps } from './commit-repairing.ts';
import { findNewIncidents } from './find-new-incidents.ts';
import { writeIncidents, type Advance, type ListedVersion } from './write-incidents.ts';

export interface StoreDeps extends WriteDeps {
  /** One read by id at the source; `undefined` when the source has no such incident. Fails with `incident-unreadable`. */
  readById(incidentId: string): Promise<ObservedIncident | undefined>;
  /** The same for one that is stored without its alerts if it cannot be read. */
  tryById(incidentId: string): Promise<ObservedIncident | undefined>;
}

export interface StoreRequest {
  incidents: readonly ObservedIncident[];
  isBackfill: boolean;
  /** Fingerprint → update time of versions known to be stored. Gains every version of this request. */
  known: Map<string, Ticks>;
  advance: Advance;
  /** Incidents without their alerts that one of these stands for are not asked for: they are when it is due. */
  waiting: readonly Gap[];
  /** What was stored whole since then is not asked for again because it is listed without alerts. */
  wholeSince: Ticks;
  /** What cannot be settled by id is as it is listed: the list has shown it for long enough. */
  believesList: boolean;
  /** Hears of what had to be settled by id and cannot be read so, before anything is written. It is left as it is. */
  onUnreadable(observed: ObservedIncident): void;
}

interface SettleRequest extends StoreRequest {
  news: ReadonlySet<string>;
  /** Hears of what is stored without its alerts and not asked for yet: it is not known whole. */
  onPending(observed: ObservedIncident): void;
}

/** Point reads of one page under way at once; the partition serves 2,000 rows a second. */
const READS_AT_ONCE = 8;
/** From here on one range read is cheaper than point reads that mostly find the version stored. */
const RANGE_READ_FROM = 8;

/**
 * Stores the versions that are not stored yet, oldest first, as many whole incidents a transaction as fit. Answers how many
 * versions were written; none of them twice, whoever else works on the tenant.
 */
export async function storeIncidents(deps: StoreDeps, request: StoreRequest): Promise<number> {
  const newest = [...gatherIncidents(new Map(), request.incidents).values()];
  const disputed = newest.filter(({ disputedBy }) => disputedBy !== undefined);
  const fresh = newest.filter(
    (observed) => observed.disputedBy === undefined && !request.known.has(fingerprintOf(observed)),
  );
  const unstored = [...disputed, ...(await dropStored(deps, fresh))];
  const news = await findNewIncidents(deps, unstored);
  const unreadable = new Set<ObservedIncident>();
  const onUnreadable = (observed: ObservedIncident): void => {
    unreadable.add(observed);
    request.onUnreadable(observed);
  };
  const isSettled = (observed: ObservedIncident): boolean =>
    observed.disputedBy === undefined && !unreadable.has(observed);
  const isApart = unstored.some(({ missingAlerts }) => missingAlerts !== undefined);
  const parts = isApart ? toParts(unstored, news, deps.table.serviceTime()) : [unstored];
  let stored = 0;
  for (const [at, part] of parts.entries()) {
    const { found, failure } = await settlePart(part, isApart ? 1 : READS_AT_ONCE, async (observed) => ({
      // The cursor follows the listed time: a version that was settled by id may carry another one.
      listedAt: observed.updatedAt,
      version: await toVersion(deps, observed, {
        ...request,
        news,
        onUnreadable,
        onPending: (one) => unreadable.add(one),
      }),
    }));
    const listed = found
      .filter((entry): entry is ListedVersion => entry.version !== undefined)
      .sort((a, b) => compareTicks(a.listedAt, b.listedAt));
    const next = part[found.length]?.updatedAt ?? parts[at + 1]?.[0]?.updatedAt;
    await writeIncidents(deps, listed, (state, reached, count) => request.advance(state, reached ?? next, count));
    const versions = listed.map(({ version }) => version.observed);
    const whole = versions.filter(({ missingAlerts }) => missingAlerts === undefined);
    for (const observed of [...part.slice(0, found.length).filter(isSettled), ...whole])
      request.known.set(fingerprintOf(observed), observed.updatedAt);
    stored += versions.length;
    if (failure === undefined) continue;
    // Also where nothing of it was new: the next run must not ask for the same incidents again, and get no further.
    const hasComeFurther = at > 0 || found.length > 0;
    if (hasComeFurther && listed.length === 0)
      await deps.session.commit({ change: (state) => request.advance(state, next, 0) });
    if (hasCode(failure, 'budget-spent'))
      await storeUnasked(deps, [...part.slice(found.length), ...parts.slice(at + 1).flat()], { ...request, news });
    throw failure;
  }
  for (const observed of newest.filter(isSettled)) request.known.set(fingerprintOf(observed), observed.updatedAt);
  return stored;
}

/**
 * What is new is stored as it was listed where no call is left to ask for its alerts. The next run reads it again: nothing is claimed
 * of it.
 */
async function storeUnasked(
  deps: StoreDeps,
  incidents: readonly ObservedIncident[],
  { news, isBackfill }: Pick<SettleRequest, 'news' | 'isBackfill'>,
): Promise<void> {
  const { tenantId } = deps.session.state();
  const latest = deps.table.serviceTime() + TICKS_PER_DAY;
  const listed = incidents
    .filter(({ incident, missingAlerts, disputedBy, updatedAt }) => {
      const isDisputed = disputedBy !== undefined || updatedAt > latest;
      return missingAlerts !== undefined && !isDisputed && news.has(encodeId(incident.incidentId));
    })
    .map((observed) => ({
      listedAt: observed.updatedAt,
      version: keepKnownAlerts({
        tenantId,
        observed,
        stored: undefined,
        storedAlerts: [],
        isBackfill,
        wentBack: false,
      }),
    }))
    .sort((a, b) => compareTicks(a.listedAt, b.listedAt));
  await writeIncidents(deps, listed, (state) => state);
}

/**
 * What is written at once. Where alerts have to be read incident by incident, a run may not have the time for all of them: what it
 * has read so far is stored, oldest first, and the next one goes on behind it. Within one instant it cannot: what has no row at all
 * comes before those whose alerts fail, and each run begins with others of these.
 */
function toParts(unstored: readonly ObservedIncident[], news: ReadonlySet<string>, now: Ticks): ObservedIncident[][] {
  const isStored = ({ incident }: ObservedIncident): number => (news.has(encodeId(incident.incidentId)) ? 0 : 1);
  const first = Number((now / TICKS_PER_MS) % BigInt(unstored.length));
  const turned = [...unstored.slice(first), ...unstored.slice(0, first)];
  const sorted = turned.sort((a, b) => compareTicks(a.updatedAt, b.updatedAt) || isStored(a) - isStored(b));
  const starts = Array.from({ length: Math.ceil(sorted.length / READS_AT_ONCE) }, (_, part) => part * READS_AT_ONCE);
  return starts.map((start) => sorted.slice(start, start + READS_AT_ONCE));
}

/** One after the other, what was settled before a failure is kept. */
async function settlePart<Settled>(
  part: readonly ObservedIncident[],
  atOnce: number,
  settleOne: (observed: ObservedIncident) => Promise<Settled>,
): Promise<{ found: Settled[]; failure: AppError | undefined }> {
  if (atOnce > 1) return { found: await mapLimited(part, atOnce, settleOne), failure: undefined };
  const found: Settled[] = [];
  for (const observed of part)
    try {
      found.push(await settleOne(observed));
    } catch (failure) {
      if (!(failure instanceof AppError) || isStorageFailure(failure)) throw failure;
      return { found, failure };
    }
  return { found, failure: undefined };
}

const compareTicks = (a: Ticks, b: Ticks): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Leaves out what the tenant's own list shows with the same time and content: one range read instead of many point reads. What
 * was listed without all of its alerts stays: that it is stored as incomplete as it was listed says nothing of the rest.
 */
async function dropStored({ table, session }: StoreDeps, incidents: ObservedIncident[]): Promise<ObservedIncident[]> {
  const [first] = incidents;
  if (first === undefined || incidents.length < RANGE_READ_FROM) return incidents;
  const { tenantId } = session.state();
  const oldest = incidents.reduce((least, { updatedAt }) => minTicks(least, updatedAt), first.updatedAt);
  const newest = incidents.reduce((most, { updatedAt }) => maxTicks(most, updatedAt), first.updatedAt);
  const rows = await listAllRows(table, shardOf(tenantId), tenantListRange(tenantId, oldest, newest + 1n), [
    'contentHash',
  ]);
  const stored = new Map(
    rows.map((row) => [row.rowKey.slice(row.rowKey.indexOf('!') + 1), textColumn(row.properties, 'contentHash')]),
  );
  const keyOf = ({ incident, updatedAt }: ObservedIncident): string => {
    const { from } = tenantListRange(tenantId, updatedAt, updatedAt + 1n);
    return `${from.slice(from.indexOf('!') + 1)}!${encodeId(incident.incidentId)}`;
  };
  return incidents.filter(
    (observed) => observed.missingAlerts !== undefined || stored.get(keyOf(observed)) !== observed.contentHash,
  );
}

/** Decides whether the observed version is to be stored; what looks older or from the future is asked for by id first. */
async function toVersion(
  deps: StoreDeps,
  observed: ObservedIncident,
  { isBackfill, believesList, waiting, wholeSince, onUnreadable, onPending, news }: SettleRequest,
): Promise<IncidentVersion | undefined> {
  const { table, session } = deps;
  const { tenantId } = session.state();
  const { incidentId } = observed.incident;
  const isNew = news.has(encodeId(incidentId));
  const row = isNew ? undefined : await table.get(shardOf(tenantId), incidentKey(tenantId, incidentId));
  const stored = row === undefined ? undefined : readIncidentRow(row.properties);
  if (isStoredWhole(observed, stored, wholeSince)) return undefined;
  if (isPending(observed, stored, waiting)) {
    onPending(observed);
    return undefined;
  }
  const isDoubtful =
    observed.disputedBy !== undefined ||
    observed.missingAlerts !== undefined ||
    observed.updatedAt > table.serviceTime() + TICKS_PER_DAY ||
    (stored !== undefined && observed.updatedAt < stored.updatedAt);
  const found = isDoubtful ? await settle(deps, observed, { believesList, onUnreadable }) : observed;
  // What was listed is there: that it cannot be read by its id is no reason to have nothing of it.
  const settled = found ?? (stored === undefined || isNewsInPart(observed, stored) ? observed : undefined);
  if (settled === undefined || isSameVersion(settled, stored)) return undefined;
  if (settled.missingAlerts !== undefined && stored !== undefined && !isNewsInPart(settled, stored)) return undefined;
  const storedAlerts = stored === undefined ? [] : await readStoredAlerts(deps, stored);
  const wentBack = stored !== undefined && settled.updatedAt < stored.updatedAt;
  return keepKnownAlerts({ tenantId, observed: settled, stored, storedAlerts, isBackfill, wentBack });
}

/** A run before had no time for all that was listed without alerts; it has read this one. */
function isStoredWhole(observed: ObservedIncident, stored: StoredIncident | undefined, since: Ticks): boolean {
  if (stored === undefined || observed.missingAlerts === undefined || observed.disputedBy !== undefined) return false;
  const { incident, updatedAt, collectedAt } = stored;
  const isTold = updatedAt === observed.updatedAt && incident.source === observed.incident.source;
  const isSame = isTold && saysTheSame(incident, observed.incident);
  return isSame && incident.alertsCount !== null && (readTicks(collectedAt) ?? 0n) > since;
}

/** Its gap says when it is asked for again; what is stored may be whole, told by another source or before its alerts failed. */
function isPending(observed: ObservedIncident, stored: StoredIncident | undefined, waiting: readonly Gap[]): boolean {
  if (stored === undefined || observed.missingAlerts === undefined || observed.disputedBy !== undefined) return false;
  const { incident, updatedAt } = stored;
  if (updatedAt !== observed.updatedAt) return false;
  const isTold = incident.source === observed.incident.source;
  if (isTold && !saysTheSame(incident, observed.incident)) return false;
  const isNamed = waiting.some((gap) => gap.reason === GAP_REASONS.alerts && gap.incidentId === incident.incidentId);
  const isStoredWithout = isTold && incident.alertsCount === null;
  return isNamed || (isStoredWithout && waiting.some((gap) => waitsForAlerts(gap, incident.incidentId, updatedAt)));
}

/** What the incident says of itself is new, only its alerts cannot be read. */
function isNewsInPart({ missingAlerts, updatedAt }: ObservedIncident, stored: StoredIncident): boolean {
  return missingAlerts !== undefined && updatedAt > stored.updatedAt;
}

async function settle(
  { readById, tryById }: StoreDeps,
  observed: ObservedIncident,
  { believesList, onUnreadable }: Pick<StoreRequest, 'believesList' | 'onUnreadable'>,
): Promise<ObservedIncident | undefined> {
  try {
    const isOptional = observed.missingAlerts !== undefined && observed.disputedBy === undefined;
    return await (isOptional ? tryById : readById)(observed.incident.incidentId);
  } catch (error) {
    if (!hasCode(error, 'incident-unreadable')) throw error;
    if (believesList && observed.missingAlerts === undefined) return observed;
    onUnreadable(observed);
    return undefined;
  }
}

function isSameVersion(observed: ObservedIncident, stored: StoredIncident | undefined): boolean {
  return stored !== undefined && stored.updatedAt === observed.updatedAt && stored.contentHash === observed.contentHash;
}

async function readStoredAlerts({ table, session }: StoreDeps, stored: StoredIncident): Promise<StoredAlertKey[]> {
  const { tenantId } = session.state();
  const range = alertRange(tenantId, stored.incident.incidentId, stored.generation);
  return (await listAllRows(table, shardOf(tenantId), range, ALERT_KEY_COLUMNS)).map(readAlertKey);
}
