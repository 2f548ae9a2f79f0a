import { SMALLEST_TOP, smallerTop } from '../domain/reading/page-size.ts';
import { UNIT_TICKS, type ReadCycle, type ReadWindow, type WindowSearch } from '../domain/reading/read-cycle.ts';
import { afterFailure, startSearch, type SearchContext } from '../domain/reading/window-search.ts';
import type { CycleSlot } from '../domain/tenants/completeness.ts';
import { maxTicks, type Ticks } from '../domain/values/ticks.ts';
import { AppError, hasCode } from '../errors.ts';
import { ERRORS } from '../errors/error-table.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';

/** Failures that one window or one incident can have by itself; all others are the tenant's, the app's or the service's. */
export function isWindowFailure(error: unknown): error is AppError {
  return error instanceof AppError && ERRORS[error.code].concerns === 'window';
}

/** What a link to more of an answer can fail with while the list itself answers. */
export function isLinkFailure(error: unknown): error is AppError {
  return isWindowFailure(error) || (error instanceof AppError && ERRORS[error.code].concerns === 'link');
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

/** Begins a search when a window fails; throws the failure when it is none of a window. */
export function beginSearch(reader: MeteredReader, { window, top, run, error }: FailedWindow): WindowSearch {
  if (!isWindowFailure(error)) throw error;
  // Gaps are read again after the news: the service has answered already, and that they fail is known.
  const isConfirmed = run.slot === 'gap';
  return startSearch(window, { now: reader.serviceTime(), top, reason: error.code, calls: 1, isConfirmed });
}

/** The next step of the search after one more failure. */
export async function continueSearch(
  reader: MeteredReader,
  search: WindowSearch,
  { window, error }: FailedWindow,
  context: SearchContext,
): Promise<WindowSearch> {
  if (!isWindowFailure(error)) throw error;
  const next = afterFailure(search, window, error.code, context);
  const startsHalves = next.step === 'halves' && search.step !== 'halves';
  if (!startsHalves || search.step === 'sizes') return next;
  const partTop = await provePartTop(reader, next.partTop);
  return { ...next, partTop, top: partTop };
}

/** Lets a search go on when the service answers something else; throws when it is down, which no search can help. */
export async function proveSearch(reader: MeteredReader, search: WindowSearch): Promise<WindowSearch> {
  if (!search.isUnproven && reader.hasAnswered()) return search;
  await reader.probe(SMALLEST_TOP);
  return { ...search, isUnproven: false, calls: search.calls + 1 };
}

/** One small read of the newest moment: when even that fails, the whole service is down, and `original` says how. */
export async function proveServiceUp(reader: MeteredReader, original: AppError): Promise<void> {
  try {
    await reader.probe(SMALLEST_TOP);
  } catch (error) {
    throw isWindowFailure(error) ? original : error;
  }
}

/** The size that the parts of a failing window can be asked with: one that fails where there is nothing to read makes them all fail. */
export async function provePartTop(reader: MeteredReader, partTop: number): Promise<number> {
  let top = partTop;
  for (;;) {
    try {
      await reader.probe(top);
      return top;
    } catch (error) {
      // No time is left to ask: whether this one works is seen by what is read with it next.
      if (hasCode(error, 'budget-spent')) return top;
      const next = smallerTop(top);
      if (!isWindowFailure(error) || next === undefined) throw error;
      top = next;
    }
  }
}
