import { compareText } from './compare-text.ts';
import type { Device, User } from './incident.ts';

interface Ranked<T> {
  asset: T;
  filled: number;
  rank: number;
  text: string;
}

/** The distinct devices of these lists; of two states of one device that of the earlier list is kept, its gaps filled. */
export function distinctDevices(lists: readonly (readonly Device[])[]): Device[] {
  return distinct(lists, ({ deviceId, aadDeviceId, name }) =>
    deviceId === null && aadDeviceId === null ? [name] : [deviceId, aadDeviceId],
  );
}

/** The distinct users of these lists, in whatever way an entity names them: object id, SID, UPN, else domain and account. */
export function distinctUsers(lists: readonly (readonly User[])[]): User[] {
  return distinct(lists, ({ aadUserId, sid, userPrincipalName, domainName, accountName }) =>
    aadUserId === null && sid === null && userPrincipalName === null
      ? [`${domainName ?? ''}\\${accountName ?? ''}`]
      : [aadUserId, sid, userPrincipalName],
  );
}

/** The result, order included, depends on the assets and the ranks of their lists, not on the order inside a list. */
function distinct<T extends object>(
  lists: readonly (readonly T[])[],
  identities: (asset: T) => readonly (string | null)[],
): T[] {
  const kept: T[] = [];
  const known = new Map<string, T>();
  for (const asset of byFullness(lists)) {
    const ids = identities(asset).map((id) => id?.toLowerCase() ?? null);
    const twin = ids
      .map((id, kind) => known.get(`${kind}|${id ?? ''}`))
      .find((other) => other !== undefined && !conflicts(other, ids));
    const target = twin ?? { ...asset };
    if (twin === undefined) kept.push(target);
    else fillGaps(twin, asset);
    ids.forEach((id, kind) => {
      if (id !== null && !known.has(`${kind}|${id}`)) known.set(`${kind}|${id}`, target);
    });
  }
  return kept
    .map((asset) => ({ asset, text: JSON.stringify(asset) }))
    .sort((a, b) => compareText(a.text, b.text))
    .map(({ asset }) => asset);

  function conflicts(other: T, ids: readonly (string | null)[]): boolean {
    return identities(other).some((id, kind) => {
      const own = ids[kind] ?? null;
      return id !== null && own !== null && id.toLowerCase() !== own;
    });
  }
}

/** Fullest first, so that an asset known by two ids stands there before those known by one of them come. */
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
