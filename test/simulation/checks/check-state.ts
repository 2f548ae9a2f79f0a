import { GAP_REASONS, toRetry, type Gap } from '../../../shared/domain/reading/gaps.ts';
import type { ReadCycle } from '../../../shared/domain/reading/read-cycle.ts';
import type { TenantState } from '../../../shared/domain/tenants/tenant-state.ts';
import type { RowProperties } from '../../../shared/domain/values/table-row.ts';
import {
  formatTicks,
  TICKS_PER_DAY,
  TICKS_PER_SECOND,
  ticksFromMs,
  type Ticks,
} from '../../../shared/domain/values/ticks.ts';
import type { AppliedChange } from '../basics/sim-table.ts';
import type { SourceVersion } from '../source/sim-source.ts';
import { badKey } from '../source/trouble.ts';
import { note, report, type World } from '../source/world.ts';
import { isClaimed, isInGap, isOnTime, isStored, type Claim, type Ledger, type Look } from './ledger.ts';
import { hasTooManyAnswers } from './readable.ts';
import { stateOf } from './state-of.ts';

const POINTS = ['completeThrough', 'reconciledThrough', 'frontThrough', 'completeFrom'] as const;

/** No point that we promise ever moves back, nor does the cursor of a cycle; what a point newly claims is true. */
export function checkState(world: World, ledger: Ledger, { before, after }: AppliedChange, author: string): void {
  if (before === undefined || after === undefined) return;
  // Where nothing is complete yet, another source begins anew.
  const isRestart = before['readFrom'] !== after['readFrom'] && before['completeThrough'] === undefined;
  for (const name of isRestart ? [] : POINTS) {
    const [old, now] = [before[name], after[name]];
    if (typeof old === 'bigint' && (typeof now !== 'bigint' || now < old))
      report(world, `${name} of ${ledger.tenant.tenantId} moved back from ${formatTicks(old)}`);
  }
  for (const name of CYCLES) checkCursor(world, ledger, { name, before, after });
  if (typeof after['looseGenerations'] === 'string' && after['looseGenerations'] !== '[]')
    note(world, 'alerts over one transaction');
  const isMoved = after['completeThrough'] !== before['completeThrough'];
  const isReadAgain = after['reconciledThrough'] !== before['reconciledThrough'];
  if (!isMoved && !isReadAgain && after['gaps'] === before['gaps']) return;
  const [old, now] = [stateOf(before), stateOf(after)];
  for (const gap of now.gaps) if (!isKnown(gap, old.gaps)) checkGap(world, ledger, gap, author);
  if (isMoved && now.completeThrough !== undefined) checkComplete(world, ledger, { old, now }, author);
  if (isReadAgain && now.reconciledThrough !== undefined) checkReconciled(world, ledger, now, author);
}

/**
 * Below the point everything is stored that the source showed a day after its date, when each window was read the second time,
 * and everything that the claiming worker was shown there.
 */
function checkReconciled(world: World, ledger: Ledger, now: TenantState, author: string): void {
  const claim: Claim = { from: now.completeFrom ?? 0n, through: now.reconciledThrough ?? 0n, gaps: now.gaps };
  if (claim.through > ticksFromMs(world.time.now()) - TICKS_PER_DAY)
    report(world, `read again through ${formatTicks(claim.through)} is untrue: that is not a day ago`);
  const shown = ledger.shownAgain.get(author) ?? new Set();
  for (const version of ledger.tenant.visible()) {
    const isPromised = shown.has(version) || ticksFromMs(version.visibleAtMs) <= version.updatedAt + TICKS_PER_DAY;
    if (isPromised && isClaimed(claim, version) && !isStored(ledger, version))
      report(world, describeLie(ledger, version, `read again through ${formatTicks(claim.through)}`));
  }
}

const CYCLES = ['live', 'backfill', 'reconcile'] as const;

interface CycleMove {
  name: (typeof CYCLES)[number];
  before: RowProperties;
  after: RowProperties;
}

function checkCursor(world: World, { tenant }: Ledger, { name, before, after }: CycleMove): void {
  if (before[name] === undefined || after[name] === undefined || after[name] === before[name]) return;
  const [old, now] = [stateOf(before)[name], stateOf(after)[name]];
  const isSame = old !== undefined && old.startedAt === now?.startedAt;
  if (isSame && now.cursor < old.cursor)
    report(world, `the ${name} cycle of ${tenant.tenantId} went back from ${formatTicks(old.cursor)}`);
}

/** Also one that is left of a wider one, of which the rest was read. */
export const isKnown = (gap: Gap, gaps: readonly Gap[]): boolean =>
  gaps.some((known) => holds(known, gap) && holds(toRetry(known), toRetry(gap)) && known.reason === gap.reason);

const holds = (outer: { from: Ticks; to: Ticks }, inner: { from: Ticks; to: Ticks }): boolean =>
  outer.from <= inner.from && outer.to >= inner.to;

/**
 * A gap names a stretch that really could not be read, by this worker or by the one whose search it goes on with, and not
 * because nothing could: a source that is wholly down leaves no gap. What has moved since its last answer no worker can know.
 */
function checkGap(world: World, { tenant, failed, failedById, lastLooks }: Ledger, gap: Gap, author: string): void {
  const { from, to, reason, incidentId } = gap;
  const hasFailedWith = (code: string): boolean =>
    failed.some(
      (read) =>
        read.code === code && read.cause !== 'outage' && read.from < to && (read.to === undefined || read.to > from),
    );
  const isTrue =
    incidentId !== undefined || reason === GAP_REASONS.alerts
      ? [...tenant.versions].some(
          ([id, versions]) =>
            (incidentId === undefined
              ? versions.some(({ updatedAt }) => isInGap([gap], updatedAt))
              : id === incidentId) &&
            (failedById.has(id) || versions.some((version) => hasTooManyAnswers(world, version))),
        )
      : reason === 'instant-cannot-be-paged'
        ? // A page of one without an id looks like one that brings nothing new.
          [...lastLooks.values()].some((look) => look.machine === author && !look.isShort && isInstantIn(look, gap)) ||
          hasFailedWith('incident-without-id')
        : hasFailedWith(reason);
  if (!isTrue)
    report(
      world,
      `gap [${formatTicks(from)}, ${formatTicks(to)}) for ${reason} is untrue: nothing stood in the way there`,
    );
}

/** What the source cannot tell apart, or may not for all that a worker knows; the gap is the whole second around it. */
const isInstantIn = ({ from, to }: Look, gap: Gap): boolean =>
  to !== undefined && to - from <= TICKS_PER_SECOND && from >= gap.from && to <= gap.to;

/**
 * Below the point, everything that was visible in time is stored or superseded, and so is everything that the claiming worker
 * was shown in a whole window, however late it came to light.
 */
function checkComplete(
  world: World,
  ledger: Ledger,
  { old, now }: { old: TenantState; now: TenantState },
  author: string,
): void {
  const claim: Claim = { from: now.completeFrom ?? 0n, through: now.completeThrough ?? 0n, gaps: now.gaps };
  if (old.backfill !== undefined || now.backfill !== undefined) ledger.parted.add(author);
  // The end of a front read has seen every incident, one that moves on all the time included; a parted one reads the newest first.
  const isFrontEnd = now.live === undefined && !ledger.parted.has(author);
  for (const version of ledger.pending) {
    if (!isClaimed(claim, version)) continue;
    const before = ledger.gapsAtStart.get(author) ?? [];
    const wasGap = isInGap(before, version.updatedAt);
    // What has left a gap before that was read again is not seen there any more.
    const promised = { ...claim, gaps: [...claim.gaps, ...before] };
    // One that is listed without its id is not seen by the window that it has moved to either.
    const isNameless = world.trouble.nameless.has(badKey(ledger.tenant.tenantId, version.incidentId));
    const isSeen = isFrontEnd && !wasGap && !isNameless;
    if (isSeen ? isPromisedAtFrontEnd(ledger, version, promised) : isCurrent(ledger, version))
      report(world, describeLie(ledger, version, `complete through ${formatTicks(claim.through)}`));
  }
  const shown = ledger.shown.get(author);
  if (shown === undefined) return;
  for (const version of shown) {
    if (!isClaimed(claim, version)) continue;
    shown.delete(version);
    if (!isStored(ledger, version) && !hasMovedOn(ledger, version, claim))
      report(
        world,
        `${describeLie(ledger, version, `complete through ${formatTicks(claim.through)}`)}, though ${author} was shown it`,
      );
  }
}

const isCurrent = ({ tenant }: Ledger, version: SourceVersion): boolean =>
  tenant.current(version.incidentId) === version;

/** The source shows a newer version by now that the claim does not reach. */
function hasMovedOn({ tenant }: Ledger, version: SourceVersion, { through }: Claim): boolean {
  const current = tenant.current(version.incidentId);
  return current !== undefined && current.order > version.order && current.updatedAt >= through;
}

/** A successor that came to light late, or lies in a gap, may hide the version from every window. */
function isPromisedAtFrontEnd({ tenant }: Ledger, version: SourceVersion, { gaps }: Claim): boolean {
  const current = tenant.current(version.incidentId);
  const successors = tenant.versions
    .get(version.incidentId)
    ?.filter(({ order }) => order > version.order && order <= (current?.order ?? 0));
  return (successors ?? []).every((other) => isOnTime(other) && !isInGap(gaps, other.updatedAt));
}

function describeLie({ tenant, stored }: Ledger, version: SourceVersion, claimed: string): string {
  return `${claimed} is untrue: ${tenant.tenantId.slice(0, 8)} ${version.incidentId} edit ${version.order} of ${formatTicks(version.updatedAt)} is not among ${stored.size} stored`;
}

/** The columns whose move is progress of a run. */
export function hasProgressed(before: RowProperties, after: RowProperties): boolean {
  if (['gaps', 'completeThrough', 'frontThrough'].some((name) => after[name] !== before[name])) return true;
  return CYCLES.some(
    (name) => after[name] !== before[name] && hasCycleProgressed(stateOf(before)[name], stateOf(after)[name]),
  );
}

function hasCycleProgressed(before: ReadCycle | undefined, after: ReadCycle | undefined): boolean {
  if (before === undefined || after === undefined || before.startedAt !== after.startedAt) return true;
  if (after.cursor > before.cursor || after.bounds.some((bound) => !before.bounds.includes(bound))) return true;
  return hasSearchedOn(before.search, after.search) || hasReadOn(before.instant, after.instant);
}

/** A search for what fails has come to another step, or to a narrower part. */
function hasSearchedOn(before: ReadCycle['search'], after: ReadCycle['search']): boolean {
  return (
    after !== undefined && (before === undefined || after.step !== before.step || after.failingTo < before.failingTo)
  );
}

function hasReadOn(before: ReadCycle['instant'], after: ReadCycle['instant']): boolean {
  if (before === undefined || after === undefined) return false;
  return after.createdBefore > before.createdBefore;
}
