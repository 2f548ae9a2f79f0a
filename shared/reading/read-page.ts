import type { ObservedIncident } from '../domain/incidents/incident.ts';
import { coarserUnit, isInside, widenWindow, type FilterUnit, type ReadWindow } from '../domain/reading/read-cycle.ts';
import type { Ticks } from '../domain/values/ticks.ts';
import type { IncidentPage, IncidentQuery } from '../ports/incident-source.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { proveFilter } from '../sources/prove-filter.ts';
import { readUntilStable } from '../sources/read-until-stable.ts';
import { refusePartial } from '../sources/refuse-partial.ts';
import { isLinkFailure } from '../sources/window-failure.ts';

/** The answer holds all of the window. */
export interface ShortPage {
  kind: 'proven';
  incidents: ObservedIncident[];
  /** Update times of entries without an id. */
  withoutId: Ticks[];
  visibleUntil: Ticks;
  unit: FilterUnit;
  /** Set when an answer showed that the source sends fewer than `$top`. */
  pageCap: number | undefined;
  /** Entries of the longest answer so far, this one included. */
  longestPage: number;
}

/** There may be more than the answer holds. */
export interface FullPage {
  kind: 'full';
  page: IncidentPage;
  incidents: ObservedIncident[];
  visibleUntil: Ticks;
  unit: FilterUnit;
  pageCap: number | undefined;
  longestPage: number;
}

/** What one window's answer is worth. */
export type PageVerdict = ShortPage | FullPage;

export interface PageRequest {
  window: ReadWindow;
  unit: FilterUnit;
  top: number;
  pageCap: number | undefined;
  longestPage: number;
  links: NextLinks;
  /** Follow every short page that is longer than any before by one `$skip` of its length; else only those of a suspicious length. */
  proveCap: boolean;
}

/**
 * Reads one window and says whether the answer holds all of it. Throws what stands in the way, by name. A source that compares
 * times more coarsely than it prints them is asked in whole milliseconds, then seconds.
 */
export async function readPage(reader: MeteredReader, request: PageRequest): Promise<PageVerdict> {
  const asked = widenWindow(request.window, request.unit);
  const page = await readUsable(reader, { ...boundsOf(asked), top: request.top });
  const outside = page.incidents.find(({ updatedAt, timeAssumed }) => !timeAssumed && !isInside(asked, updatedAt));
  const unit = coarserUnit(request.unit);
  if (outside !== undefined && unit !== undefined) return readPage(reader, { ...request, unit });
  if (outside !== undefined) await proveFilter(reader, outside);
  // A source that sends more than the cap it was thought to have has shown that it is another one, if there is any.
  const pageCap = request.pageCap !== undefined && page.count > request.pageCap ? undefined : request.pageCap;
  const cap = Math.min(request.top, pageCap ?? request.top);
  const longestPage = Math.max(request.longestPage, page.count);
  const base = { visibleUntil: page.visibleUntil, unit: request.unit, pageCap, longestPage };
  if (page.count >= cap) return { kind: 'full', page, incidents: page.incidents, ...base };
  if (page.nextLink !== undefined) return readChain(reader, request, asked, page, base);
  if (needsProof({ ...request, pageCap }, page.count)) return proveCap(reader, request, asked, page);
  return { kind: 'proven', incidents: page.incidents, withoutId: page.withoutId, ...base };
}

export function boundsOf(window: ReadWindow): { updatedFrom: Ticks; updatedTo?: Ticks } {
  return window.to === undefined ? { updatedFrom: window.from } : { updatedFrom: window.from, updatedTo: window.to };
}

/**
 * What comes back behind a short page is a cap of the source, or an incident that arrived between the two reads: the page is
 * read again, and only one of the same length with more behind it is a cap. Nothing behind it proves only a page that comes back
 * with the same entries: an incident that has left meanwhile makes room on a clamped page for one that it did not show. It proves
 * nothing when it comes back with a link to more.
 */
async function proveCap(
  reader: MeteredReader,
  request: PageRequest,
  asked: ReadWindow,
  first: IncidentPage,
): Promise<PageVerdict> {
  let page = first;
  let isCapped = false;
  for (let attempt = 1; attempt <= CAP_ATTEMPTS && !isCapped && page.count < request.top; attempt += 1) {
    const rest = await readUsable(reader, { ...boundsOf(asked), top: request.top, skip: page.count });
    const again = await readUsable(reader, { ...boundsOf(asked), top: request.top });
    if (again.nextLink !== undefined) {
      const { incidents: _incidents, ...base } = toVerdict(again, request);
      return readChain(reader, request, asked, again, base);
    }
    if (rest.count === 0 && rest.nextLink === undefined && areSameEntries(page, again))
      return { kind: 'proven', ...toVerdict(again, request), withoutId: again.withoutId };
    isCapped = rest.count > 0 && again.count === page.count;
    page = again;
  }
  return { kind: 'full', page, ...toVerdict(page, request), pageCap: isCapped ? page.count : undefined };
}

function areSameEntries(page: IncidentPage, again: IncidentPage): boolean {
  const shown = new Set(page.incidents.map(({ incident }) => incident.incidentId));
  return again.count === page.count && again.incidents.every(({ incident }) => shown.has(incident.incidentId));
}

function toVerdict(page: IncidentPage, { unit, pageCap, longestPage }: PageRequest) {
  return {
    incidents: page.incidents,
    visibleUntil: page.visibleUntil,
    unit,
    pageCap,
    longestPage: Math.max(longestPage, page.count),
  };
}

const CAP_ATTEMPTS = 4;

/** Page sizes that services clamp `$top` to. */
const SUSPICIOUS_LENGTHS = [25, 50];

function needsProof({ proveCap: isThorough, longestPage, pageCap }: PageRequest, count: number): boolean {
  return (
    pageCap === undefined && count > 0 && count >= longestPage && (isThorough || SUSPICIOUS_LENGTHS.includes(count))
  );
}

/** A short page with more behind its link: less than a full page in all is read until two passes in a row agree. */
async function readChain(
  reader: MeteredReader,
  { top, links }: PageRequest,
  asked: ReadWindow,
  first: IncidentPage,
  base: Omit<FullPage, 'kind' | 'page' | 'incidents'>,
): Promise<PageVerdict> {
  const rest = { bounds: boundsOf(asked), top, links };
  const chain = await readRest(reader, rest, first);
  const incidents = chain.pages.flatMap((page) => page.incidents);
  if (!chain.isWhole) return { kind: 'full', page: first, incidents, ...base };
  let known: Chain | undefined = chain;
  const readPass = async (): Promise<IncidentPage[] | undefined> => {
    const pass: Chain = known ?? (await readRest(reader, rest, await readUsable(reader, { ...rest.bounds, top })));
    known = undefined;
    return pass.isWhole ? pass.pages : undefined;
  };
  const stable = await readUntilStable(readPass, { from: asked.from });
  if (!stable.isStable) return { kind: 'full', page: first, incidents, ...base };
  const { withoutId, visibleUntil } = stable;
  return { kind: 'proven', incidents: stable.incidents, withoutId, ...base, visibleUntil };
}

async function readUsable(reader: MeteredReader, query: IncidentQuery): Promise<IncidentPage> {
  const page = await reader.list(query);
  refusePartial(page);
  return page;
}

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
