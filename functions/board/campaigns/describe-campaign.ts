import type { LeftOutReason } from '../../../shared/domain/campaigns/noise.ts';
import type { CampaignTenantView, CampaignView, Trend } from '../../../shared/domain/views/campaign-view.ts';
import { countOf } from '../model/words.ts';

const REASONS: Readonly<Record<LeftOutReason, string>> = {
  'private-address': 'an address of private networks',
  'documentation-address': 'an address that only examples have',
  'microsoft-name': 'a name of Microsoft’s own',
  'microsoft-signed': 'signed by Microsoft',
  'own-domain': 'a domain in which a customer has accounts',
  'most-customers': 'more than half of all customers have it',
  'one-customer': 'all its tenants are of one customer',
};

export const reasonOf = (reason: LeftOutReason): string => REASONS[reason];

/** What a list passed over, as a sentence. */
export function describeLeftOut(leftOut: readonly { reason: LeftOutReason; count: number }[]): string | undefined {
  if (leftOut.length === 0) return undefined;
  const parts = leftOut.map(({ reason, count }) => `${count.toLocaleString('en')} (${REASONS[reason]})`);
  return `Left out as noise: ${parts.join(', ')}.`;
}

export function describeTrend({ last7Days, before7Days, direction }: Trend): string {
  return `${direction}: ${countOf(last7Days, 'new incident')} in the last 7 days, ${before7Days.toLocaleString('en')} in the 7 before`;
}

type Named = Pick<CampaignTenantView, 'tenantId' | 'tenantName'>;

export const nameOf = ({ tenantName, tenantId }: Named): string => tenantName ?? tenantId;

/** Who else has something that an incident of this tenant holds; who has most of it first. */
export function othersOf(campaigns: readonly CampaignView[], tenantId: string): string[] {
  const shared = new Map<string, { name: string; count: number }>();
  for (const tenant of campaigns.flatMap(({ tenants }) => tenants)) {
    if (tenant.tenantId === tenantId) continue;
    const known = shared.get(tenant.tenantId);
    shared.set(tenant.tenantId, { name: nameOf(tenant), count: (known?.count ?? 0) + 1 });
  }
  return [...shared.values()]
    .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name))
    .map(({ name }) => name);
}

/** `Tailspin Toys and 2 others`. */
export function nameOthers([first = '', ...rest]: readonly string[]): [first: string, rest: string] {
  return [first, rest.length === 0 ? '' : ` and ${countOf(rest.length, 'other')}`];
}
