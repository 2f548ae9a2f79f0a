import { gatherCampaign, type Campaign, type Sighting } from '../domain/campaigns/campaign.ts';
import {
  CAMPAIGN_PARTITION,
  campaignKey,
  homeKey,
  ownDomainRange,
  readHomeRow,
  toCampaignRow,
  toHomeRow,
} from '../domain/campaigns/campaign-rows.ts';
import { domainsOf, whyNoise, type LeftOutReason } from '../domain/campaigns/noise.ts';
import type { RowOperation, StoredRow } from '../domain/values/table-row.ts';
import type { Table } from '../ports/table.ts';
import { readSightings } from '../searching/read-sightings.ts';
import { deleteIfPresent } from '../tables/delete-if-present.ts';
import { listFirstRows } from '../tables/list-first-rows.ts';
import { repeatOnRace } from '../tables/repeat-on-race.ts';
import { isMicrosoftFile } from './is-microsoft-file.ts';

/** Others who look at the same value at the same time are the follower's double and what deletes incidents. */
const TRIES = 10;

/**
 * Makes the rows of a value say what the index says of it. Nothing that was there before counts, so it may happen twice, by two at
 * once, or end anywhere. Whoever changes the index calls it afterwards, and the last of them has seen all changes: a home row is
 * only written over the version that was read before the index, and one that is new is looked at once more.
 */
export async function settleCampaign(incidents: Table, encodedValue: string): Promise<void> {
  await repeatOnRace({ tries: TRIES }, async () => {
    const home = await incidents.get(CAMPAIGN_PARTITION, homeKey(encodedValue));
    const isNew = await write(incidents, encodedValue, home);
    if (!isNew) return;
    await write(incidents, encodedValue, await incidents.get(CAMPAIGN_PARTITION, homeKey(encodedValue)));
  });
}

/** True when the value was no campaign before. */
async function write(incidents: Table, encodedValue: string, home: StoredRow | undefined): Promise<boolean> {
  const { sightings, isCut } = await readSightings(incidents, encodedValue);
  const campaign = gatherCampaign(sightings, isCut);
  if (campaign === undefined) {
    if (home !== undefined) await remove(incidents, home);
    return false;
  }
  const before = home === undefined ? null : readHomeRow(home).listKey;
  const listKey = campaignKey(campaign.lastSeen, encodedValue);
  const leftOut = await whyLeftOut(incidents, campaign, sightings);
  const tenants = new Set<string>(campaign.tenants.map(({ tenantId }) => tenantId));
  const properties = toHomeRow({ tenants, listKey, checkedAt: incidents.serviceTime() });
  const rowKey = homeKey(encodedValue);
  await incidents.transact(CAMPAIGN_PARTITION, [
    home === undefined
      ? { kind: 'insert', rowKey, properties }
      : { kind: 'replace', rowKey, properties, ifMatch: home.etag },
    ...(before === null || before === listKey ? [] : [{ kind: 'delete', rowKey: before } satisfies RowOperation]),
    { kind: 'upsert', rowKey: listKey, properties: toCampaignRow(campaign, leftOut) },
  ]);
  return home === undefined;
}

/** First out of the list, in the transaction that says so: a delete by ETag stands alone. What is left finds who looks next. */
async function remove(incidents: Table, home: StoredRow): Promise<void> {
  const { rowKey } = home;
  const { tenants, listKey } = readHomeRow(home);
  if (listKey === null) {
    await deleteIfPresent(incidents, CAMPAIGN_PARTITION, home);
    return;
  }
  const properties = toHomeRow({ tenants, listKey: null, checkedAt: 0n });
  const [etag] = await incidents.transact(CAMPAIGN_PARTITION, [
    { kind: 'replace', rowKey, properties, ifMatch: home.etag },
    { kind: 'delete', rowKey: listKey },
  ]);
  if (etag !== undefined) await deleteIfPresent(incidents, CAMPAIGN_PARTITION, { ...home, etag });
}

async function whyLeftOut(
  incidents: Table,
  { kinds, value }: Campaign,
  sightings: readonly Sighting[],
): Promise<LeftOutReason | undefined> {
  const reason = whyNoise(kinds, value);
  if (reason !== undefined) return reason;
  for (const domain of domainsOf(kinds, value).slice(-MAX_DOMAINS)) {
    const rows = await listFirstRows(incidents, CAMPAIGN_PARTITION, ownDomainRange(domain), { top: 1 });
    if (rows.length > 0) return 'own-domain';
  }
  return (await isMicrosoftFile(incidents, sightings)) ? 'microsoft-signed' : undefined;
}

/** The shortest ones: a customer's own has few labels. */
const MAX_DOMAINS = 4;
