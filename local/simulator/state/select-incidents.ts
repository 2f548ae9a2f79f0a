import {
  MAX_TICKS,
  maxTicks,
  minTicks,
  TICKS_PER_MS,
  TICKS_PER_SECOND,
  type Ticks,
} from '../../../shared/domain/values/ticks.ts';
import { createRandom, type Random } from '../basics/random.ts';
import { lowerBound } from '../basics/sorted-index.ts';
import type { Condition, ListQuery, TimeField } from '../http/list-query.ts';
import type { ListFault } from './fault.ts';
import type { IncidentStore, IncidentVersion } from './incident-store.ts';

/** The order of a list answer; `unordered` is another one at every call. */
export type ListOrder = 'updated-desc' | 'created-desc' | 'unordered';

export interface Selection {
  versions: IncidentVersion[];
  /** `$skip` of the next page, when the answer stopped before its end and says so. */
  nextSkip: number | undefined;
}

export interface SelectContext {
  order: ListOrder;
  /** `unordered` differs by this only. */
  shuffleSeed: number;
  now: Ticks;
  faults?: readonly ListFault[];
}

interface Span {
  from: Ticks;
  /** Exclusive. */
  to: Ticks;
}

/** The page that a list query gets. */
export function selectIncidents(
  store: IncidentStore,
  query: ListQuery,
  { order, shuffleSeed, now, faults = [] }: SelectContext,
): Selection {
  const conditions = query.conditions.flatMap((condition) => applyIgnoredBounds(condition, faults));
  const unit = precision(faults);
  const created = toSpan(conditions, 'createdTime', unit);
  const updated = toSpan(conditions, 'lastUpdateTime', unit);
  const texts = conditions.flatMap((condition) => ('text' in condition ? [condition] : []));
  const matches = (version: IncidentVersion): boolean =>
    isWithin(version.updatedAt, updated) &&
    isWithin(version.createdAt, created) &&
    texts.every(({ field, text }) => version.fields[field] === text);

  const stale = faults.find((fault) => fault.kind === 'stale-replica');
  const all = stale === undefined ? undefined : store.asOf(now - BigInt(stale.lagMs) * TICKS_PER_MS);
  const oldestFirst =
    order === 'created-desc'
      ? (all?.sort((a, b) => Number(a.createdAt - b.createdAt) || a.sequence - b.sequence) ?? store.byCreation())
      : within(all ?? store.byUpdate(), updated);
  const size = Math.min(query.top, ...faults.map(pageSize));
  const found = takeNewest(oldestFirst, matches, order === 'unordered' ? Infinity : query.skip + size + 1);
  const ordered = order === 'unordered' ? shuffle(found, createRandom(shuffleSeed)) : found;
  const link = faults.find((fault) => fault.kind === 'next-link');
  const hasMore = ordered.length > query.skip + size && (link?.stopsAtTop !== true || size < query.top);
  const isLinked = link !== undefined && (hasMore || link.isEndless === true);
  return {
    versions: ordered.slice(query.skip, query.skip + size),
    nextSkip: isLinked ? query.skip + size : undefined,
  };
}

export function isSamePage(a: Selection, b: Selection): boolean {
  return a.versions.length === b.versions.length && a.versions.every((version, place) => version === b.versions[place]);
}

function pageSize(fault: ListFault): number {
  if (fault.kind === 'clamp-top') return fault.top;
  return fault.kind === 'next-link' ? fault.pageSize : Infinity;
}

function precision(faults: readonly ListFault[]): Ticks {
  const fault = faults.find(({ kind }) => kind === 'filter-precision');
  if (fault?.kind !== 'filter-precision') return 1n;
  return fault.unit === 'seconds' ? TICKS_PER_SECOND : TICKS_PER_MS;
}

function applyIgnoredBounds(condition: Condition, faults: readonly ListFault[]): Condition[] {
  const isIgnored = faults.some(
    (fault) =>
      fault.kind === 'ignore-bound' &&
      fault.field === condition.field &&
      (fault.bound === 'both' || condition.operator.startsWith(fault.bound === 'lower' ? 'g' : 'l')),
  );
  return isIgnored ? [] : [condition];
}

/** Where both sides are cut to the unit, every comparison is one with a span of whole units. */
function toSpan(conditions: readonly Condition[], field: TimeField, unit: Ticks): Span {
  let span: Span = { from: 0n, to: MAX_TICKS + 1n };
  for (const condition of conditions) {
    if (condition.field !== field || !('ticks' in condition)) continue;
    const start = condition.ticks - (condition.ticks % unit);
    const { operator } = condition;
    const from = operator === 'gt' ? start + unit : operator === 'ge' || operator === 'eq' ? start : span.from;
    const to = operator === 'lt' ? start : operator === 'le' || operator === 'eq' ? start + unit : span.to;
    span = { from: maxTicks(span.from, from), to: minTicks(span.to, to) };
  }
  return span;
}

function isWithin(ticks: Ticks, span: Span): boolean {
  return ticks >= span.from && ticks < span.to;
}

function within(oldestFirst: readonly IncidentVersion[], span: Span): readonly IncidentVersion[] {
  const start = lowerBound(oldestFirst, (version) => version.updatedAt < span.from);
  const end = lowerBound(oldestFirst, (version) => version.updatedAt < span.to);
  return start === 0 && end === oldestFirst.length ? oldestFirst : oldestFirst.slice(start, Math.max(start, end));
}

function takeNewest(
  oldestFirst: readonly IncidentVersion[],
  matches: (version: IncidentVersion) => boolean,
  atMost: number,
): IncidentVersion[] {
  const found: IncidentVersion[] = [];
  for (let place = oldestFirst.length - 1; place >= 0 && found.length < atMost; place -= 1) {
    const version = oldestFirst[place];
    if (version !== undefined && matches(version)) found.push(version);
  }
  return found;
}

function shuffle(versions: IncidentVersion[], random: Random): IncidentVersion[] {
  const shuffled: IncidentVersion[] = [];
  const left = [...versions];
  while (left.length > 0) {
    const place = random.integer(0, left.length - 1);
    const last = left.pop();
    if (last === undefined) break;
    const taken = left[place];
    if (place < left.length && taken !== undefined) {
      left[place] = last;
      shuffled.push(taken);
    } else shuffled.push(last);
  }
  return shuffled;
}
