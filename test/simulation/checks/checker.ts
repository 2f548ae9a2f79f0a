import type { Gap } from '../../../shared/domain/reading/gaps.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_MINUTE } from '../../../shared/domain/values/ticks.ts';
import type { AppliedChange } from '../basics/sim-table.ts';
import { watchCounts } from '../counts/watch-counts.ts';
import type { AnsweredRead, SourceObserver } from '../source/sim-reader.ts';
import { note, report, tell, type World } from '../source/world.ts';
import { watchBlindness } from './check-blindness.ts';
import { watchBounds } from './check-bounds.ts';
import { watchIndex } from './check-index.ts';
import { checkErased, checkRemovals } from './check-removal.ts';
import { checkFence, checkIncidents, checkKept, checkTenant } from './check-rows.ts';
import { watchSearch } from './check-search.ts';
import { checkState, hasProgressed, isKnown } from './check-state.ts';
import { checkRate, checkTruth } from './check-truth.ts';
import { describeClaims } from './describe-claims.ts';
import { isInGap, lookKey, openLedger, type Ledger } from './ledger.ts';
import { stateOf } from './state-of.ts';
import { watchPolls } from './watch-polls.ts';

export interface Checker {
  /** Hears of every call at the source. */
  observer: SourceObserver;
  ledgers: ReadonlyMap<TenantId, Ledger>;
  /** Compares everything stored with the source's truth; to be called after quiet time. */
  checkEnd(): void;
}

/** Watches every applied transaction, touching only the rows that it changed, and compares the whole at the end. */
export function createChecker(world: World): Checker {
  const ledgers = new Map([...world.tenants.values()].map((tenant) => [tenant.tenantId, ledgerOf(tenant)]));
  const progress = watchProgress(world);
  const bounds = watchBounds(world);
  const gapsAtStart = new Map([...ledgers].map(([tenantId, ledger]) => [ledger, gapsNow(world, tenantId)]));
  const index = watchIndex(world);
  const counts = watchCounts(world);
  const blindness = watchBlindness(world, gapsAtStart);
  const search = watchSearch(world);
  const polls = watchPolls(world, (poll, end) => {
    const ledger = ledgers.get(poll.tenantId);
    if (ledger === undefined) return;
    blindness.onPollEnded(poll, end, ledger);
    search.onPollEnded(poll, end, ledger, gapsNow(world, poll.tenantId));
  });
  world.table.onApplied((partition, changes, author) => {
    for (const [ledger, own] of byTenant(world, ledgers, changes)) {
      for (const change of own) checkTenant(world, partition, ledger, change);
      const state = own.find(({ rowKey }) => rowKey.startsWith('S!'));
      checkFence(world, own, state);
      checkKept(world, own);
      checkRemovals(world, ledger, own);
      checkIncidents(world, ledger, own);
      index.onApplied(ledger, own);
      counts.onApplied(ledger.tenant.tenantId, own);
      if (state === undefined) continue;
      tell(world, () => describeClaims(author, ledger, state));
      // The rows of a transaction count before the claims of its state row do.
      checkState(world, ledger, state, author);
      for (const gap of newGaps(state)) blindness.onGap(gap, ledger, author);
      polls.onCommit(author, ledger.tenant.tenantId, state);
      progress.onCommit(author, ledger.tenant.tenantId, state);
      bounds.onCommit(author, ledger.tenant.tenantId, state);
    }
  });
  return {
    ledgers,
    observer: {
      onOpened: (machine, tenantId) => {
        ledgers.get(tenantId)?.shown.delete(machine);
        ledgers.get(tenantId)?.shownAgain.delete(machine);
        ledgers.get(tenantId)?.gapsAtStart.set(machine, gapsNow(world, tenantId));
        progress.onOpened(machine, tenantId);
        polls.onOpened(machine, tenantId);
      },
      onCalled: (tenantId, machine, source) => {
        ledgers.get(tenantId)?.calls[source].push(world.time.now());
        polls.onCalled(tenantId, machine);
      },
      onFailedById: (tenantId, incidentId, cause) => {
        // Where it is stored without its alerts meanwhile, nobody waits to know whether the whole source is down.
        if (cause !== 'outage' || world.graph !== undefined) ledgers.get(tenantId)?.failedById.add(incidentId);
      },
      onSpoilt: (machine, tenantId, cause) => {
        const isKnown = typeof cause !== 'string' && isInGap(gapsNow(world, tenantId), cause.updatedAt);
        polls.onSpoilt(machine, tenantId, cause, isKnown);
      },
      onRead: (read) => {
        polls.onAnswered(read.machine, read.tenantId);
        noteShown(world, ledgers, read);
        progress.onRead(read);
        if (!isPlain(read)) return;
        bounds.onRead(read);
        noteLook(world, ledgers, read);
      },

      onFailed: (machine, tenantId, { updatedFrom, updatedTo }, code, cause) => {
        ledgers.get(tenantId)?.failed.push({ machine, code, from: updatedFrom, to: updatedTo, cause });
        bounds.onFailed(machine, tenantId);
      },
    },
    checkEnd: () => {
      for (const ledger of ledgers.values()) {
        if (ledger.tenant.tenantId === world.erasedTenant) checkErased(world, ledger);
        else checkTruth(world, ledger);
        checkRate(world, ledger);
      }
    },
  };
}

function gapsNow(world: World, tenantId: TenantId): readonly Gap[] {
  const row = world.table.get(shardOf(tenantId), stateKey(tenantId));
  return row === undefined ? [] : stateOf(row.properties).gaps;
}

function newGaps({ before, after }: AppliedChange): Gap[] {
  if (before === undefined || after === undefined || before['gaps'] === after['gaps']) return [];
  const known = stateOf(before).gaps;
  return stateOf(after).gaps.filter((gap) => !isKnown(gap, known));
}

const ledgerOf = (tenant: Ledger['tenant']): Ledger => openLedger(tenant, shardOf(tenant.tenantId));

function byTenant(
  world: World,
  ledgers: ReadonlyMap<string, Ledger>,
  changes: readonly AppliedChange[],
): Map<Ledger, AppliedChange[]> {
  const parts = new Map<Ledger, AppliedChange[]>();
  for (const change of changes) {
    const ledger = ledgers.get(String((change.after ?? change.before)?.['tenantId']));
    if (ledger === undefined) report(world, `row of no tenant: ${change.rowKey}`);
    else if (!parts.get(ledger)?.push(change)) parts.set(ledger, [change]);
  }
  return parts;
}

/** Part of an instant, or what a `$skip` shows, is no window. */
const isPlain = ({ query }: AnsweredRead): boolean =>
  (query.skip ?? 0) === 0 &&
  query.status === undefined &&
  query.createdFrom === undefined &&
  query.createdTo === undefined;

/** The last read of a window counts: what it no longer shows has moved on. */
function noteShown(world: World, ledgers: ReadonlyMap<TenantId, Ledger>, read: AnsweredRead): void {
  const ledger = ledgers.get(read.tenantId);
  if (ledger === undefined || !read.isWhole || !isPlain(read)) return;
  const reads = isSecondReading(world, ledger, read) ? ledger.shownAgain : ledger.shown;
  const shown = reads.get(read.machine) ?? new Set();
  const { updatedFrom, updatedTo } = read.query;
  for (const version of shown)
    if (version.updatedAt >= updatedFrom && (updatedTo === undefined || version.updatedAt < updatedTo))
      shown.delete(version);
  for (const version of read.versions) shown.add(version);
  reads.set(read.machine, shown);
}

/** An answer that is as long as a page is not known to be all there is, though it may be. */
function noteLook(world: World, ledgers: ReadonlyMap<TenantId, Ledger>, read: AnsweredRead): void {
  const { updatedFrom, updatedTo } = read.query;
  const isShort = read.isWhole && read.versions.length < world.traits.pageCap;
  const look = { machine: read.machine, from: updatedFrom, to: updatedTo, isShort };
  ledgers.get(read.tenantId)?.lastLooks.set(lookKey(read.machine, updatedFrom, updatedTo), look);
}

/** More than a clock's error before the overlap. */
const BEFORE_OVERLAP = 31n * TICKS_PER_MINUTE;

/**
 * A window from before what the newest part reads again, or of a second reading that goes on while an older part is still read: a
 * poll whose second reading fails keeps what its first has proven.
 */
function isSecondReading(world: World, { shard, tenant }: Ledger, { query }: AnsweredRead): boolean {
  const row = world.table.get(shard, stateKey(tenant.tenantId));
  const { updatedFrom, updatedTo } = query;
  if (row === undefined || updatedTo === undefined) return false;
  const { completeThrough: through, reconcile } = stateOf(row.properties);
  if (through !== undefined && updatedFrom < through - BEFORE_OVERLAP) return true;
  return (
    reconcile !== undefined &&
    updatedFrom >= reconcile.cursor &&
    (reconcile.to === undefined || updatedTo <= reconcile.to)
  );
}

/**
 * 25 calls of a run move its cursor, store a new bound or bring a search on; proving the size of a page, or of several small ones,
 * takes some beside, and so do the 20 calls of the news that may come before a gap without anything new to commit.
 */
const CALLS_WITHOUT_PROGRESS = 25 + 15 + 20;

/** Watches that each run which reads windows gets somewhere. */
function watchProgress(world: World) {
  const reads = new Map<string, number>();
  const keyOf = (machine: string, tenantId: TenantId): string => `${machine} ${tenantId}`;
  return {
    onOpened: (machine: string, tenantId: TenantId) => {
      const row = world.table.get(shardOf(tenantId), stateKey(tenantId));
      if (row?.properties['live'] !== undefined || row?.properties['backfill'] !== undefined)
        note(world, 'resumed cycle');
      reads.set(keyOf(machine, tenantId), 0);
    },
    onRead: (read: AnsweredRead) => {
      if (!isPlain(read)) return;
      const key = keyOf(read.machine, read.tenantId);
      const count = (reads.get(key) ?? 0) + 1;
      reads.set(key, count);
      if (count === CALLS_WITHOUT_PROGRESS) report(world, `${key} read ${count} windows without getting anywhere`);
    },
    onCommit: (machine: string, tenantId: TenantId, { before, after }: AppliedChange) => {
      const key = keyOf(machine, tenantId);
      if (before === undefined || after === undefined || !reads.has(key)) return;
      if (hasProgressed(before, after)) reads.set(key, 0);
    },
  };
}
