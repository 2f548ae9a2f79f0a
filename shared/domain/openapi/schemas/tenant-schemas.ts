import { TENANT_STATUSES } from '../../tenants/tenant-state.ts';
import type { TenantView } from '../../views/tenant-view.ts';
import { SOURCE_CHOICES } from '../../incidents/incident.ts';
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
} from './schema.ts';

const TENANT: Record<keyof TenantView, Schema> = {
  tenantId: guid,
  displayName: nullable(text),
  customer: nullable(text),
  labels: listOf(text),
  status: oneOf([...TENANT_STATUSES, 'paused']),
  source: described(oneOf([...SOURCE_CHOICES]), 'Where it is to be read from.'),
  ownSource: described(
    nullable(oneOf([...SOURCE_CHOICES])),
    'The same if it was chosen for this tenant alone; null: the setting `INCIDENT_SOURCE` says it for all.',
  ),
  readFrom: described(
    oneOf(['defender', 'graph']),
    'Where it is read from: the source before, while the new one cannot be read; `hint` says why.',
  ),
  consentedAt: nullable(time),
  deletedAt: described(nullable(time), 'It was deleted and its rows are kept.'),
  completeThrough: described(nullable(time), 'Whatever was visible at the source before then is stored.'),
  reconciledThrough: described(nullable(time), 'The same, read again at least a day later.'),
  completeFrom: described(nullable(time), 'Where our knowledge begins.'),
  lagSeconds: nullable(integer),
  lastError: nullable(ref('TenantError')),
  backfill: described(nullable(ref('Backfill')), 'The older part of a first read or of a catch-up.'),
  reconciliation: described(nullable(ref('Backfill')), 'The daily reconciliation, while it is in progress.'),
  foundLate: described(integer, 'Versions that only a reconciliation has found.'),
  gaps: described(listOf(ref('Gap')), 'With one the tenant is not complete, whatever `completeThrough` says.'),
  alertsPending: described(integer, 'Gaps of incidents that are stored without alerts that cannot be read.'),
  storedIncidents: integer,
  lastIncidentAt: described(
    nullable(time),
    'When the newest stored incident was created; null when none was, or none since this field exists.',
  ),
  silence: described(
    nullable(ref('Silence')),
    'Nothing new has come for more than three times as long as it is usually quiet there; null when that is not so, or not known.',
  ),
  failover: described(
    nullable(ref('Failover')),
    'Whether it could be read from Graph if the Defender API ended; null for one that is not on `auto`, or on Graph already.',
  ),
  hint: described(
    nullable(text),
    'Set while an active tenant has never delivered an incident, cannot be read from its source yet, or could not be read if the Defender API ended.',
  ),
};

export const TENANT_SCHEMAS: Readonly<Record<string, Schema>> = {
  Tenant: objectOf(TENANT),
  TenantError: objectOf({
    code: text,
    message: text,
    blame: oneOf(['tenant', 'microsoft', 'partner', 'collector']),
    action: described(text, 'The next step, as a sentence.'),
    since: nullable(time),
    missingRoles: described(listOf(text), 'Roles that the token lacks; a new consent link grants them.'),
  }),
  Silence: objectOf({
    since: described(time, 'When the newest incident was created.'),
    seconds: described(integer, 'From then to `completeThrough`.'),
    usualPauseSeconds: described(
      integer,
      'The longest pause in the four weeks before `since`, leaving out the single longest.',
    ),
  }),
  Failover: objectOf({ isReady: flag, checkedAt: time, problem: nullable(ref('TenantError')) }),
  Backfill: objectOf({ percent: { ...integer, minimum: 0, maximum: 100 }, etaSeconds: nullable(integer) }),
  Gap: objectOf({ from: time, to: time, reason: text, incidentId: nullable(text), since: time }),
};
