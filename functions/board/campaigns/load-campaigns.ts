import type { CampaignPage } from '../data/answers.ts';
import type { Api, Query } from '../data/api.ts';
import { loadPages, type Loaded } from '../data/load-pages.ts';
import type { CampaignView } from '../../../shared/domain/views/campaign-view.ts';

/** All pages as one: what is said of the first holds for the others, and what they passed over is added up. */
export interface CampaignSet extends Loaded<CampaignView>, Omit<CampaignPage, 'campaigns' | 'cursor'> {}

export async function loadCampaigns(api: Api, query: Query, most: number): Promise<CampaignSet> {
  let first: CampaignPage | undefined;
  const counts = new Map<CampaignPage['leftOut'][number]['reason'], number>();
  const loaded = await loadPages<CampaignView>(
    async (cursor) => {
      const page = await api.campaigns({ ...query, pageSize: '200', ...(cursor !== undefined && { cursor }) });
      first ??= page;
      for (const { reason, count } of page.leftOut) counts.set(reason, (counts.get(reason) ?? 0) + count);
      return { items: page.campaigns, cursor: page.cursor };
    },
    { most, keyOf: ({ value }) => value },
  );
  if (first === undefined) throw new Error('No page was read');
  const { since, through, coverage, searched } = first;
  const leftOut = [...counts].map(([reason, count]) => ({ reason, count }));
  return { ...loaded, since, through, coverage, searched, leftOut };
}
