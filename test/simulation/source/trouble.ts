import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { createRandom, type Random } from '../basics/random.ts';
import type { Refusal } from './sim-refusals.ts';
import type { SourceVersion } from './sim-source.ts';

/** The ways in which one call at the source fails, as the wire shows them. */
export const FAILURE_KINDS = [
  'status 500',
  'status 502',
  'status 503',
  'status 504',
  'reset',
  'time-out',
  'cut body',
  'not JSON',
  'status 206',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** By id a 206 with a whole incident is an answer like any other. */
export const KINDS_BY_ID = FAILURE_KINDS.filter((kind) => kind !== 'status 206');

/** Too many kinds to be met one by one where calls are rare. */
export const FAMILIES = ['an error status', 'no whole answer'] as const;

export function familyOf(kind: FailureKind): (typeof FAMILIES)[number] {
  return kind.startsWith('status') ? 'an error status' : 'no whole answer';
}

export const BAD_PLACES = ['in a first read', 'up to date', '12 hours behind', 'in a crowd', 'one of three'] as const;

/** One incident that makes calls at the source fail. */
export interface BadIncident {
  /** How a list fails, one of them drawn at each call; empty: it can be listed. */
  list: readonly FailureKind[];
  /** How the read by its id fails; empty: it can be read. */
  byId: readonly FailureKind[];
  /** Whether only an answer that holds it fails, or each list whose window it lies in. */
  scope: 'page' | 'window';
  /** It stays so in the quiet time, and is never read. */
  isLasting: boolean;
  /** Where the collector meets it first. */
  place: (typeof BAD_PLACES)[number];
}

/** What the source leaves out of an incident's entry in a list. */
export const NAMELESS = ['id', 'id and time'] as const;
export type Namelessness = (typeof NAMELESS)[number];

/** Lists that are large fail. */
export interface SizeTrouble {
  /** The largest list that does not fail. */
  limit: number;
  /** Whether what was asked for with `$top` is too large, or what would be answered. */
  by: 'asked' | 'returned';
  kinds: readonly FailureKind[];
  /** In ms since 1970; Infinity: also in the quiet time. */
  untilMs: number;
}

/**
 * What a link leads to where the source cuts pages by itself: to the rest; to another host; to a failure; to the same page
 * again and again. `endless`: a link on every answer, also where nothing is cut, to the same page or an empty one without end.
 */
export const LINK_HABITS = ['honest', 'foreign', 'failing', 'stuck', 'endless'] as const;
export type LinkHabit = (typeof LINK_HABITS)[number];

/** For some time no call at the source is answered well, whatever is asked of whom. */
export interface Outage {
  fromMs: number;
  toMs: number;
  kinds: readonly FailureKind[];
}

/** What is wrong with the source itself, beside faults that come and go by chance. */
export interface Trouble {
  /** Numbers for trouble only, so that a seed without any lives the same life as before there was any. */
  random: Random;
  /** `tenant|incident` → what is wrong with it. */
  bad: Map<string, BadIncident>;
  /** All that could not be listed at any time. */
  everBad: Set<string>;
  /** `tenant|incident` → listed without its id, and without any time too. */
  nameless: Map<string, Namelessness>;
  size: SizeTrouble | undefined;
  links: LinkHabit;
  /** The `Warning` header of every answer. Neither says that something is missing. */
  warning: '299' | '214' | undefined;
  refusals: Refusal[];
  outages: Outage[];
  /** Nobody polls for so long in the middle of the life. */
  pauseMs: number;
}

export const noTrouble = (seed = 0): Trouble => ({
  random: createRandom(seed),
  bad: new Map(),
  everBad: new Set(),
  nameless: new Map(),
  size: undefined,
  links: 'honest',
  warning: undefined,
  refusals: [],
  outages: [],
  pauseMs: 0,
});

export const badKey = (tenantId: TenantId, incidentId: string): string => `${tenantId}|${incidentId}`;

export function makeBad({ bad, everBad }: Trouble, tenantId: TenantId, incidentId: string, how: BadIncident): void {
  bad.set(badKey(tenantId, incidentId), how);
  if (how.list.length > 0) everBad.add(badKey(tenantId, incidentId));
}

/** The oldest of them that makes a list fail: a search that goes from old to new meets it first. */
export function findBad(
  { bad }: Trouble,
  tenantId: TenantId,
  versions: { page: readonly SourceVersion[]; window: readonly SourceVersion[] },
): { version: SourceVersion; how: BadIncident } | undefined {
  if (bad.size === 0) return undefined;
  let oldest: { version: SourceVersion; how: BadIncident } | undefined;
  for (const scope of ['page', 'window'] as const)
    for (const version of versions[scope]) {
      const how = bad.get(badKey(tenantId, version.incidentId));
      if (how?.scope !== scope || how.list.length === 0) continue;
      if (oldest === undefined || version.updatedAt < oldest.version.updatedAt) oldest = { version, how };
    }
  return oldest;
}

/** What ends with the life, so that the quiet time can prove that everything is read after it. */
export function endTrouble(trouble: Trouble): void {
  for (const [key, { isLasting }] of trouble.bad) if (!isLasting) trouble.bad.delete(key);
  trouble.nameless.clear();
  trouble.refusals = [];
  trouble.outages = [];
  if (trouble.size?.untilMs !== Infinity) trouble.size = undefined;
  if (trouble.links === 'endless') trouble.links = 'honest';
}

/** What is wrong from the start, for the story of a seed. */
export function describeTrouble({ bad, size, links, warning, refusals, outages, pauseMs }: Trouble): string {
  const time = (ms: number): string => (ms === Infinity ? 'ever' : new Date(ms).toISOString().slice(11, 19));
  const parts = [
    ...[...bad].map(
      ([key, { list, byId, scope, isLasting, place }]) =>
        `${key.slice(0, 8)}${key.slice(36)} ${place}: lists ${list.join('/')} by ${scope}, by id ${byId.join('/')}${isLasting ? ', for good' : ''}`,
    ),
    size === undefined
      ? ''
      : `lists over ${size.limit} ${size.by} fail with ${size.kinds.join('/')} until ${time(size.untilMs)}`,
    links === 'honest' ? '' : `${links} links`,
    warning === undefined ? '' : `Warning: ${warning}`,
    ...refusals.map(
      ({ kind, tenantId, fromMs, toMs }) => `${kind.name} (${tenantId ?? 'all'}) ${time(fromMs)} to ${time(toMs)}`,
    ),
    ...outages.map(({ kinds, fromMs, toMs }) => `down with ${kinds.join('/')} ${time(fromMs)} to ${time(toMs)}`),
    pauseMs === 0 ? '' : 'nobody polls for hours',
  ];
  return parts.filter((part) => part !== '').join('; ') || 'none';
}
