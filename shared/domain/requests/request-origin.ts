/** What a request says about the page that made a browser send it. */
export interface RequestOrigin {
  /** `Sec-Fetch-Site`, which no page can set or leave out: browsers since 2023 send it to every https address. */
  fetchSite: string | null;
  /** `Origin`, which older browsers send too, with everything but a plain GET. */
  origin: string | null;
  /** Host names, with a port that is not the usual one, under which a browser finds this app. */
  ownHosts: readonly string[];
}

/**
 * Names the header that says that a page of another site caused the request; `undefined` when none does. Typed addresses,
 * bookmarks and links in a mail program are `none`; scripts send neither header. A sibling under the same domain is another site.
 * The same order as Go's net/http.CrossOriginProtection: https://pkg.go.dev/net/http#CrossOriginProtection
 */
export function findForeignHeader({ fetchSite, origin, ownHosts }: RequestOrigin): string | undefined {
  if (fetchSite !== null)
    return fetchSite === 'same-origin' || fetchSite === 'none' ? undefined : describe('Sec-Fetch-Site', fetchSite);
  if (origin === null || ownHosts.includes(hostOf(origin))) return undefined;
  return describe('Origin', origin);
}

const describe = (name: string, value: string): string => `${name} is ${JSON.stringify(value.slice(0, 100))}`;

/** Empty for what is no address of a site, such as the `null` of a sandboxed page. */
export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : '';
}

/**
 * A followed link, in the browser's own window: the page with the link learns nothing of the response. The same holds for a
 * browser that returns from a sign-in, which marks every address of the redirects as "cross-site".
 */
export function isFollowedLink(method: string, fetchMode: string | null, fetchDest: string | null): boolean {
  return method === 'GET' && fetchMode === 'navigate' && fetchDest === 'document';
}
