import { SEVERITY_WORDS } from '../../queries/incident-filter.ts';
import type { LoggedChange } from '../../rows/read-incident-rows.ts';
import type { FirstRead } from '../../views/change-list.ts';
import { COVERAGE_EXAMPLE } from '../schemas/common-schemas.ts';
import {
  BAD_REQUEST,
  flagParameter,
  guidParameter,
  json,
  OPERATOR_PROBLEMS,
  PAGE_PARAMETERS,
  textParameter,
  timeParameter,
  wordsParameter,
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

const CHANGE: Record<keyof LoggedChange | 'tenantName', Schema> = {
  storedAt: described(time, 'When it was stored, by the storage service’s clock.'),
  tenantId: guid,
  tenantName: nullable(text),
  incidentId: text,
  name: nullable(text),
  severity: text,
  status: text,
  lastUpdateTime: time,
  kind: oneOf(['appeared', 'changed', 'resolved', 'reopened', 'merged']),
  backfill: described(flag, 'Read by a first read or a catch-up, so it may be old.'),
  changes: listOf(ref('FieldChange')),
};

export const CHANGE_SCHEMAS: Readonly<Record<string, Schema>> = { Change: objectOf(CHANGE) };

const FIRST_READ: Record<keyof FirstRead, Schema> = { tenantId: guid, tenantName: nullable(text), incidents: integer };

const LIST = objectOf(
  {
    changes: listOf(ref('Change')),
    firstReads: described(
      listOf(objectOf(FIRST_READ)),
      'With `foldFirstReads`: incidents that this page counts instead of listing them.',
    ),
    cursor: nullable(text),
    through: described(time, 'Every entry stored before then was shown: pass it as the next `since`.'),
    coverage: described(ref('Coverage'), '`blind` also names tenants that were blind at any time after `since`.'),
  },
  ['firstReads'],
);

export const CHANGE_ROUTES: Routes = {
  changes: {
    get: {
      operationId: 'listChanges',
      summary: 'What was stored since then, oldest first, by our commit and not by Microsoft’s update time',
      description:
        'Who passes `through` as the next `since` misses nothing and may see an entry twice: tenant, incident and update time name it.',
      parameters: [
        { ...timeParameter('since', 'Stored at this time or later, within the last 90 days.'), required: true },
        guidParameter('tenantId', 'One tenant; 400 `unknown-tenant` where it is not registered.'),
        textParameter(
          'customer',
          'Tenants of this customer, in any letter case; 400 `unknown-customer` where no tenant has it.',
        ),
        wordsParameter('severity', SEVERITY_WORDS, '`other` is everything outside the known words.'),
        flagParameter(
          'foldFirstReads',
          'Incidents that a first read or a catch-up has found, and of which nothing has changed since `since`, are counted by tenant instead of listed.',
        ),
        ...PAGE_PARAMETERS,
      ],
      responses: {
        200: json('One page, and how far it can be believed.', LIST, {
          changes: [
            {
              storedAt: '2026-11-24T12:00:03.0000000Z',
              tenantId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
              tenantName: 'Contoso',
              incidentId: '28282',
              name: 'Multi-stage incident on one endpoint',
              severity: 'high',
              status: 'resolved',
              lastUpdateTime: '2026-11-24T11:58:02.4500000Z',
              kind: 'resolved',
              backfill: false,
              changes: [{ field: 'status', from: 'active', to: 'resolved' }],
            },
          ],
          cursor: null,
          through: '2026-11-24T12:03:30.0000000Z',
          coverage: COVERAGE_EXAMPLE,
        }),
        400: BAD_REQUEST,
        ...OPERATOR_PROBLEMS,
      },
    },
  },
};
