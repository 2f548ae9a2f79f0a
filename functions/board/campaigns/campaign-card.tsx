import type { JSX } from 'preact';
import type { CampaignTenantView, CampaignView } from '../../../shared/domain/views/campaign-view.ts';
import { kindName } from '../model/kind-name.ts';
import { NO_FILTER } from '../model/incident-filter.ts';
import { writeRoute } from '../model/route.ts';
import { toSearchText } from '../model/search-text.ts';
import { countOf, toWords } from '../model/words.ts';
import { Moment } from '../parts/moment.tsx';
import { OutsideText } from '../parts/outside-text.tsx';
import { describeTrend, nameOf, reasonOf } from './describe-campaign.ts';

/** One value that several customers have, and where. */
export function CampaignCard({ campaign }: { campaign: CampaignView }): JSX.Element {
  const { value, kinds, verdict, customerCount, incidentCount, firstSeen, lastSeen, trend, tenants } = campaign;
  const search = writeRoute({ view: 'incidents', filter: { ...NO_FILTER, q: toSearchText(kinds, value) } });
  return (
    <li class="campaign">
      <h2>
        <a href={search}>
          <OutsideText text={value} most={300} />
        </a>
      </h2>
      <p>
        {kinds.map(kindName).join(', ')}
        {verdict !== null && (
          <>
            , <strong>{toWords(verdict)}</strong>
          </>
        )}
        : {campaign.isCut && 'at least '}
        {countOf(incidentCount, 'incident')} at {countOf(customerCount, 'customer')}, first seen{' '}
        <Moment at={firstSeen} />, last <Moment at={lastSeen} />.
      </p>
      <p class="hint">
        {describeTrend(trend)}
        {campaign.leftOut !== null && `. Taken for noise: ${reasonOf(campaign.leftOut)}`}
      </p>
      <ul class="campaign-tenants">
        {tenants.map((tenant) => (
          <Tenant key={tenant.tenantId} tenant={tenant} />
        ))}
      </ul>
    </li>
  );
}

const SHOWN_INCIDENTS = 5;

function Tenant({ tenant }: { tenant: CampaignTenantView }): JSX.Element {
  const { tenantId, verdict, incidentIds, incidentCount } = tenant;
  const shown = incidentIds.slice(0, SHOWN_INCIDENTS);
  return (
    <li>
      <OutsideText text={nameOf(tenant)} />
      {verdict !== null && ` (${toWords(verdict)})`}:{' '}
      {shown.map((incidentId, at) => (
        <>
          {at > 0 && ', '}
          <a key={incidentId} href={writeRoute({ view: 'incident', tenantId, incidentId })}>
            {incidentId}
          </a>
        </>
      ))}
      {incidentCount > shown.length && ` and ${(incidentCount - shown.length).toLocaleString('en')} more`}
    </li>
  );
}
