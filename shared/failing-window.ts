import type { ReadWindow } from './domain/read-cycle.ts';
import type { TenantState } from './domain/tenant-state.ts';
import type { Ticks } from './domain/ticks.ts';
import { AppError } from './errors.ts';
import type { MeteredReader } from './metered-reader.ts';
import type { Table } from './ports/table.ts';
import { refusePartial } from './read-page.ts';

/** The search for the part of a window that makes the source fail, so that one bad incident never blocks its tenant. */
export interface FailureSearch {
  top: number;
  /** The part to read next; absent: the cycle's next window. */
  window: ReadWindow | undefined;
  /** Where the window ended that failed first. */
  until: Ticks;
  extraCalls: number;
  /** Error code of the failure. */
  reason: string;
  /** The failure lasted over two polls, or is of a kind that waiting does not cure. */
  isKnown: boolean;
  /** Something else could be read meanwhile: it is this window that fails, not the service. */
  isServiceUp: boolean;
  gap: { from: Ticks; to: Ticks } | undefined;
}

const SMALLER_PAGES = [50, 10] as const;
export const TOP_IN_HALVES = 10;
const SMALLEST_TOP = 1;
export const MAX_EXTRA_CALLS = 20;

/** Failures of one window; all others (throttled, unauthorised, a spent budget …) are the tenant's or the service's. */
const WINDOW_FAILURES = ['bad-page', 'page-too-large', 'source-unavailable', 'incomplete-answer'];
const PASSING_FAILURES = ['source-unavailable'];

export function isWindowFailure(error: unknown): error is AppError {
  return error instanceof AppError && WINDOW_FAILURES.includes(error.code);
}

export function startSearch(window: ReadWindow, state: TenantState, now: Ticks): FailureSearch {
  return {
    top: Infinity,
    window: undefined,
    until: window.to ?? now,
    extraCalls: 0,
    reason: '',
    isKnown: state.failedPolls > 0,
    isServiceUp: false,
    gap: undefined,
  };
}

/** The next step of the search after `window` failed with `error`, or throws `error` when there is nothing to search for. */
export async function searchFailure(
  deps: { reader: MeteredReader; table: Table },
  search: FailureSearch,
  window: ReadWindow,
  error: unknown,
): Promise<FailureSearch> {
  if (!isWindowFailure(error)) throw error;
  if (PASSING_FAILURES.includes(error.code) && !search.isKnown) throw error;
  const next: FailureSearch = { ...search, reason: error.code, extraCalls: search.extraCalls + 1, isKnown: true };
  const smaller = SMALLER_PAGES.find((top) => top < next.top);
  if (smaller !== undefined && next.extraCalls < MAX_EXTRA_CALLS) return { ...next, top: smaller, window };
  if (!next.isServiceUp) {
    await proveServiceUp(deps, error);
    next.isServiceUp = true;
  }
  const end = window.to ?? deps.table.serviceTime();
  const middle = window.from + (end - window.from) / 2n;
  const isLast = next.extraCalls >= MAX_EXTRA_CALLS || middle <= window.from;
  if (isLast && next.top !== SMALLEST_TOP) return { ...next, top: SMALLEST_TOP, window };
  if (isLast) return { ...next, gap: { from: window.from, to: end } };
  return { ...next, top: TOP_IN_HALVES, window: { from: window.from, to: middle } };
}

/** One read of the newest second: when even that fails, the whole service is down, and that is no gap of ours. */
async function proveServiceUp(
  { reader, table }: { reader: MeteredReader; table: Table },
  original: AppError,
): Promise<void> {
  try {
    refusePartial(await reader.withoutRepeats().list({ updatedFrom: table.serviceTime(), top: 1 }));
  } catch {
    throw original;
  }
}
