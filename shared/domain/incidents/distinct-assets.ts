import { compareText } from '../values/compare-text.ts';
import type { Device, User } from './incident.ts';

interface Ranked<T> {
  asset: T;
  filled: number;
  rank: number;
  text: string;
}

/** How an asset is known: two that share one of these are one, unless they differ in a certain one. */
interface Identity {
  /** Each kind at its own place, e.g. object id, SID. */
  certain: readonly (string | null)[];
  /** A name that is unique where it is complete, and has other spellings. */
  loose: string | null;
}

/** The distinct devices of these lists; of two states of one device that of the earlier list is kept, its gaps filled. */
export function distinctDevices(lists: readonly (readonly Device[])[]): Device[] {
  return distinct(lists, ({ deviceId, aadDeviceId, name }) => ({
    certain: [deviceId, aadDeviceId],
    loose: deviceId === null && aadDeviceId === null ? name : null,
  }));
}

/** The distinct users of these lists, in whatever way an entity names them: object id, SID, UPN, domain and account. */
export function distinctUsers(lists: readonly (readonly User[])[]): User[] {
  return distinct(lists, ({ aadUserId, sid, userPrincipalName, domainName, accountName }) => {
    const certain = [aadUserId, sid, userPrincipalName];
    // Without a domain an account has many namesakes; two accounts known by the name alone are the same.
    const isComplete = domainName !== null || certain.every((id) => id === null);
    return { certain, loose: accountName !== null && isComplete ? `${domainName ?? ''}\\${accountName}` : null };
  });
}

interface Kept<T> {
  asset: T;
  order: number;
  /** Of everything that it was joined from. */
  keys: Set<string>;
}

/** Namesakes with other ids that an asset is compared with; without a bound, thousands of them would cost minutes. */
const MAX_NAMESAKES = 16;

/** The result, order included, depends on the assets and the ranks of their lists, not on the order inside a list. */
function distinct<T extends object>(lists: readonly (readonly T[])[], identify: (asset: T) => Identity): T[] {
  const [only, ...others] = lists.flat();
  if (only === undefined) return [];
  if (others.length === 0) return [{ ...only }];
  const kept = new Set<Kept<T>>();
  const known = new Map<string, Set<Kept<T>>>();
  byFullness(lists).forEach((asset, order) => {
    let joined: Kept<T> = { asset: { ...asset }, order, keys: new Set(keysOf(identify(asset))) };
    for (const twin of findTwins(joined)) if (!conflicts(twin.asset, joined.asset)) joined = join(twin, joined);
    kept.add(joined);
    for (const key of joined.keys) known.set(key, (known.get(key) ?? new Set()).add(joined));
  });
  return [...kept]
    .map(({ asset }) => ({ asset, text: JSON.stringify(asset) }))
    .sort((a, b) => compareText(a.text, b.text))
    .map(({ asset }) => asset);

  function findTwins({ keys }: Kept<T>): Kept<T>[] {
    const twins = [...keys].flatMap((key) => [...(known.get(key) ?? [])].slice(0, MAX_NAMESAKES));
    return [...new Set(twins)].sort((a, b) => a.order - b.order);
  }

  function conflicts(one: T, other: T): boolean {
    const ids = identify(other).certain;
    return identify(one).certain.some((id, kind) => {
      const otherId = ids[kind] ?? null;
      return id !== null && otherId !== null && id.toLowerCase() !== otherId.toLowerCase();
    });
  }

  /** What two were that a third shows to be one is joined too. */
  function join(one: Kept<T>, other: Kept<T>): Kept<T> {
    const [first, second] = one.order < other.order ? [one, other] : [other, one];
    fillGaps(first.asset, second.asset);
    kept.delete(second);
    for (const key of second.keys) {
      known.get(key)?.delete(second);
      first.keys.add(key);
    }
    return first;
  }
}

function keysOf({ certain, loose }: Identity): string[] {
  const ids: readonly (readonly [string, string | null])[] = [
    ...certain.map((id, kind) => [`${kind}`, id] as const),
    ['loose', loose],
  ];
  return ids.flatMap(([kind, id]) => (id === null ? [] : [`${kind}|${id.toLowerCase()}`]));
}

/** Fullest first, so that an asset with two ids comes before those with one of them. */
function byFullness<T extends object>(lists: readonly (readonly T[])[]): T[] {
  const seen = new Set<string>();
  const ranked: Ranked<T>[] = [];
  lists.forEach((list, rank) => {
    for (const asset of list) {
      const text = JSON.stringify(asset);
      if (seen.has(text)) continue;
      seen.add(text);
      ranked.push({ asset, filled: Object.values(asset).filter((field) => field !== null).length, rank, text });
    }
  });
  return ranked
    .sort((a, b) => b.filled - a.filled || a.rank - b.rank || compareText(a.text, b.text))
    .map(({ asset }) => asset);
}

function fillGaps<T extends object>(target: T, source: T): void {
  for (const key in source) target[key] ??= source[key];
}
