import type { Ticks } from '../domain/values/ticks.ts';
import type { IncidentPage } from '../ports/incident-source.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { refusePartial } from '../sources/refuse-partial.ts';
import { isLinkFailure } from './failing-window.ts';

/** What this poll knows of the source's links to more of an answer: they are a convenience, and `$skip` does without them. */
export interface NextLinks {
  areFollowed: boolean;
  /** Hears of the first link that leads nowhere. `code` names what was wrong. */
  onUseless(code: string): void;
}

export interface Rest {
  bounds: { updatedFrom: Ticks; updatedTo?: Ticks };
  /** Beyond so many in all the pages hold no less than a full one, which proves nothing. */
  top: number;
  links: NextLinks;
}

/** Pages of one answer, the first one included. */
export interface Chain {
  pages: IncidentPage[];
  isWhole: boolean;
}

/** Pages of one chain; with more of them the window is cut instead. */
const MAX_CHAIN = 12;

/** Reads what stands behind `first`: by its links, or by `$skip` where those are useless. */
export async function readRest(reader: MeteredReader, rest: Rest, first: IncidentPage): Promise<Chain> {
  const followed = rest.links.areFollowed ? await followLinks(reader, rest, first) : undefined;
  return followed ?? skipPages(reader, rest, first);
}

/** `undefined`: a link leads elsewhere, fails, or brings nothing new and goes on. The token stays where it belongs. */
async function followLinks(
  reader: MeteredReader,
  { bounds, top, links }: Rest,
  first: IncidentPage,
): Promise<Chain | undefined> {
  const pages = [first];
  const seen = new Set<string>();
  bringsNew(seen, first);
  let count = first.count;
  let link = first.nextLink;
  while (link !== undefined && count < top && pages.length < MAX_CHAIN) {
    const page = await followUseful(reader, links, { link, updatedFrom: bounds.updatedFrom });
    if (page === undefined) return undefined;
    if (!bringsNew(seen, page) && page.nextLink !== undefined) {
      giveUp(links, 'endless-next-link');
      return undefined;
    }
    pages.push(page);
    count += page.count;
    link = page.nextLink;
  }
  return { pages, isWhole: link === undefined && count < top };
}

async function followUseful(
  reader: MeteredReader,
  links: NextLinks,
  { link, updatedFrom }: { link: string; updatedFrom: Ticks },
): Promise<IncidentPage | undefined> {
  try {
    const page = await reader.follow(link, updatedFrom);
    refusePartial(page);
    return page;
  } catch (error) {
    if (!isLinkFailure(error)) throw error;
    giveUp(links, error.code);
    return undefined;
  }
}

function giveUp(links: NextLinks, code: string): void {
  links.areFollowed = false;
  links.onUseless(code);
}

async function skipPages(reader: MeteredReader, { bounds, top }: Rest, first: IncidentPage): Promise<Chain> {
  const pages = [first];
  const seen = new Set<string>();
  bringsNew(seen, first);
  let count = first.count;
  while (count < top && pages.length < MAX_CHAIN) {
    const page = await reader.list({ ...bounds, top, skip: count });
    refusePartial(page);
    if (page.count === 0) return { pages, isWhole: true };
    // A source that knows no `$skip` sends its first page for ever.
    if (!bringsNew(seen, page)) break;
    pages.push(page);
    count += page.count;
  }
  return { pages, isWhole: false };
}

/** Notes what a page has shown, and whether any of it was new. */
export function bringsNew(seen: Set<string>, page: IncidentPage): boolean {
  const before = seen.size;
  for (const { incident } of page.incidents) seen.add(incident.incidentId);
  return seen.size > before;
}
