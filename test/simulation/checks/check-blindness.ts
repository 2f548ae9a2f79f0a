import type { Gap } from '../../../shared/domain/reading/gaps.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { formatTicks, TICKS_PER_MINUTE, ticksFromMs, type Ticks } from '../../../shared/domain/values/ticks.ts';
import type { SourceTenant, SourceVersion } from '../source/sim-source.ts';
import { report, type World } from '../source/world.ts';
import { isInGap, isStored, type Ledger } from './ledger.ts';
import { badVersions, isReadable, wasEverBad } from './readable.ts';
import { stateOf } from './state-of.ts';
import type { PollEnd, WatchedPoll } from './watch-polls.ts';

/** One search leads from 30 days to less than a millisecond; what lies closer is found when the gap is read again. */
const AT_ONCE_TICKS = 10_000n;

/** A readable incident may stay unread for so many polls of its tenant, however bad its neighbours are. */
const MAX_BLIND_POLLS = 3;
/** What is shown later after its date than the overlap reaches is left to the second reading. */
const MAX_LATENESS = 20n * TICKS_PER_MINUTE;

interface Blindness {
  polls: number;
  calls: number;
  isReported: boolean;
}

export interface BlindnessWatch {
  /** A new gap; one whose finder was disturbed is nobody's fault until it is due. */
  onGap(gap: Gap, ledger: Ledger, machine: string): void;
  onPollEnded(poll: WatchedPoll, end: PollEnd, ledger: Ledger): void;
}

/**
 * A bound on blindness. Counted for each version that a list could show without a bad one beside it, that is its incident's
 * newest, that was visible before the poll began and that is not stored when the poll ends. Only clean polls count: nothing
 * went wrong in them but what is wrong with single incidents, with sizes, links and warnings, and the source answered at least
 * once. A poll that used up its calls, its budget or its time is not counted while all the calls since the version became
 * visible are within what reading everything may cost; so a first read may take several. What was ever bad itself, what waits
 * in a gap that was there before or that a disturbed worker left or for its read by id, and an instant with more incidents than a page holds are not held against anybody.
 */
export function watchBlindness(world: World, gapsAtStart: ReadonlyMap<Ledger, readonly Gap[]>): BlindnessWatch {
  const unread = new Map<SourceVersion, Blindness>();
  const excused = new Map(gapsAtStart);
  const unreadableById = new Set<string>();
  return {
    onGap: (gap, ledger, machine) => {
      if (gap.incidentId !== undefined) unreadableById.add(`${ledger.tenant.tenantId} ${gap.incidentId}`);
      else {
        // What shared the instant of a bad one is asked for again when the gap is due, though the bad one has moved away.
        const { from, to } = world.disturbed.has(machine) ? gap : (gap.part ?? gap);
        const unit = world.traits.filterTicks;
        const shared = { from: from - (from % unit), to: to + ((unit - (to % unit)) % unit) };
        excused.set(ledger, [...(excused.get(ledger) ?? []), { ...gap, ...shared }]);
      }
    },
    onPollEnded: (poll, { isClean, isBusy }, ledger) => {
      if (!isClean || ledger.tenant.tenantId === world.erasedTenant) return;
      const bad = badVersions(world, ledger.tenant);
      let allowed: number | undefined;
      for (const version of ledger.tenant.visible()) {
        if (isStored(ledger, version)) {
          unread.delete(version);
          continue;
        }
        if (!isOwed(world, ledger, version, poll) || !isReadable(world, bad, version, AT_ONCE_TICKS)) continue;
        if (unreadableById.has(`${ledger.tenant.tenantId} ${version.incidentId}`)) continue;
        if (isInGap(excused.get(ledger) ?? [], version.updatedAt)) continue;
        const known = unread.get(version) ?? { polls: 0, calls: 0, isReported: false };
        known.calls += poll.calls;
        if (!isBusy || known.calls > (allowed ??= allowedCalls(world, ledger))) known.polls += 1;
        unread.set(version, known);
        if (known.polls > MAX_BLIND_POLLS && !known.isReported) {
          known.isReported = true;
          report(world, describe(ledger, version, known, bad));
        }
      }
    },
  };
}

function isOwed(world: World, { tenant }: Ledger, version: SourceVersion, { openedAtMs }: WatchedPoll): boolean {
  const { visibleAtMs, updatedAt } = version;
  if (visibleAtMs >= openedAtMs) return false;
  if (visibleAtMs !== 0 && ticksFromMs(visibleAtMs) - updatedAt > MAX_LATENESS) return false;
  // Lists without alerts show nothing of a change that left the incident's time as it was: the second reading finds it.
  if (world.seen.has('told without its alerts') && hasTimeOfBefore(tenant, version)) return false;
  return !wasEverBad(world, tenant, version.incidentId);
}

const hasTimeOfBefore = ({ versions }: SourceTenant, { incidentId, order, updatedAt }: SourceVersion): boolean =>
  versions.get(incidentId)?.some((other) => other.order < order && other.updatedAt === updatedAt) === true;

/**
 * What a whole reading may cost: 4 calls a page and 10 for all versions so far (docs/guarantees.md), 60 for each bad incident
 * and as many to learn a page size, more where links lead nowhere, and what a crowd of one instant takes.
 */
function allowedCalls(world: World, { tenant, shard }: Ledger): number {
  const { traits, trouble, seen, table } = world;
  const { learntTop } = stateOf(table.get(shard, stateKey(tenant.tenantId))?.properties);
  const hasSize = seen.has('size that fails: asked') || seen.has('size that fails: returned');
  // While the size is learnt, parts may be smaller than the page that works.
  const limit = hasSize ? SMALLEST_PAGE : Infinity;
  const page = Math.min(traits.maxTop, traits.pageCap, learntTop?.top ?? Infinity, limit, pageOf(world));
  let versions = 0;
  for (const list of tenant.versions.values()) versions += list.length;
  // A bad incident that changes is bad in another place, and looked for there.
  const bad = [...trouble.everBad]
    .filter((key) => key.startsWith(tenant.tenantId))
    .reduce((sum, key) => sum + (tenant.versions.get(key.split('|')[1] ?? '')?.length ?? 0), 0);
  const searches = bad + (hasSize ? 1 : 0);
  const crowd = largestCrowd(world, tenant);
  const hasCrowd = crowd > page || seen.has('tie over a full page');
  const crowds = hasCrowd ? CALLS_PER_CROWD + (PASSES_OF_A_CROWD * crowd) / page : 0;
  const reading = (4 * versions) / page + 10 + versions * callsForAlerts(world);
  const searching = CALLS_PER_SEARCH * searches;
  // Two passes by `$skip`, of two calls each, take the place of one answer: where links lead nowhere, for what a page cuts short …
  if (trouble.links !== 'endless') return (traits.hasLinks ? 2 : 1) * reading + searching + crowds;
  // … and where they stand on every answer, for each of them.
  return CALLS_PER_ENDLESS * (reading + searching) + crowds;
}

/** Incidents that the source cannot tell apart by time. */
function largestCrowd({ traits }: World, { versions }: SourceTenant): number {
  const crowds = new Map<Ticks, number>();
  for (const list of versions.values())
    for (const { updatedAt } of list) {
      const instant = updatedAt / traits.filterTicks;
      crowds.set(instant, (crowds.get(instant) ?? 0) + 1);
    }
  return Math.max(0, ...crowds.values());
}

/** Alerts that fail come one incident at a time, in pages of ten. */
const pageOf = ({ graph, seen }: World): number =>
  Math.min(graph?.maxTop ?? Infinity, seen.has('told without its alerts') ? SMALL_PAGE : Infinity);

/** With its alerts, a probe, without them and its alerts apart; or by its id and once more for each alert. */
function callsForAlerts({ graph, seen }: World): number {
  if (graph === undefined) return 0;
  return (seen.has('told without its alerts') ? 4 : 0) + (graph.alertsPerAnswer === Infinity ? 0 : 3);
}

const CALLS_PER_SEARCH = 60;
const CALLS_PER_ENDLESS = 4;
const SMALL_PAGE = 10;
const SMALLEST_PAGE = 1;
const CALLS_PER_CROWD = 100;
/** Until they agree, or are given up, run after run. */
const PASSES_OF_A_CROWD = 30;

function describe(
  { tenant }: Ledger,
  { incidentId, order, updatedAt }: SourceVersion,
  { polls, calls }: Blindness,
  bad: readonly SourceVersion[],
): string {
  const others = bad.map((other) => `${other.incidentId} of ${formatTicks(other.updatedAt)}`).join(', ');
  return (
    `blind: ${tenant.tenantId.slice(0, 8)} ${incidentId} edit ${order} of ${formatTicks(updatedAt)} is readable and ` +
    `not stored after ${polls} polls and ${calls} calls; bad: ${others === '' ? 'none' : others}`
  );
}
