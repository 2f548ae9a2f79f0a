import type { CycleSlot } from './domain/completeness.ts';
import { SMALLEST_TOP, smallerTop } from './domain/page-size.ts';
import { UNIT_TICKS, type ReadCycle, type ReadWindow, type WindowSearch } from './domain/read-cycle.ts';
import { maxTicks, type Ticks } from './domain/ticks.ts';
import { afterFailure, startSearch, type SearchContext } from './domain/window-search.ts';
import { AppError } from './errors.ts';
import type { MeteredReader } from './metered-reader.ts';

/** Failures that one window or one incident can have by itself; all others are the tenant's, the app's or the service's. */
const WINDOW_FAILURES = ['bad-page', 'page-too-large', 'source-unavailable', 'incomplete-answer', 'bad-request'];

export function isWindowFailure(error: unknown): error is AppError {
  return error instanceof AppError && WINDOW_FAILURES.includes(error.code);
}

/** What a link to more of an answer can fail with while the list itself answers. */
const LINK_FAILURES = [...WINDOW_FAILURES, 'foreign-next-link', 'endpoint-not-found', 'forbidden', 'redirect-refused'];

export function isLinkFailure(error: unknown): error is AppError {
  return error instanceof AppError && LINK_FAILURES.includes(error.code);
}

/** What of a run a search depends on. */
export interface SearchedRun {
  slot: CycleSlot;
  smallestPart?: Ticks;
}

export function searchContext({ unit }: ReadCycle, { smallestPart }: SearchedRun): SearchContext {
  return { smallestPart: maxTicks(UNIT_TICKS[unit], smallestPart ?? 0n) };
}

export interface FailedWindow {
  window: ReadWindow;
  /** The size that was asked for. */
  top: number;
  run: SearchedRun;
  error: unknown;
}

/**
 * Begins a search when a window fails and the service answers something else. Throws the failure when it is none of a window, or
 * when the whole service is down: that is no gap of ours, and costs two calls a poll.
 */
export async function beginSearch(reader: MeteredReader, failed: FailedWindow): Promise<WindowSearch> {
  const { window, top, run, error } = failed;
  if (!isWindowFailure(error)) throw error;
  const now = reader.serviceTime();
  // Gaps are read again after the news: the service has answered already, and that they fail is known.
  if (run.slot === 'gap') return startSearch(window, { now, top, reason: error.code, calls: 1, isConfirmed: true });
  await proveServiceUp(reader, error);
  return startSearch(window, { now, top, reason: error.code, calls: 2 });
}

/** The next step of the search after one more failure; `undefined`: this part is a gap. Throws when the service is down. */
export async function continueSearch(
  reader: MeteredReader,
  search: WindowSearch,
  { window, error }: FailedWindow,
  context: SearchContext,
): Promise<WindowSearch | undefined> {
  if (!isWindowFailure(error)) throw error;
  const next = afterFailure(search, window, error.code, context);
  // What fails before anything was answered says nothing of this window, and a gap wants the last word.
  if (next === undefined || !reader.hasAnswered()) await proveServiceUp(reader, error);
  if (next === undefined) return undefined;
  const startsHalves = next.step === 'halves' && search.step !== 'halves';
  return startsHalves ? { ...next, ...(await provePartTop(reader, next)) } : next;
}

/** One small read of the newest moment: when even that fails, the whole service is down, and `original` says how. */
export async function proveServiceUp(reader: MeteredReader, original: AppError): Promise<void> {
  try {
    await reader.probe(SMALLEST_TOP);
  } catch (error) {
    throw isWindowFailure(error) ? original : error;
  }
}

/** A size that fails where there is nothing to read would make every half fail. */
async function provePartTop(reader: MeteredReader, { partTop }: WindowSearch): Promise<Partial<WindowSearch>> {
  let top = partTop;
  for (;;) {
    try {
      await reader.probe(top);
      return { partTop: top, top };
    } catch (error) {
      const smaller = smallerTop(top);
      if (!isWindowFailure(error) || smaller === undefined) throw error;
      top = smaller;
    }
  }
}
