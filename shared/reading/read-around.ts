import type { ObservedIncident } from '../domain/incidents/incident.ts';
import type { ReadWindow } from '../domain/reading/read-cycle.ts';
import { hasCode } from '../errors.ts';
import type { IncidentPage } from '../ports/incident-source.ts';
import type { MeteredReader } from '../sources/metered-reader.ts';
import { refusePartial } from '../sources/refuse-partial.ts';
import { isWindowFailure } from './failing-window.ts';
import { boundsOf } from './read-page.ts';
import { bringsNew } from './read-rest.ts';

/** One that fails takes as many as a page can be halved; a source that is down, or fails by window, is not asked for ever. */
const MAX_FAILURES = 16;

/**
 * What an instant shows beside an incident that fails each page which holds it: pages of `cap`, halved where they fail. It proves
 * nothing of what is not seen, so it comes when the gap is recorded, and takes what calls are left.
 */
export async function readAround(reader: MeteredReader, window: ReadWindow, cap: number): Promise<ObservedIncident[]> {
  const incidents: ObservedIncident[] = [];
  const seen = new Set<string>();
  let failures = 0;
  const spans = [{ skip: 0, size: cap }];
  for (let span = spans.pop(); span !== undefined && failures < MAX_FAILURES; span = spans.pop()) {
    const { skip, size } = span;
    const page = await ask(reader, window, span);
    if (page === 'no-calls-left') return incidents;
    if (page === undefined) failures += 1;
    else incidents.push(...page.incidents);
    const half = Math.ceil(size / 2);
    if (page === undefined && size > 1) spans.push({ skip: skip + half, size: size - half }, { skip, size: half });
    // A source that does not skip sends the same for ever.
    const isBehind = page !== undefined && !bringsNew(seen, page);
    if (spans.length === 0 && !isBehind) spans.push({ skip: skip + size, size: cap });
  }
  return incidents;
}

async function ask(
  reader: MeteredReader,
  window: ReadWindow,
  { skip, size }: { skip: number; size: number },
): Promise<IncidentPage | 'no-calls-left' | undefined> {
  try {
    const page = await reader.list({ ...boundsOf(window), skip, top: size });
    refusePartial(page);
    return page;
  } catch (error) {
    if (hasCode(error, 'budget-spent')) return 'no-calls-left';
    if (!isWindowFailure(error)) throw error;
    return undefined;
  }
}
