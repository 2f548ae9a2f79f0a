import { INCIDENT_STATUSES, SEVERITIES } from '../../incidents/incident.ts';
import { CSV_TIMES } from '../../views/incident-csv.ts';
import { COVERAGE_EXAMPLE } from '../schemas/common-schemas.ts';
import { INCIDENT, LISTED_INCIDENT } from '../schemas/examples.ts';
import {
  BAD_REQUEST,
  flagParameter,
  guidParameter,
  json,
  NOT_FOUND,
  OPERATOR_PROBLEMS,
  PAGE_PARAMETERS,
  pathParameter,
  problem,
  TENANT_ID,
  textParameter,
  timeParameter,
  wordParameter,
  wordsParameter,
  type Response,
  type Routes,
} from '../schemas/operation.ts';
import { described, listOf, nullable, objectOf, ref, text } from '../schemas/schema.ts';

const LIST = objectOf({
  incidents: listOf(ref('ListedIncident')),
  cursor: nullable(text),
  coverage: ref('Coverage'),
});

const DETAIL = objectOf({
  incident: ref('Incident'),
  mergedInto: described(nullable(text), 'For a merged incident the last one of its chain that is stored.'),
  alerts: described(listOf(ref('Alert')), 'Exactly those of the version shown, up to 500 at a time.'),
  history: described(listOf(ref('HistoryEntry')), 'Newest first, up to 500 at a time.'),
  cursor: nullable(text),
});

const PAGE: Response = {
  description: 'One page, and how far it can be believed.',
  headers: {
    'X-Complete-Through': { description: 'CSV: `coverage.completeThrough`, or `never`.', schema: text },
    'X-Silent-Tenants': { description: 'CSV: how many are silent, then the ids of the 20 longest.', schema: text },
    'X-Blind-Tenants': { description: 'CSV: how many are blind, then `tenantId code` of the worst 20.', schema: text },
    'X-Cursor': { description: 'CSV without `all`: the cursor, while there is more.', schema: text },
  },
  content: {
    'application/json': {
      schema: LIST,
      example: { incidents: [LISTED_INCIDENT], cursor: null, coverage: COVERAGE_EXAMPLE },
    },
    'text/csv': { schema: described(text, 'UTF-8 with BOM, `tenantName` first, lists joined with `; `.') },
  },
};

export const INCIDENT_ROUTES: Routes = {
  incidents: {
    get: {
      operationId: 'queryIncidents',
      summary: 'Incidents of all tenants or some, newest update first',
      description:
        'A page may be short, even empty, while `cursor` is not null. An incident that does not change is shown exactly once.',
      parameters: [
        guidParameter('tenantId', 'One tenant; 400 `unknown-tenant` where it is not registered.'),
        textParameter(
          'customer',
          'Tenants of this customer, in any letter case; 400 `unknown-customer` where no tenant has it.',
        ),
        textParameter(
          'label',
          'Tenants with this label, in any letter case; 400 `unknown-label` where no tenant has it.',
        ),
        wordsParameter('status', [...INCIDENT_STATUSES, 'other'], '`other` is everything outside the known words.'),
        wordsParameter('severity', [...SEVERITIES, 'other'], '`other` is everything outside the known words.'),
        flagParameter('open', 'true: any status but resolved and redirected; false: these two.'),
        textParameter('assignedTo', 'The assignee, in any letter case.'),
        timeParameter('updatedSince', 'Last update at this time or later.'),
        timeParameter('updatedBefore', 'Last update before this time.'),
        timeParameter('createdSince', 'Created at this time or later.'),
        timeParameter('createdBefore', 'Created before this time.'),
        wordParameter('format', ['json', 'csv'], 'json, unless the Accept header asks for text/csv.'),
        wordParameter(
          'times',
          [...CSV_TIMES],
          'CSV: `seconds` as spreadsheets know them, `2026-11-30 05:01:52`; `exact`, the default, with 7 fraction digits.',
        ),
        flagParameter(
          'all',
          'CSV only: every page, streamed. A connection that breaks off means that it is not whole.',
        ),
        ...PAGE_PARAMETERS,
      ],
      responses: {
        200: PAGE,
        400: BAD_REQUEST,
        ...OPERATOR_PROBLEMS,
      },
    },
  },
  'tenants/{tenantId}/incidents/{incidentId}': {
    get: {
      operationId: 'getIncident',
      summary: 'One incident with the alerts of the version shown, and its history',
      parameters: [
        TENANT_ID,
        pathParameter('incidentId', text, 'The source’s id of the incident.'),
        textParameter('cursor', 'The `cursor` of the previous response, for more alerts and history.'),
      ],
      responses: {
        200: json('The incident.', DETAIL, {
          incident: INCIDENT,
          mergedInto: null,
          alerts: [],
          history: [
            {
              at: '2026-11-24T08:15:04.0000000Z',
              lastUpdateTime: '2026-11-24T08:14:33.1733333Z',
              changes: [{ field: 'created', from: null, to: '2026-11-24T08:14:33.1733333Z' }],
            },
          ],
          cursor: null,
        }),
        400: BAD_REQUEST,
        404: NOT_FOUND,
        503: problem('The incident changed during each of three reads: try again.'),
        ...OPERATOR_PROBLEMS,
      },
    },
  },
};
