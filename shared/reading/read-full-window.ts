import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { GAP_REASONS } from '../domain/reading/gaps.ts';
import {
  addBounds,
  densityOfFullPage,
  splitPoints,
  widenWindow,
  type InstantProgress,
  type ReadWindow,
} from '../domain/reading/read-cycle.ts';
import { REQUEST_LIMIT_MS } from '../domain/reading/request-limit.ts';
import { MAX_TICKS, readTicks, TICKS_PER_MS, type Ticks } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import type { IncidentPage } from '../ports/incident-source.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { refusePartial } from '../sources/refuse-partial.ts';
import { isWindowFailure, proveServiceUp } from '../sources/window-failure.ts';
import { isStorageFailure } from '../tables/is-storage-failure.ts';
import { CALLS_BEFORE_PROGRESS_COMMIT, type CycleProgress } from './cycle-progress.ts';
import { instantOf, knownBefore, topOf, type Reading } from './cycle-reading.ts';
import { readInstant, type InstantCarry, type InstantRead } from './read-instant.ts';
import { boundsOf, bringsNew, type FullPage, type ShortPage } from './read-page.ts';

/** Cuts a window that is too full; one that time cannot cut any more is read by other means. */
export async function splitOrReadInstant(
  reading: Reading,
  window: ReadWindow,
  full: FullPage,
): Promise<ShortPage | undefined> {
  const { progress, expected } = reading;
  const before = knownBefore(reading, window) ?? 0n;
  expected.add(full.incidents.filter(({ incident }) => (readTicks(incident.createdTime) ?? MAX_TICKS) >= before));
  const times = full.incidents.map(({ updatedAt }) => updatedAt);
  const points = splitPoints(times, window, full.unit);
  if (points.length === 0) return readWholeInstant(reading, window, full);
  reading.density = densityOfFullPage(times, window, full.visibleUntil);
  progress.update({ bounds: addBounds(progress.cycle().bounds, points) });
  return undefined;
}

/** What of it cannot be read is a gap; the rest is stored. One that takes more calls than this run has is gone on with by the next. */
async function readWholeInstant(reading: Reading, window: ReadWindow, full: FullPage): Promise<ShortPage> {
  const { deps, progress } = reading;
  const { pageCap } = deps.pageSize;
  const top = topOf(reading);
  const before = deps.reader.callsMade();
  const instant = instantOf(window, full.unit);
  const pages = { top, cap: Math.min(top, pageCap ?? top), hasUsefulLinks: deps.links.areFollowed };
  const read = await carryOn(reading, { ...instant, first: full.page }, (carry) =>
    readInstant(deps.reader, instant, pages, full.page, carry),
  );
  progress.update({ calls: progress.cycle().calls + deps.reader.callsMade() - before });
  const { failure } = read;
  if (failure !== undefined) await proveServiceUp(deps.reader, failure);
  if (!read.isComplete) {
    const { search } = progress.cycle();
    if (search !== undefined) progress.update({ search: { ...search, hasGap: true } });
    // Of what was not seen nobody knows which time it prints, only that the source files it here.
    await (failure === undefined
      ? progress.recordGap(widenWindow(instant, 's'), { reason: GAP_REASONS.instant, failsByItself: false })
      : progress.recordGap(instant, { reason: failure.code, failsByItself: true, isNarrow: true, isSeenInPart: true }));
  }
  const around = failure === undefined ? [] : await readAround(deps.reader, instant, pages.cap);
  const incidents = [...read.incidents, ...around];
  return { kind: 'proven', ...read, incidents, unit: full.unit, pageCap, longestPage: 0 };
}

/** An instant that so many runs in a row have brought no further becomes a gap, so that what stands behind it is read. */
const MOST_FRUITLESS_RUNS = 2;
/** A run that had fewer calls left for it says nothing … */
const CALLS_OF_A_TRY = 8;
/** … unless they took so long: one that hangs may leave a customer's turn no time for another. */
const TIME_OF_A_TRY = BigInt(REQUEST_LIMIT_MS) * TICKS_PER_MS;

/** Stores the parts of an instant that are whole before they are too many to lose, and when the run ends midway. */
async function carryOn(
  { deps, run, progress }: Reading,
  { from, to, first }: { from: Ticks; to: Ticks; first: IncidentPage },
  read: (carry: InstantCarry) => Promise<InstantRead>,
): Promise<InstantRead> {
  const { instant } = progress.cycle();
  const visibleUntil = deps.table.serviceTime();
  const known = instant?.from === from && instant.to === to ? instant : undefined;
  const callsBefore = deps.reader.callsMade();
  const started = known ?? { from, to, createdBefore: 0n, ...NOTHING_READ, visibleUntil };
  progress.update({ instant: started });
  const shown = [...first.incidents];
  let failure: AppError | undefined;
  let store: (() => Promise<void>) | undefined;
  const tried = { isFruitless: true };
  const storeWhole = async (): Promise<void> => {
    await store?.();
    store = undefined;
  };
  try {
    return await read({
      known,
      onPage: ({ incidents }) => {
        shown.push(...incidents);
      },
      onFailure: (reason) => {
        failure = reason;
      },
      onPart: async (part, { incidents, withoutId }) => {
        tried.isFruitless &&= part.createdBefore === started.createdBefore;
        store = () => progress.storePart(part, { incidents, withoutId, visibleUntil: part.visibleUntil });
        if (progress.callsSinceCommit() >= CALLS_BEFORE_PROGRESS_COMMIT) await storeWhole();
      },
    });
  } catch (error) {
    if (!(error instanceof AppError) || isStorageFailure(error)) throw error;
    await storeWhole();
    // A gap is read from its start each time: what its passes have shown would be shown in vain for ever.
    if (run.slot === 'gap' && hasCode(error, 'budget-spent'))
      await progress.storePart(started, { incidents: shown, withoutId: [], visibleUntil });
    const isTried =
      deps.reader.callsMade() - callsBefore >= CALLS_OF_A_TRY ||
      deps.table.serviceTime() - visibleUntil >= TIME_OF_A_TRY;
    if (!tried.isFruitless || !isTried || !hasCode(error, 'budget-spent')) throw error;
    const fruitlessRuns = started.fruitlessRuns + 1;
    progress.update({ instant: { ...started, fruitlessRuns } });
    if (fruitlessRuns < MOST_FRUITLESS_RUNS) throw error;
    await giveUp(progress, { ...started, visibleUntil }, { shown, failure });
    throw error;
  }
}

/**
 * The gap is recorded and passed at once: no call is left, and whatever failed before that would have the next run begin here again.
 * What was shown is stored as far as it takes no call.
 */
async function giveUp(
  progress: CycleProgress,
  instant: InstantProgress,
  { shown, failure }: { shown: readonly ObservedIncident[]; failure: AppError | undefined },
): Promise<void> {
  progress.update({ search: undefined });
  // What fails in it would be searched again by each poll whose overlap reaches it.
  await (failure === undefined
    ? progress.recordGap(widenWindow(instant, 's'), {
        reason: GAP_REASONS.instant,
        failsByItself: false,
        passed: instant,
      })
    : progress.recordGap(instant, { reason: failure.code, failsByItself: true, isNarrow: true }));
  const { visibleUntil } = instant;
  await progress.storePart(instant, { incidents: shown, withoutId: [], visibleUntil }).catch((error: unknown) => {
    if (!hasCode(error, 'budget-spent')) throw error;
  });
}

const NOTHING_READ = { count: 0, fruitlessRuns: 0 };

/** One that fails takes as many as a page can be halved; a source that is down, or fails by window, is not asked for ever. */
const MAX_FAILURES = 16;

/**
 * What an instant shows beside an incident that fails each page which holds it: pages of `cap`, halved where they fail. It proves
 * nothing of what is not seen, so it comes when the gap is recorded, and takes what calls are left.
 */
export async function readAround(reader: MeteredReader, window: ReadWindow, cap: number): Promise<ObservedIncident[]> {
  const incidents: ObservedIncident[] = [];
  const seen = new Set<string>();
  let failures = 0;
  const spans = [{ skip: 0, size: cap }];
  for (let span = spans.pop(); span !== undefined && failures < MAX_FAILURES; span = spans.pop()) {
    const { skip, size } = span;
    const page = await ask(reader, window, span);
    if (page === 'no-calls-left') return incidents;
    if (page === undefined) failures += 1;
    else incidents.push(...page.incidents);
    const half = Math.ceil(size / 2);
    if (page === undefined && size > 1) spans.push({ skip: skip + half, size: size - half }, { skip, size: half });
    // A source that does not skip sends the same for ever.
    const isBehind = page !== undefined && !bringsNew(seen, page);
    if (spans.length === 0 && !isBehind) spans.push({ skip: skip + size, size: cap });
  }
  return incidents;
}

async function ask(
  reader: MeteredReader,
  window: ReadWindow,
  { skip, size }: { skip: number; size: number },
): Promise<IncidentPage | 'no-calls-left' | undefined> {
  try {
    const page = await reader.list({ ...boundsOf(window), skip, top: size });
    refusePartial(page);
    return page;
  } catch (error) {
    if (hasCode(error, 'budget-spent')) return 'no-calls-left';
    if (!isWindowFailure(error)) throw error;
    return undefined;
  }
}
