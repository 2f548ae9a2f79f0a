import fetch from 'node-fetch';
import { formatTicks, maxTicks, readTicks, TICKS_PER_DAY, ticksFromMs } from '../../shared/domain/values/ticks.ts';
import type { OpenCollector, SeenVersion, SourcePlace } from './collector-under-test.ts';

const APIS = {
  defender: { path: '/api/incidents', top: 100, updated: 'lastUpdateTime', id: 'incidentId' },
  graph: { path: '/v1.0/security/incidents', top: 50, updated: 'lastUpdateDateTime', id: 'id' },
} as const;
const LOOKBACK_DAYS = 30n;

/**
 * A poller as they are commonly written, wrong on purpose: `gt` the newest time seen, pages by `$skip`, and what was read
 * before an error counts. It shows that the kit sees losses.
 */
export const openNaivePoller: OpenCollector = (place) => {
  const { top, updated } = APIS[place.source];
  const passedOn: SeenVersion[] = [];
  let watermark = ticksFromMs(place.nowMs()) - LOOKBACK_DAYS * TICKS_PER_DAY;
  return {
    poll: async () => {
      let newest = watermark;
      try {
        for (let skip = 0; ; skip += top) {
          const page = await readPage(place, `${updated} gt ${formatTicks(watermark)}`, skip);
          passedOn.push(...page);
          for (const { lastUpdateTime } of page) newest = maxTicks(newest, readTicks(lastUpdateTime) ?? 0n);
          if (page.length < top) break;
        }
      } finally {
        watermark = newest;
      }
    },
    versions: async () => passedOn,
  };
};

async function readPage({ source, url, getToken }: SourcePlace, filter: string, skip: number): Promise<SeenVersion[]> {
  const { path, top, updated, id } = APIS[source];
  const query = new URLSearchParams({ $filter: filter, $top: String(top), $skip: String(skip) });
  const answer = await fetch(`${url}${path}?${query.toString()}`, {
    headers: { authorization: `Bearer ${await getToken()}` },
  });
  if (!answer.ok) throw new Error(`The source answered ${answer.status}`);
  const { value } = (await answer.json()) as { value: Record<string, string | number>[] };
  return value.map((entry) => ({ incidentId: String(entry[id]), lastUpdateTime: String(entry[updated]) }));
}
