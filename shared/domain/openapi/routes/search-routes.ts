import { OBSERVABLE_KINDS } from '../../observables/observable.ts';
import { MAX_BATCH_VALUES } from '../../queries/batch-query.ts';
import { MAX_QUERY_CHARS } from '../../queries/sought.ts';
import { COVERAGE_EXAMPLE } from '../schemas/common-schemas.ts';
import {
  BAD_REQUEST,
  guidParameter,
  OPERATOR_PROBLEMS,
  PAGE_PARAMETERS,
  problem,
  textParameter,
  timeParameter,
  wordParameter,
  type Response,
  type Routes,
} from '../schemas/operation.ts';
import { described, flag, guid, listOf, nullable, objectOf, oneOf, ref, text, time } from '../schemas/schema.ts';
import { SEARCHED_WITH_PLACE } from '../schemas/search-schemas.ts';

const FOUND_EXAMPLE = {
  tenantId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  tenantName: 'Contoso',
  customer: null,
  incidentId: '28282',
  name: 'Phishing on one endpoint',
  status: 'resolved',
  severity: 'high',
  createdTime: '2026-11-24T08:14:33.1733333Z',
  matches: [
    {
      kind: 'domain',
      value: 'evil.example',
      alertId: 'da637',
      verdict: 'malicious',
      remediation: 'Blocked',
      firstSeen: '2026-11-24T08:10:00.0000000Z',
      lastSeen: '2026-11-24T08:12:00.0000000Z',
      exact: true,
    },
  ],
};

const SEARCHED_EXAMPLE = { value: 'evil.example', kinds: ['domain'], isPrefix: true, words: [], since: null };
export const PLACE_EXAMPLE = {
  incidents: 5_000,
  indexedThrough: '2026-11-24T12:00:00.0000000Z',
  leftOutIncidents: 0,
  notIndexedCount: 0,
  notIndexed: [],
};

export const PLACE_HEADERS = {
  'X-Complete-Through': { description: 'CSV: `coverage.completeThrough`, or `never`.', schema: text },
  'X-Silent-Tenants': { description: 'CSV: how many are silent, then the ids of the 20 longest.', schema: text },
  'X-Blind-Tenants': { description: 'CSV: how many are blind, then `tenantId code` of the worst 20.', schema: text },
  'X-Indexed-Through': { description: 'CSV: `searched.indexedThrough`, or `never`.', schema: text },
  'X-Not-Indexed-Tenants': { description: 'CSV: `searched.notIndexedCount`.', schema: text },
  'X-Left-Out-Incidents': { description: 'CSV: `searched.leftOutIncidents`.', schema: text },
};

const PAGE: Response = {
  description: 'One page, and what was looked at.',
  headers: {
    ...PLACE_HEADERS,
    'X-Searched-Kinds': { description: 'CSV: `searched.kinds`.', schema: text },
    'X-Cursor': { description: 'CSV: the cursor, while there is more.', schema: text },
  },
  content: {
    'application/json': {
      schema: objectOf({
        incidents: listOf(ref('FoundIncident')),
        cursor: nullable(text),
        coverage: ref('Coverage'),
        searched: SEARCHED_WITH_PLACE,
      }),
      example: {
        incidents: [FOUND_EXAMPLE],
        cursor: null,
        coverage: COVERAGE_EXAMPLE,
        searched: { ...SEARCHED_EXAMPLE, ...PLACE_EXAMPLE },
      },
    },
    'text/csv': { schema: described(text, 'UTF-8 with BOM, a row a match.') },
  },
};

export const SEARCH_ROUTES: Routes = {
  search: {
    get: {
      operationId: 'searchIncidents',
      summary: 'Incidents of all tenants, open and closed, that hold a value or have these words in a title',
      description:
        'Newest first; with values that begin so in the order of the values. A page may be short, even empty, while `cursor` is not null, and an incident may come again on a later page with another value.',
      parameters: [
        {
          ...textParameter(
            'q',
            `At most ${MAX_QUERY_CHARS} characters: a hash, address, URL, domain, mail address, user, device, file name, incident number or portal link, defanged or not; anything else is looked for in titles.`,
          ),
          required: true,
        },
        wordParameter('kind', OBSERVABLE_KINDS, 'The kind of `q`, if its form does not show it.'),
        timeParameter('since', 'Last seen at this time or later.'),
        guidParameter('tenantId', 'One tenant; 400 `unknown-tenant` where it is not registered.'),
        textParameter('customer', 'Tenants of this customer; 400 `unknown-customer` where no tenant has it.'),
        textParameter('label', 'Tenants with this label; 400 `unknown-label` where no tenant has it.'),
        wordParameter('format', ['json', 'csv'], 'json, unless the Accept header asks for text/csv.'),
        ...PAGE_PARAMETERS,
      ],
      responses: { 200: PAGE, 400: BAD_REQUEST, ...OPERATOR_PROBLEMS },
    },
  },
  'search/batch': {
    post: {
      operationId: 'searchBatch',
      summary: 'The same for a list of indicators, with one result for each value',
      parameters: [],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: objectOf(
              {
                values: { ...listOf(text), minItems: 1, maxItems: MAX_BATCH_VALUES },
                kind: oneOf(OBSERVABLE_KINDS),
                since: time,
                tenantId: guid,
                customer: text,
                label: text,
                format: described(oneOf(['json', 'csv']), 'json, unless the Accept header asks for text/csv.'),
              },
              ['kind', 'since', 'tenantId', 'customer', 'label', 'format'],
            ),
            example: { values: ['evil.example', '203.0.113.4'] },
          },
        },
      },
      responses: {
        200: {
          description: 'One result for each value, in their order.',
          headers: PLACE_HEADERS,
          content: {
            'application/json': {
              schema: objectOf({
                answers: listOf(
                  objectOf({
                    value: described(text, 'As it was sent.'),
                    incidents: described(listOf(ref('FoundIncident')), 'At most 20.'),
                    isCut: described(flag, 'There may be more: `GET /search` has them.'),
                    searched: ref('Searched'),
                  }),
                ),
                coverage: ref('Coverage'),
                searched: ref('SearchedPlace'),
              }),
              example: {
                answers: [
                  { value: 'evil.example', incidents: [FOUND_EXAMPLE], isCut: false, searched: SEARCHED_EXAMPLE },
                ],
                coverage: COVERAGE_EXAMPLE,
                searched: PLACE_EXAMPLE,
              },
            },
            'text/csv': {
              schema: described(text, 'UTF-8 with BOM, a row a match, and one for a value that nobody has.'),
            },
          },
        },
        400: problem('The body is wrong: the detail names the value.'),
        413: problem('The body is over 65,536 characters.'),
        ...OPERATOR_PROBLEMS,
      },
    },
  },
};
