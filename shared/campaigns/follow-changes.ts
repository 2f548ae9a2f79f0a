import { CAMPAIGN_DAYS } from '../domain/campaigns/campaign.ts';
import {
  allHomes,
  CAMPAIGN_PARTITION,
  FOLLOWER_KEY,
  readFollowerRow,
  readHomeRow,
  toFollowerRow,
  type CampaignHome,
} from '../domain/campaigns/campaign-rows.ts';
import { LIST_START, shardStreams, type ListMark } from '../domain/queries/list-position.ts';
import { mapLimited } from '../domain/values/map-limited.ts';
import type { StoredRow } from '../domain/values/table-row.ts';
import { maxTicks, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_SECOND, type Ticks } from '../domain/values/ticks.ts';
import { isRace } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Table } from '../ports/table.ts';
import { BEHIND_CLOCK, reachedBy } from '../querying/list-changes.ts';
import { readMergedPage, type MergedPage } from '../querying/read-merged-page.ts';
import { listAllRows } from '../tables/list-all-rows.ts';
import { tableUntil, type RunLimits } from '../tables/table-until.ts';
import { saveOwnDomains } from './own-domains.ts';
import { readNews } from './read-news.ts';
import { settleCampaign } from './settle-campaign.ts';

export interface FollowDeps extends RunLimits {
  incidents: Table;
  clock: Clock;
  log: Log;
}

interface Run {
  incidents: Table;
  isOutOfTime(): boolean;
  /** Campaigns at its beginning. */
  homes: readonly CampaignHome[];
  counts: { entries: number; settled: number; checked: number };
}

/** Values under way at once: each is one read of every partition. */
const AT_ONCE = 4;
const ENTRIES_A_PAGE = 200;
/** What the log does not tell, as a verdict that was taken back, shows after this. */
const CHECK_AFTER = TICKS_PER_HOUR;

/**
 * Brings the campaigns up to the end of the log of changes, as far as the run's time goes. How far it has come is written down
 * after what it has done: a run that dies is repeated, and what is repeated comes to the same.
 */
export async function followChanges(deps: FollowDeps): Promise<void> {
  const { clock, log } = deps;
  const startMs = clock.monotonicMs();
  const incidents = tableUntil(deps.incidents, clock, startMs + deps.endMs);
  const isOutOfTime = (): boolean => clock.monotonicMs() - startMs > deps.budgetMs;
  // The first answer sets the service's clock.
  const row = await incidents.get(CAMPAIGN_PARTITION, FOLLOWER_KEY);
  const homes = (await listAllRows(incidents, CAMPAIGN_PARTITION, allHomes)).map(readHomeRow);
  const run: Run = { incidents, isOutOfTime, homes, counts: { entries: 0, settled: 0, checked: 0 } };
  const through = await readOn(run, row);
  await checkOld(run);
  const lagSeconds = Number((incidents.serviceTime() - through) / TICKS_PER_SECOND);
  const durationMs = Math.round(clock.monotonicMs() - startMs);
  log('info', 'campaigns', { ...run.counts, campaigns: homes.length, lagSeconds, durationMs });
}

/** Answers how far it has come: no further when another run is at it. */
async function readOn({ incidents, isOutOfTime, homes, counts }: Run, row: StoredRow | undefined): Promise<Ticks> {
  const now = incidents.serviceTime();
  const since = readFollowerRow(row) ?? now - CAMPAIGN_DAYS * TICKS_PER_DAY;
  const before = maxTicks(since, now - BEHIND_CLOCK);
  const known = new Set(homes.map(({ encodedValue }) => encodedValue));
  let [through, etag, mark] = [since, row?.etag, LIST_START as ListMark | undefined];
  while (mark !== undefined && !isOutOfTime()) {
    const page = await readLog(incidents, { since, before }, mark);
    const { bad, gone, ownDomains } = await readNews(incidents, page.rows);
    await saveOwnDomains(incidents, ownDomains);
    // Only what is a campaign can cease to be one.
    const values = [...new Set([...bad, ...[...gone].filter((value) => known.has(value))])];
    await mapLimited(values, AT_ONCE, (value) => settleCampaign(incidents, value));
    for (const value of values) known.add(value);
    counts.entries += page.rows.length;
    counts.settled += values.length;
    const reached = page.next === undefined ? before : reachedBy(page.next, since, before);
    const saved = await saveThrough(incidents, reached, etag);
    if (saved === undefined) return through;
    [through, etag, mark] = [reached, saved, page.next];
  }
  return through;
}

function readLog(incidents: Table, range: { since: Ticks; before: Ticks }, mark: ListMark): Promise<MergedPage> {
  const query = { streams: shardStreams('C'), ...range, pageSize: ENTRIES_A_PAGE, isFiltered: false };
  return readMergedPage(incidents, { ...query, matches: () => true }, mark);
}

/** `undefined`: another run has written it since. */
async function saveThrough(incidents: Table, through: Ticks, etag: string | undefined): Promise<string | undefined> {
  const own = { rowKey: FOLLOWER_KEY, properties: toFollowerRow(through) };
  try {
    const [saved] = await incidents.transact(CAMPAIGN_PARTITION, [
      etag === undefined ? { kind: 'insert', ...own } : { kind: 'replace', ...own, ifMatch: etag },
    ]);
    return saved;
  } catch (error) {
    if (!isRace(error)) throw error;
    return undefined;
  }
}

/** Looks again at campaigns that nobody has looked at for a while, those that wait longest first. */
async function checkOld({ incidents, isOutOfTime, homes, counts }: Run): Promise<void> {
  const oldest = incidents.serviceTime() - CHECK_AFTER;
  const due = homes.filter(({ checkedAt }) => checkedAt <= oldest).sort((a, b) => (a.checkedAt < b.checkedAt ? -1 : 1));
  await mapLimited(due, AT_ONCE, async ({ encodedValue }) => {
    if (isOutOfTime()) return;
    await settleCampaign(incidents, encodedValue);
    counts.checked += 1;
  });
}
