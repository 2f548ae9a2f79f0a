import { LEFT_OUT_REASONS } from '../../campaigns/noise.ts';
import { OBSERVABLE_KINDS } from '../../observables/observable.ts';
import { DIRECTIONS, type CampaignTenantView, type CampaignView } from '../../views/campaign-view.ts';
import { COVERAGE_EXAMPLE } from '../schemas/common-schemas.ts';
import {
  BAD_REQUEST,
  flagParameter,
  guidParameter,
  OPERATOR_PROBLEMS,
  PAGE_PARAMETERS,
  textParameter,
  timeParameter,
  wordParameter,
  type Routes,
} from '../schemas/operation.ts';
import {
  described,
  flag,
  guid,
  integer,
  listOf,
  nullable,
  objectOf,
  oneOf,
  ref,
  text,
  time,
  type Schema,
} from '../schemas/schema.ts';
import { PLACE_EXAMPLE, PLACE_HEADERS } from './search-routes.ts';

const TENANT: Record<keyof CampaignTenantView, Schema> = {
  tenantId: guid,
  tenantName: nullable(text),
  customer: nullable(text),
  verdict: described(nullable(text), 'The worst there; it may have none.'),
  firstSeen: time,
  lastSeen: time,
  incidentCount: integer,
  incidentIds: described(listOf(text), 'The newest of them, at most 20.'),
};

const CAMPAIGN: Record<keyof CampaignView, Schema> = {
  value: described(text, 'As `GET /search` takes and shows it.'),
  kinds: listOf(oneOf(OBSERVABLE_KINDS)),
  verdict: described(nullable(text), 'The worst anywhere.'),
  customerCount: described(integer, 'Several tenants of one customer count once.'),
  incidentCount: integer,
  firstSeen: time,
  lastSeen: time,
  trend: described(
    objectOf({ last7Days: integer, before7Days: integer, direction: oneOf(DIRECTIONS) }),
    'Incidents that had it first in the last seven days, and in the seven before.',
  ),
  tenants: described(listOf(objectOf(TENANT)), 'Who has it, with a verdict or without; the newest sighting first.'),
  isCut: described(flag, 'It has over 500 sightings: there may be more of everything.'),
  leftOut: described(nullable(oneOf(LEFT_OUT_REASONS)), 'Why it is taken for noise; null: it is not.'),
};

export const CAMPAIGN_SCHEMAS: Readonly<Record<string, Schema>> = { Campaign: objectOf(CAMPAIGN) };

const LIST = objectOf({
  campaigns: listOf(ref('Campaign')),
  cursor: nullable(text),
  since: time,
  through: described(
    nullable(time),
    'What was stored before then was looked at; null while nobody has looked. A minute and a tick behind the clock.',
  ),
  leftOut: described(
    listOf(objectOf({ reason: oneOf(LEFT_OUT_REASONS), count: integer })),
    'What this page passed over as noise; `all=true` shows it.',
  ),
  coverage: ref('Coverage'),
  searched: ref('SearchedPlace'),
});

export const CAMPAIGN_ROUTES: Routes = {
  campaigns: {
    get: {
      operationId: 'listCampaigns',
      summary: 'Values that were malicious or suspicious at two customers or more within 30 days',
      description:
        'The newest sighting first. A page may be short, even empty, while `cursor` is not null. What changes while pages are read may be on two of them, or on none.',
      parameters: [
        timeParameter('since', 'Last seen at this time or later; 30 days ago when it is not given.'),
        wordParameter('kind', OBSERVABLE_KINDS, 'Only values of this kind.'),
        guidParameter('tenantId', 'What this tenant has too; 400 `unknown-tenant` where it is not registered.'),
        textParameter('customer', 'What a tenant of this customer has; 400 `unknown-customer` where no tenant has it.'),
        textParameter('label', 'What a tenant with this label has; 400 `unknown-label` where no tenant has it.'),
        textParameter('incidentId', 'With `tenantId`: what this incident holds.'),
        flagParameter('all', 'What is taken for noise too.'),
        wordParameter('format', ['json', 'csv'], 'json, unless the Accept header asks for text/csv.'),
        ...PAGE_PARAMETERS,
      ],
      responses: {
        200: {
          description: 'One page, and how far it can be believed.',
          headers: {
            ...PLACE_HEADERS,
            'X-Through': { description: 'CSV: `through`, or `never`.', schema: text },
            'X-Left-Out': { description: 'CSV: `reason count` of each in `leftOut`, or 0.', schema: text },
            'X-Cursor': { description: 'CSV: the cursor, while there is more.', schema: text },
          },
          content: {
            'application/json': {
              schema: LIST,
              example: {
                campaigns: [
                  {
                    value: 'evil.example',
                    kinds: ['domain'],
                    verdict: 'malicious',
                    customerCount: 2,
                    incidentCount: 3,
                    firstSeen: '2026-11-20T08:10:00.0000000Z',
                    lastSeen: '2026-11-24T08:12:00.0000000Z',
                    trend: { last7Days: 3, before7Days: 0, direction: 'rising' },
                    tenants: [
                      {
                        tenantId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
                        tenantName: 'Contoso',
                        customer: null,
                        verdict: 'malicious',
                        firstSeen: '2026-11-22T08:10:00.0000000Z',
                        lastSeen: '2026-11-24T08:12:00.0000000Z',
                        incidentCount: 2,
                        incidentIds: ['28282', '28240'],
                      },
                      {
                        tenantId: '0f8fad5b-d9cb-469f-a165-70867728950e',
                        tenantName: 'Fabrikam',
                        customer: null,
                        verdict: 'suspicious',
                        firstSeen: '2026-11-20T08:10:00.0000000Z',
                        lastSeen: '2026-11-20T08:10:00.0000000Z',
                        incidentCount: 1,
                        incidentIds: ['771'],
                      },
                    ],
                    isCut: false,
                    leftOut: null,
                  },
                ],
                cursor: null,
                since: '2026-10-25T12:00:00.0000000Z',
                through: '2026-11-24T11:58:30.0000000Z',
                leftOut: [{ reason: 'private-address', count: 4 }],
                coverage: COVERAGE_EXAMPLE,
                searched: PLACE_EXAMPLE,
              },
            },
            'text/csv': { schema: described(text, 'UTF-8 with BOM, a row a tenant of each campaign.') },
          },
        },
        400: BAD_REQUEST,
        ...OPERATOR_PROBLEMS,
      },
    },
  },
};
