import {
  positionOf,
  rangeAfter,
  type ListMark,
  type ListPosition,
  type ListStream,
} from '../domain/queries/list-position.ts';
import type { RowProperties, RowRange, StoredRow } from '../domain/values/table-row.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import type { Table } from '../ports/table.ts';

export interface MergedQuery {
  streams: readonly ListStream[];
  since: Ticks;
  before: Ticks;
  pageSize: number;
  /** Rows may be left out after reading, so it pays to read more of them at once. */
  isFiltered: boolean;
  /** Requests beyond the first of each stream; a single stream gets at least one. */
  extraRequests?: number;
  /** Of nearly all rows nothing is shown, so as many as possible are read at once. */
  isSparse?: boolean;
  select?: readonly string[];
  matches(row: RowProperties): boolean;
}

export interface MergedPage {
  rows: StoredRow[];
  /** Rows that do not match and lie before the end of the page. */
  passed: StoredRow[];
  next: ListMark | undefined;
}

/** Requests of one page beyond the first of each stream; a single stream gets four in all. */
const EXTRA_REQUESTS = 4;
const MAX_ROWS = 1_000;
const FILTERED_ROWS = 250;

interface Entry {
  position: ListPosition;
  row: StoredRow;
  isMatch: boolean;
}

interface StreamState {
  stream: ListStream;
  range: RowRange;
  entries: Entry[];
  /** All rows of the stream up to here are in `entries`. */
  reached: ListPosition;
  continuation: string | undefined;
  /** The continuation before which the stream has no rows; `''` when it has none at all. */
  emptyBefore: string | undefined;
  isDone: boolean;
}

/**
 * One page of many lists, merged by position, with at most `streams + 4` storage requests. The service may cut a response
 * anywhere, even before its first row; a row is shown only when no stream can hold an unseen one before it. So a page may be
 * short.
 */
export async function readMergedPage(table: Table, query: MergedQuery, start: ListMark): Promise<MergedPage> {
  const states = query.streams.map((stream) => openStream(query, stream, start));
  const { extraRequests = EXTRA_REQUESTS } = query;
  let requests = states.length === 1 ? Math.max(1, extraRequests) : states.length + extraRequests;
  let behind = states;
  let top = firstTop(query);
  while (behind.length > 0) {
    await Promise.all(behind.map((state) => readOn(table, query, state, top)));
    requests -= behind.length;
    behind = listBehind(states, query.pageSize).slice(0, requests);
    top = query.isFiltered ? MAX_ROWS : query.pageSize;
  }
  return takePage(states, query.pageSize, start.position);
}

/**
 * Without a filter more than a fifth of the page from each of many streams: then at most four of them can run out before the page
 * is full, and the extra requests fill it.
 */
function firstTop({ streams, pageSize, isFiltered, isSparse, extraRequests }: MergedQuery): number {
  if (isSparse === true) return MAX_ROWS;
  if (isFiltered) return Math.max(FILTERED_ROWS, pageSize);
  return streams.length <= EXTRA_REQUESTS || extraRequests === 0
    ? pageSize
    : Math.floor(pageSize / (EXTRA_REQUESTS + 1)) + 1;
}

function openStream(query: MergedQuery, stream: ListStream, { position, continuations }: ListMark): StreamState {
  const range = rangeAfter(stream, query.since, query.before, position);
  const emptyBefore = continuations[stream.id];
  const isDone = range.from >= range.to || emptyBefore === '';
  return { stream, range, entries: [], reached: position, continuation: emptyBefore, emptyBefore, isDone };
}

async function readOn(table: Table, query: MergedQuery, state: StreamState, top: number): Promise<void> {
  if (state.isDone) return;
  const options = {
    top,
    ...(query.select && { select: query.select }),
    ...(state.continuation !== undefined && { next: state.continuation }),
  };
  const page = await table.list(state.stream.shard, state.range, options);
  for (const row of page.rows)
    state.entries.push({ position: positionOf(state.stream, row.rowKey), row, isMatch: query.matches(row.properties) });
  state.reached = state.entries.at(-1)?.position ?? state.reached;
  state.continuation = page.next;
  if (state.entries.length === 0) state.emptyBefore = page.next ?? '';
  state.isDone = page.next === undefined;
}

const byPosition = (a: { position: ListPosition }, b: { position: ListPosition }): number =>
  a.position < b.position ? -1 : a.position > b.position ? 1 : 0;

/** Streams that may still hold a row of this page, the ones that hold it up most first. */
function listBehind(states: readonly StreamState[], pageSize: number): StreamState[] {
  const matches = states.flatMap(({ entries }) => entries.filter(({ isMatch }) => isMatch)).sort(byPosition);
  const last = matches[pageSize - 1]?.position;
  return states
    .filter(({ isDone, reached }) => !isDone && (last === undefined || reached < last))
    .sort((a, b) => (a.reached < b.reached ? -1 : 1));
}

function takePage(states: readonly StreamState[], pageSize: number, start: ListPosition): MergedPage {
  const unread = states.filter(({ isDone }) => !isDone);
  const limit = unread.map(({ reached }) => reached).sort()[0];
  const known = states
    .flatMap(({ entries }) => entries)
    .filter(({ position }) => limit === undefined || position <= limit)
    .sort(byPosition);
  const matches = known.filter(({ isMatch }) => isMatch);
  const rows = matches.slice(0, pageSize).map(({ row }) => row);
  const following = matches[pageSize];
  const end = following === undefined ? limit : lastBefore(known, following);
  const passed = known
    .filter(({ isMatch, position }) => !isMatch && (end === undefined || position <= end))
    .map(({ row }) => row);
  if (end === undefined) return { rows, passed, next: undefined };
  const isStuck = following === undefined && end === start;
  return { rows, passed, next: { position: end, continuations: isStuck ? listContinuations(states) : {} } };
}

/** What follows the page but does not match is passed over with it. */
function lastBefore(known: readonly Entry[], following: Entry): ListPosition {
  return known[known.indexOf(following) - 1]?.position ?? '';
}

/** A continuation belongs to its key range, so it is of use only while the position stays; then it is the only progress. */
function listContinuations(states: readonly StreamState[]): Record<string, string> {
  return Object.fromEntries(
    states.flatMap(({ stream, emptyBefore }) => (emptyBefore === undefined ? [] : [[stream.id, emptyBefore]])),
  );
}
