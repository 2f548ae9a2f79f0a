import { MAX_GAPS, type Gap } from '../../../shared/domain/reading/gaps.ts';
import { formatTicks } from '../../../shared/domain/values/ticks.ts';
import type { SourceVersion } from '../source/sim-source.ts';
import { report, type World } from '../source/world.ts';
import { isInGap, type Ledger } from './ledger.ts';
import type { PollEnd, WatchedPoll } from './watch-polls.ts';

/** A search for what is bad ends in a gap within so many polls … */
const MAX_SEARCH_POLLS = 3;
/** … and so many failing calls, whatever one run may call. */
const MAX_SEARCH_CALLS = 60;
/** What is a gap is tried again once an hour, and not looked for again at every poll: so many failing calls in its first hour. */
const MAX_CALLS_OF_GAP = 60;
const FIRST_HOUR_MS = 3_000_000;
/** A source that is wholly down costs a poll no more. */
const MAX_CALLS_WHEN_DOWN = 2;
/** A move asks the new source beside it, and the old one again. */
const MAX_CALLS_OF_MOVE = 1;
/**
 * Where the length of what is returned fails, a list that was too long works by chance once an incident has moved, or where the source
 * cuts pages short by itself, and no size is to blame.
 */
const MAX_SIZE_POLLS_BY_CHANCE = 8;
/** A page size that has failed in so many polls is known; a larger one that is tried the next day may work for once … */
const MAX_SIZE_POLLS = 3;
/** … and is learnt anew. A day, give or take the polls. */
const SIZE_RETRY_MS = 20 * 3_600_000;

interface Search {
  polls: number;
  calls: number;
}

export interface SearchWatch {
  onPollEnded(poll: WatchedPoll, end: PollEnd, ledger: Ledger, gaps: readonly Gap[]): void;
}

/**
 * What one search may cost. It is counted for each bad version that makes lists fail and lies in no gap yet, in clean polls: all
 * the calls that it made fail, and the polls in which it was the first that did. A poll that only came to it at its end, after
 * another, is no poll of its search; nor is one whose time was used up by calls that hang, which teaches no size either. What a gap costs is counted from the end of its search.
 */
export function watchSearch(world: World): SearchWatch {
  const searches = new Map<SourceVersion, Search>();
  const gapCalls = new Map<SourceVersion, { fromMs: number; calls: number }>();
  const sizePolls = new Map<Ledger, number[]>();

  function checkBad({ bad }: WatchedPoll, isLong: boolean, { tenant }: Ledger, gaps: readonly Gap[]): void {
    const [first] = bad.keys();
    for (const [version, calls] of bad) {
      const before = searches.get(version) ?? { polls: 0, calls: 0 };
      const isPoll = version === first && !isLong;
      const search = { polls: before.polls + (isPoll ? 1 : 0), calls: before.calls + calls };
      const isFound = isInGap(gaps, version.updatedAt);
      if (search.polls > MAX_SEARCH_POLLS || search.calls > MAX_SEARCH_CALLS)
        report(
          world,
          `endless search: ${tenant.tenantId.slice(0, 8)} ${version.incidentId} of ${formatTicks(version.updatedAt)} ` +
            `has cost ${search.polls} polls and ${search.calls} failing calls${isFound ? '' : ', and is no gap yet'}`,
        );
      if (isFound || search.polls > MAX_SEARCH_POLLS || search.calls > MAX_SEARCH_CALLS) searches.delete(version);
      else searches.set(version, search);
    }
  }

  function checkKnown({ known }: WatchedPoll, { tenant }: Ledger): void {
    for (const [version, calls] of known) {
      const before = gapCalls.get(version) ?? { fromMs: world.time.now(), calls: 0 };
      if (world.time.now() - before.fromMs > FIRST_HOUR_MS) continue;
      const all = { ...before, calls: before.calls + calls };
      gapCalls.set(version, all);
      if (before.calls <= MAX_CALLS_OF_GAP && all.calls > MAX_CALLS_OF_GAP)
        report(
          world,
          `known gap looked for again: ${tenant.tenantId.slice(0, 8)} ${version.incidentId} of ` +
            `${formatTicks(version.updatedAt)} has cost ${all.calls} failing calls within an hour of its gap`,
        );
    }
  }

  function checkSize({ sizes, openedAtMs }: WatchedPoll, ledger: Ledger): void {
    if (sizes === 0) return;
    const before = (sizePolls.get(ledger) ?? []).filter((at) => openedAtMs - at < SIZE_RETRY_MS);
    sizePolls.set(ledger, [...before, openedAtMs]);
    const isByChance = world.trouble.size?.by === 'returned';
    if (before.length >= (isByChance ? MAX_SIZE_POLLS_BY_CHANCE : MAX_SIZE_POLLS))
      report(
        world,
        `forgotten page size: ${ledger.tenant.tenantId.slice(0, 8)} asks for more than ${world.trouble.size?.limit} ` +
          `in poll ${before.length + 1} of a day too`,
      );
  }

  return {
    onPollEnded: (poll, { isClean, isLong }, ledger, gaps) => {
      const isBegun = !world.nextTurns.has(poll.machine);
      if (poll.outages > 0 && poll.answers === 0 && isBegun && !world.disturbed.has(poll.machine)) {
        if (poll.calls > MAX_CALLS_WHEN_DOWN + (isMoving(world) ? MAX_CALLS_OF_MOVE : 0))
          report(
            world,
            `${poll.calls} calls in a poll of ${poll.tenantId.slice(0, 8)} while the source is wholly down`,
          );
      }
      if (!isClean) return;
      // Where there is no room for another gap, it cannot become one.
      if (gaps.length < MAX_GAPS) checkBad(poll, isLong, ledger, gapsBesides(gaps));
      checkKnown(poll, ledger);
      // Each move forgets the size.
      if (isBegun && !isLong && !isMoving(world)) checkSize(poll, ledger);
    },
  };
}

const isMoving = ({ graph }: World): boolean => (graph?.switches.length ?? 0) > 0;

const gapsBesides = (gaps: readonly Gap[]): Gap[] => gaps.filter(({ reason }) => reason !== 'incident-without-id');
