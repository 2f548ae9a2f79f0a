import type { ObservedIncident } from './domain/incident.ts';
import { splitPoint, type ReadWindow } from './domain/read-cycle.ts';
import { encodeId } from './domain/row-keys.ts';
import { minTicks, readTicks, type Ticks } from './domain/ticks.ts';
import type { MeteredReader } from './metered-reader.ts';
import type { IncidentPage, IncidentQuery } from './ports/incident-source.ts';
import { boundsOf, readUntilStable, refusePartial } from './read-page.ts';

/** Spellings of the statuses that Defender documents, and `New`, which it sends too. */
const SOURCE_STATUSES = ['Active', 'InProgress', 'Resolved', 'Redirected', 'New'];

export interface InstantRead {
  isComplete: boolean;
  incidents: ObservedIncident[];
  withoutId: Ticks[];
  visibleUntil: Ticks;
}

/**
 * Reads a full window that time cannot split any more: by creation time, then by status, then by `$skip` in passes that have
 * to agree. One `$skip` of all that was found shows at the end whether something has neither.
 */
export async function readInstant(reader: MeteredReader, window: ReadWindow, cap: number): Promise<InstantRead> {
  const found = new Map<string, ObservedIncident>();
  const withoutId: Ticks[] = [];
  let visibleUntil: Ticks | undefined;
  const statuses = new Set(SOURCE_STATUSES);

  function collect(pages: readonly IncidentPage[], incidents: readonly ObservedIncident[]): void {
    for (const page of pages) {
      visibleUntil = visibleUntil === undefined ? page.visibleUntil : minTicks(visibleUntil, page.visibleUntil);
      withoutId.push(...page.withoutId);
    }
    for (const observed of incidents) {
      const key = encodeId(observed.incident.incidentId);
      const known = found.get(key);
      if (known === undefined || observed.updatedAt >= known.updatedAt) found.set(key, observed);
    }
  }

  async function ask(query: Omit<IncidentQuery, 'top' | 'updatedFrom' | 'updatedTo'>): Promise<IncidentPage> {
    const page = await reader.list({ ...boundsOf(window), ...query, top: reader.maxTop });
    refusePartial(page);
    for (const status of page.sourceStatuses) statuses.add(status);
    return page;
  }

  const isShort = (page: IncidentPage): boolean => page.count < cap && page.nextLink === undefined;

  async function readByPasses(query: Pick<IncidentQuery, 'createdFrom' | 'createdTo' | 'status'>): Promise<boolean> {
    const passes = await readUntilStable(async () => {
      const pages: IncidentPage[] = [];
      let skip = 0;
      for (;;) {
        const page = await ask(skip === 0 ? query : { ...query, skip });
        pages.push(page);
        skip += page.count;
        if (page.count < cap) return pages;
      }
    });
    collect(passes.pages, passes.incidents);
    return passes.isStable;
  }

  async function readByStatus(created: CreatedRange): Promise<boolean> {
    let isComplete = true;
    // The set may grow while it is walked: a status seen in one answer is asked for too.
    for (const status of statuses) {
      const page = await ask({ ...created, status });
      if (isShort(page)) collect([page], page.incidents);
      else isComplete = (await readByPasses({ ...created, status })) && isComplete;
    }
    return isComplete;
  }

  async function readByCreation(created: CreatedRange): Promise<boolean> {
    const page = await ask(created);
    if (isShort(page)) {
      collect([page], page.incidents);
      return true;
    }
    const times = page.incidents
      .map(({ incident }) => readTicks(incident.createdTime))
      .filter((at) => at !== undefined);
    const point =
      times.length === 0
        ? undefined
        : splitPoint(times, { from: created.createdFrom ?? 0n, to: created.createdTo }, 'tick');
    if (point === undefined) return readByStatus(created);
    const isLeftComplete = await readByCreation({ ...created, createdTo: point });
    return (await readByCreation({ ...created, createdFrom: point })) && isLeftComplete;
  }

  const isComplete = await readByCreation({});
  const rest = await ask({ skip: found.size + withoutId.length });
  const isAll = rest.count === 0 ? isComplete : await readByPasses({});
  return {
    isComplete: isAll,
    incidents: [...found.values()],
    withoutId,
    visibleUntil: minTicks(visibleUntil ?? rest.visibleUntil, rest.visibleUntil),
  };
}

type CreatedRange = Pick<IncidentQuery, 'createdFrom' | 'createdTo'>;
