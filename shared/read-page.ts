import type { ObservedIncident } from './domain/incident.ts';
import { coarserUnit, isInside, widenWindow, type FilterUnit, type ReadWindow } from './domain/read-cycle.ts';
import type { Ticks } from './domain/ticks.ts';
import { AppError } from './errors.ts';
import type { MeteredReader } from './metered-reader.ts';
import type { IncidentPage } from './ports/incident-source.ts';
import { readUntilStable } from './read-until-stable.ts';

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
  provenPage: number;
}

/** There may be more than the answer holds. */
export interface FullPage {
  kind: 'full';
  page: IncidentPage;
  incidents: ObservedIncident[];
  visibleUntil: Ticks;
  unit: FilterUnit;
  pageCap: number | undefined;
}

/** What one window's answer is worth. */
export type PageVerdict = ShortPage | FullPage;

export interface PageRequest {
  window: ReadWindow;
  unit: FilterUnit;
  top: number;
  pageCap: number | undefined;
  provenPage: number;
  /** Follow every short page that is longer than any before by one `$skip` of its length; else only those of a suspicious length. */
  proveCap: boolean;
}

/** Reads one window and says whether the answer holds all of it. Throws what stands in the way, by name. */
export async function readPage(reader: MeteredReader, request: PageRequest): Promise<PageVerdict> {
  const asked = widenWindow(request.window, request.unit);
  const page = await reader.list({ ...boundsOf(asked), top: request.top });
  refusePartial(page);
  const outside = page.incidents.find(({ updatedAt, timeAssumed }) => !timeAssumed && !isInside(asked, updatedAt));
  if (outside !== undefined) return readCoarser(reader, request, outside);
  // A source that sends more than the cap it was thought to have has shown that there is none.
  const pageCap = request.pageCap !== undefined && page.count > request.pageCap ? undefined : request.pageCap;
  const cap = Math.min(request.top, pageCap ?? request.top);
  const base = { visibleUntil: page.visibleUntil, unit: request.unit, pageCap };
  if (page.count >= cap) return { kind: 'full', page, incidents: page.incidents, ...base };
  if (page.nextLink !== undefined) return readChain(reader, page, asked, cap, base);
  if (needsProof(request, page.count)) return proveCap(reader, request, asked, page);
  return {
    kind: 'proven',
    incidents: page.incidents,
    withoutId: page.withoutId,
    ...base,
    provenPage: request.provenPage,
  };
}

export function boundsOf(window: ReadWindow): { updatedFrom: Ticks; updatedTo?: Ticks } {
  return window.to === undefined ? { updatedFrom: window.from } : { updatedFrom: window.from, updatedTo: window.to };
}

export function refusePartial(page: IncidentPage): void {
  if (page.isPartial)
    throw new AppError(
      'microsoft',
      'incomplete-answer',
      'Cannot use an answer that the source marks as incomplete: it proves nothing',
      {
        retriable: true,
        action: 'Nothing: the window is read again',
      },
    );
}

/** A source that compares times more coarsely than it prints them is asked in whole milliseconds, then seconds. */
function readCoarser(reader: MeteredReader, request: PageRequest, outside: ObservedIncident): Promise<PageVerdict> {
  const unit = coarserUnit(request.unit);
  if (unit !== undefined) return readPage(reader, { ...request, unit });
  throw new AppError(
    'microsoft',
    'filter-not-honoured',
    `Cannot trust the answer: incident ${outside.incident.incidentId} of ${outside.incident.lastUpdateTime} lies outside the filter`,
    { action: 'Nothing: the tenant is read again at the next tick; if it lasts, open a case with Microsoft' },
  );
}

/**
 * What comes back behind a short page is a cap of the source, or an incident that arrived between the two reads: the page is
 * read again, and only one of the same length with more behind it is a cap.
 */
async function proveCap(
  reader: MeteredReader,
  request: PageRequest,
  asked: ReadWindow,
  first: IncidentPage,
): Promise<PageVerdict> {
  let page = first;
  for (let attempt = 1; attempt <= CAP_ATTEMPTS; attempt += 1) {
    const rest = await reader.list({ ...boundsOf(asked), top: request.top, skip: page.count });
    refusePartial(rest);
    const base = { incidents: page.incidents, visibleUntil: page.visibleUntil, unit: request.unit };
    if (rest.count === 0)
      return { kind: 'proven', ...base, withoutId: page.withoutId, pageCap: request.pageCap, provenPage: page.count };
    const again = await reader.list({ ...boundsOf(asked), top: request.top });
    refusePartial(again);
    if (again.count === page.count || again.count >= request.top)
      return { kind: 'full', page: again, ...base, pageCap: capOf(again, request) };
    page = again;
  }
  return {
    kind: 'full',
    page,
    incidents: page.incidents,
    visibleUntil: page.visibleUntil,
    unit: request.unit,
    pageCap: page.count,
  };
}

const CAP_ATTEMPTS = 4;

/** Page sizes that services clamp `$top` to. */
const SUSPICIOUS_LENGTHS = [25, 50];

function needsProof({ proveCap: isThorough, provenPage, pageCap }: PageRequest, count: number): boolean {
  return (
    pageCap === undefined && count > 0 && count >= provenPage && (isThorough || SUSPICIOUS_LENGTHS.includes(count))
  );
}

const capOf = (page: IncidentPage, { top }: PageRequest): number | undefined =>
  page.count >= top ? undefined : page.count;

const MAX_CHAIN = 12;

/** A short page with more behind its link: the whole chain is read until two passes in a row agree. */
async function readChain(
  reader: MeteredReader,
  first: IncidentPage,
  asked: ReadWindow,
  cap: number,
  base: { visibleUntil: Ticks; unit: FilterUnit; pageCap: number | undefined },
): Promise<PageVerdict> {
  const readOnce = async (start: IncidentPage): Promise<IncidentPage[]> => {
    const pages = [start];
    while (pages.length < MAX_CHAIN) {
      const link = pages.at(-1)?.nextLink;
      if (link === undefined) break;
      const page = await reader.follow(link, asked.from);
      refusePartial(page);
      pages.push(page);
    }
    return pages;
  };
  let isFirst = true;
  const stable = await readUntilStable(async () => {
    const start = isFirst ? first : await reader.list({ ...boundsOf(asked), top: cap });
    isFirst = false;
    return readOnce(start);
  });
  const incidents = stable.pages.flatMap((page) => page.incidents);
  const isWhole = stable.pages.every(
    (page) => page.nextLink === undefined || stable.pages.indexOf(page) < stable.pages.length - 1,
  );
  if (!stable.isStable || !isWhole) return { kind: 'full', page: first, incidents, ...base };
  const withoutId = stable.pages.flatMap((page) => page.withoutId);
  return {
    kind: 'proven',
    incidents: stable.incidents,
    withoutId,
    ...base,
    visibleUntil: stable.visibleUntil,
    provenPage: 0,
  };
}
