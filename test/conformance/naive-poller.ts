import fetch from 'node-fetch';
import { formatTicks, maxTicks, readTicks, TICKS_PER_DAY, ticksFromMs } from '../../shared/domain/ticks.ts';
import type { OpenCollector, SeenVersion, SourcePlace } from './collector-under-test.ts';

const TOP = 100;
const LOOKBACK_DAYS = 30n;

/**
 * A poller as they are commonly written, wrong on purpose: `gt` the newest time seen, pages by `$skip`, and what was read
 * before an error counts. It shows that the kit sees losses.
 */
export const openNaivePoller: OpenCollector = (place) => {
  const passedOn: SeenVersion[] = [];
  let watermark = ticksFromMs(place.nowMs()) - LOOKBACK_DAYS * TICKS_PER_DAY;
  return {
    poll: async () => {
      let newest = watermark;
      try {
        for (let skip = 0; ; skip += TOP) {
          const page = await readPage(place, `lastUpdateTime gt ${formatTicks(watermark)}`, skip);
          passedOn.push(...page);
          for (const { lastUpdateTime } of page) newest = maxTicks(newest, readTicks(lastUpdateTime) ?? 0n);
          if (page.length < TOP) break;
        }
      } finally {
        watermark = newest;
      }
    },
    versions: async () => passedOn,
  };
};

async function readPage({ url, getToken }: SourcePlace, filter: string, skip: number): Promise<SeenVersion[]> {
  const query = new URLSearchParams({ $filter: filter, $top: String(TOP), $skip: String(skip) });
  const answer = await fetch(`${url}/api/incidents?${query.toString()}`, {
    headers: { authorization: `Bearer ${await getToken()}` },
  });
  if (!answer.ok) throw new Error(`The source answered ${answer.status}`);
  const { value } = (await answer.json()) as { value: { incidentId: number; lastUpdateTime: string }[] };
  return value.map(({ incidentId, lastUpdateTime }) => ({ incidentId: String(incidentId), lastUpdateTime }));
}
