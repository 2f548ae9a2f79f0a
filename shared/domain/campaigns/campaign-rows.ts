import { gunzipSync } from 'node:zlib';
import type { ObservableKind } from '../observables/observable.ts';
import { ROW_VERSION } from '../rows/incident-rows.ts';
import { binaryColumn, textColumn } from '../rows/row-columns.ts';
import { encodeValue, invertTicks } from '../rows/row-keys.ts';
import { compressIfFits } from '../rows/row-limits.ts';
import type { RowProperties, RowRange, StoredRow } from '../values/table-row.ts';
import { readTenantId, type TenantId } from '../values/tenant-id.ts';
import { readTicks, formatTicks, type Ticks } from '../values/ticks.ts';
import type { Campaign } from './campaign.ts';
import { LEFT_OUT_REASONS, type LeftOutReason } from './noise.ts';

/** A partition of the table `Incidents` that no shard has: what several customers have in common. */
export const CAMPAIGN_PARTITION = 'campaigns';

/** How far the log of changes has been followed. */
export const FOLLOWER_KEY = 'follower';

export const toFollowerRow = (through: Ticks): RowProperties => ({ v: ROW_VERSION, through: formatTicks(through) });

/** What was logged before then is in the campaigns; `undefined`: nothing is, as nobody has begun. */
export function readFollowerRow(row: StoredRow | undefined): Ticks | undefined {
  return row === undefined ? undefined : readTicks(textColumn(row.properties, 'through'));
}

/** The one row that says whether a value is a campaign; its ETag orders those who look. */
export const homeKey = (encodedValue: string): string => `V!${encodedValue}`;
export const allHomes: RowRange = { from: 'V!', to: 'V"' };

/** Newest sighting first. */
export const campaignKey = (lastSeen: Ticks, encodedValue: string): string =>
  `L!${invertTicks(lastSeen)}!${encodedValue}`;

/** Campaigns that were seen at this time or later, from behind `after`. */
export function campaignsSince(since: Ticks, after: string): RowRange {
  return { from: after === '' ? 'L!' : `${after}!`, to: `L!${invertTicks(since)}"` };
}

/** A domain that accounts of a customer are in. */
export const ownDomainKey = (domain: string, tenantId: TenantId): string => `D!${encodeValue(domain)}!${tenantId}`;
export const ownDomainRange = (domain: string): RowRange => ({
  from: `D!${encodeValue(domain)}!`,
  to: `D!${encodeValue(domain)}"`,
});
export const allOwnDomains: RowRange = { from: 'D!', to: 'D"' };

export interface CampaignHome {
  encodedValue: string;
  tenants: ReadonlySet<string>;
  /** `null` while it is about to go. */
  listKey: string | null;
  checkedAt: Ticks;
}

export function toHomeRow({ tenants, listKey, checkedAt }: Omit<CampaignHome, 'encodedValue'>): RowProperties {
  return {
    v: ROW_VERSION,
    tenants: [...tenants].join(' '),
    checkedAt: formatTicks(checkedAt),
    ...(listKey !== null && { listKey }),
  };
}

export function readHomeRow({ rowKey, properties }: StoredRow): CampaignHome {
  return {
    encodedValue: rowKey.slice('V!'.length),
    tenants: new Set((textColumn(properties, 'tenants') ?? '').split(' ').filter((id) => id !== '')),
    listKey: textColumn(properties, 'listKey'),
    checkedAt: readTicks(textColumn(properties, 'checkedAt')) ?? 0n,
  };
}

/** A campaign as it is stored; counts are of all that was seen, also where not every incident is named. */
export interface StoredCampaign extends Campaign {
  tenants: StoredCampaignTenant[];
  leftOut: LeftOutReason | null;
}

export type StoredCampaignTenant = Campaign['tenants'][number] & { incidentCount: number };

type PackedTenant = [
  tenantId: string,
  verdict: string | null,
  firstSeen: string,
  lastSeen: string,
  incidentCount: number,
  incidents: [incidentId: string, firstSeen: string][],
];

/** Incidents that a row names of one tenant; with so many tenants that they do not fit, fewer. */
const NAMED_INCIDENTS = [20, 3, 1] as const;

export function toCampaignRow(campaign: Campaign, leftOut: LeftOutReason | undefined): RowProperties {
  return {
    v: ROW_VERSION,
    value: campaign.value,
    kinds: campaign.kinds.join(' '),
    firstSeen: formatTicks(campaign.firstSeen),
    lastSeen: formatTicks(campaign.lastSeen),
    isCut: campaign.isCut,
    tenants: packTenants(campaign),
    ...(leftOut !== undefined && { leftOut }),
  };
}

function packTenants({ tenants }: Campaign): Uint8Array {
  for (const most of NAMED_INCIDENTS) {
    const packed = tenants.map(({ tenantId, verdict, firstSeen, lastSeen, incidents }): PackedTenant => [
      tenantId,
      verdict,
      firstSeen.toString(),
      lastSeen.toString(),
      incidents.length,
      incidents.slice(0, most).map((incident) => [incident.incidentId, incident.firstSeen.toString()]),
    ]);
    const bytes = compressIfFits(JSON.stringify(packed));
    if (bytes !== null) return bytes;
  }
  return new Uint8Array();
}

export function readCampaignRow({ properties }: StoredRow): StoredCampaign {
  const reason = textColumn(properties, 'leftOut');
  return {
    value: textColumn(properties, 'value') ?? '',
    // Only our own writer makes these columns.
    kinds: (textColumn(properties, 'kinds') ?? '').split(' ') as ObservableKind[],
    firstSeen: readTicks(textColumn(properties, 'firstSeen')) ?? 0n,
    lastSeen: readTicks(textColumn(properties, 'lastSeen')) ?? 0n,
    isCut: properties['isCut'] === true,
    tenants: unpackTenants(binaryColumn(properties, 'tenants')),
    leftOut: LEFT_OUT_REASONS.find((known) => known === reason) ?? null,
  };
}

function unpackTenants(bytes: Uint8Array | undefined): StoredCampaignTenant[] {
  if (bytes === undefined || bytes.length === 0) return [];
  const packed = JSON.parse(gunzipSync(bytes).toString()) as PackedTenant[];
  return packed.flatMap(([id, verdict, firstSeen, lastSeen, incidentCount, incidents]) => {
    const tenantId = readTenantId(id);
    if (tenantId === undefined) return [];
    const named = incidents.map(([incidentId, seen]) => ({ incidentId, firstSeen: BigInt(seen) }));
    return [
      {
        tenantId,
        verdict,
        firstSeen: BigInt(firstSeen),
        lastSeen: BigInt(lastSeen),
        incidentCount,
        incidents: named,
      },
    ];
  });
}
