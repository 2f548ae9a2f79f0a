import type { JSX } from 'preact';
import type { IncidentView } from '../../../shared/domain/views/incident-view.ts';
import { useBoard } from '../data/board-context.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { writeRoute } from '../model/route.ts';
import { OutsideText } from '../parts/outside-text.tsx';
import { nameOthers, othersOf } from './describe-campaign.ts';
import { loadCampaigns, type CampaignSet } from './load-campaigns.ts';

type Props = Pick<IncidentView, 'tenantId' | 'incidentId' | 'createdTime' | 'lastUpdateTime'>;

/** What was seen of an incident may be older than the incident. */
const BEFORE_MS = 30 * 86_400_000;
const MOST_CAMPAIGNS = 300;
const SHOWN_VALUES = 3;

/** Who else has what an incident holds. Nothing is said where nobody is known to: that is no claim. */
export function AlsoAt({ tenantId, incidentId, createdTime, lastUpdateTime }: Props): JSX.Element | null {
  const { api } = useBoard();
  const since = new Date(Date.parse(createdTime ?? lastUpdateTime) - BEFORE_MS).toISOString();
  const { value, error } = useLoaded<CampaignSet>(
    () => loadCampaigns(api, { tenantId, incidentId, since }, MOST_CAMPAIGNS),
    [api, tenantId, incidentId, since],
  );
  if (error !== undefined) return <p class="note">Whether other customers have this too could not be asked.</p>;
  const campaigns = value?.items ?? [];
  if (campaigns.length === 0) return null;
  const [first, rest] = nameOthers(othersOf(campaigns, tenantId));
  const more = campaigns.length - SHOWN_VALUES;
  return (
    <p class="note warn also-at">
      <strong>
        Also at <OutsideText text={first} />
        {rest}
      </strong>
      :{' '}
      {campaigns.slice(0, SHOWN_VALUES).map(({ value: text }, at) => (
        <>
          {at > 0 && ', '}
          <a key={text} href={writeRoute({ view: 'campaigns', q: text, all: false })}>
            <OutsideText text={text} most={80} />
          </a>
        </>
      ))}
      {more > 0 && ` and ${more.toLocaleString('en')} more`}
    </p>
  );
}
